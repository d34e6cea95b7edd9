"""The check: safe parsing, profile, schema, rules. Only unreadable input stops early."""

from __future__ import annotations

from collections.abc import Iterable

from app.invoice.parsing import Refused, parse
from app.invoice.ubl_read import kind_of
from app.validation import rule_sets as sets
from app.validation import schema as ubl_schema
from app.validation.document import Document
from app.validation.report import Finding, Report, Severity


def check(xml: bytes, *, rule_sets: Iterable[str] | None = None, schema: bool = True) -> Report:
    """Everything that is wrong with a document; the document itself never makes this raise.

    Without ``rule_sets`` the document's own claim decides. An unknown rule set is a
    ``ValueError``: a mistake of the caller, not of the document.
    """
    asked = None if rule_sets is None else sets.known(rule_sets)
    try:
        root = parse(xml)
        kind = kind_of(root)
    except Refused as refusal:
        return Report((_refused(refusal),), asked or ())
    document = Document(root)
    chosen = sets.chosen_by(document) if asked is None else asked
    found: list[Finding] = list(ubl_schema.findings(root)) if schema else []
    found.extend(sets.apply(chosen, document))
    return Report(tuple(found), chosen, document.customization or None, kind)


def _refused(refusal: Refused) -> Finding:
    return Finding(refusal.code, Severity.FATAL, refusal.text, "", "", refusal.line, refusal.values)
