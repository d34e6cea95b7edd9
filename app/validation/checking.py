"""The check: safe parsing, profile, schema, rules. Only unreadable input stops early.

``check`` takes UBL. ``check_file`` takes whatever an invoice may come as: UBL, CII, or a PDF with one of them inside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.invoice import original
from app.invoice.original import Original, Syntax
from app.invoice.parsing import Refused, parse
from app.invoice.ubl_read import kind_of
from app.invoice.wording import N_
from app.validation import rule_sets as sets
from app.validation import schema as ubl_schema
from app.validation.document import Document
from app.validation.report import Finding, Report, Severity

CONVERTED = N_(
    "This came as %(syntax)s. What it says was checked by the rules for invoices in UBL; "
    "how the %(syntax)s file itself is built isn't checked yet. The file stays as it came."
)


def check_file(
    content: bytes, *, rule_sets: Iterable[str] | None = None, schema: bool = True
) -> Report:
    """``check`` for a file of any kind that an invoice may come as."""
    names = None if rule_sets is None else tuple(rule_sets)
    try:
        found = original.read(content)
    except Refused as refusal:
        asked = sets.asked(names or ())
        return Report((_refused(refusal),), asked.names, asked.releases)
    return check_original(found, rule_sets=names, schema=schema)


def check_original(
    found: Original, *, rule_sets: Iterable[str] | None = None, schema: bool = True
) -> Report:
    """The same for one that was read already; what isn't UBL is checked as the UBL that it comes to."""
    report = check(found.ubl, rule_sets=rule_sets, schema=schema)
    if found.syntax is Syntax.UBL:
        return report
    # A line of the UBL that we made is no line of theirs.
    theirs = tuple(replace(each, line=None) for each in report.findings)
    said = {"syntax": found.syntax.value}
    note = Finding("PST-CONVERTED", Severity.INFORMATION, CONVERTED, values=said)
    return replace(report, findings=(*theirs, note))


def check(xml: bytes, *, rule_sets: Iterable[str] | None = None, schema: bool = True) -> Report:
    """Everything that is wrong with a document; the document itself never makes this raise.

    Without ``rule_sets`` the document's own claim and date decide. An unknown rule set is a
    ``ValueError``: a mistake of the caller, not of the document.
    """
    asked = None if rule_sets is None else sets.asked(rule_sets)
    try:
        root = parse(xml, layout=False)
        kind = kind_of(root)
    except Refused as refusal:
        names = asked.names if asked else ()
        return Report((_refused(refusal),), names, asked.releases if asked else ())
    document = Document(root)
    found: list[Finding] = list(ubl_schema.findings(root)) if schema else []
    if asked is None:
        found.extend(sets.about_claim(document))
    choice, broken = _judged(document, (asked,) if asked else sets.chosen_by(document))
    claim = document.customization or None
    return Report((*found, *broken), choice.names, choice.releases, claim, kind)


def _judged(
    document: Document, choices: tuple[sets.Choice, ...]
) -> tuple[sets.Choice, tuple[Finding, ...]]:
    """While two releases may be used, a document is right when it is right by one of them."""
    judged = [(choice, tuple(sets.apply(choice, document))) for choice in choices[:1]]
    for choice in choices[1:]:
        if not _is_fatal(judged[0][1]):
            break
        judged.append((choice, tuple(sets.apply(choice, document))))
    return next((each for each in judged if not _is_fatal(each[1])), judged[0])


def _is_fatal(findings: tuple[Finding, ...]) -> bool:
    return any(each.severity is Severity.FATAL for each in findings)


def _refused(refusal: Refused) -> Finding:
    return Finding(refusal.code, Severity.FATAL, refusal.text, "", "", refusal.line, refusal.values)
