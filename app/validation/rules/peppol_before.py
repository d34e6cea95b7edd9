"""Peppol BIS Billing 3.0: what release 3.0.21 changed, as it was in 3.0.20."""

from __future__ import annotations

import re

from app.validation.document import Document
from app.validation.look import Element
from app.validation.report import Severity

# Rules that are new in 3.0.21.
NEW = frozenset({
    "PEPPOL-COMMON-R054", "PEPPOL-COMMON-R055", "PEPPOL-COMMON-R056-1", "PEPPOL-COMMON-R056-2",
    "PEPPOL-COMMON-R057", "DE-R-T02",
})  # fmt: skip
# Rules that only warned.
WARNED = frozenset({"PEPPOL-COMMON-R052", "PEPPOL-COMMON-R053", "DK-R-003", "DK-R-017"})
_PROFILE = re.compile(r"urn:fdc:peppol.eu:2017:poacc:billing:[0-9]{2}:1.0", re.ASCII)


def severity(code: str, now: Severity) -> Severity:
    """How serious a rule was."""
    return Severity.WARNING if code in WARNED else now


def known_profile(_element: Element, document: Document) -> bool:
    """Whether the business process was one of Peppol's."""
    return _PROFILE.search(document.profile) is not None


def first_profile(_element: Element, document: Document) -> bool:
    """Whether the business process was the one whose types of document are limited."""
    return known_profile(_element, document) and document.profile.split(":")[6:7] == ["01"]
