"""Take single values out of a UBL tree; what is absent, empty or unreadable is ``None``."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.invoice.model import Attachment, Identifier, Period
from app.invoice.values import Element, attached, every, first, identifier, text


def day(element: Element | None, names: str) -> date | None:
    """The date at this path; a time zone behind it is left out."""
    written = text(element, names)
    try:
        return date.fromisoformat((written or "")[:10])
    except ValueError:
        return None


def period(element: Element | None) -> Period | None:
    """A start and an end, when at least one of them is there."""
    start, end = day(element, "cbc:StartDate"), day(element, "cbc:EndDate")
    return Period(start, end) if start or end else None


def identifiers(element: Element | None, names: str) -> tuple[Identifier, ...]:
    """All numbers at this path."""
    found = map(identifier, every(element, names))
    return tuple(each for each in found if each is not None)


def attachment(reference: Element) -> Attachment:
    """A supporting document."""
    return replace(
        attached(first(reference, "cac:Attachment/cbc:EmbeddedDocumentBinaryObject")),
        id=text(reference, "cbc:ID"),
        description=text(reference, "cbc:DocumentDescription"),
        url=text(reference, "cac:Attachment/cac:ExternalReference/cbc:URI"),
    )
