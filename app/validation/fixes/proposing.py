"""Try corrections on a copy, check the copy, and propose only what leaves nothing new behind.

A correction is offered when the check says afterwards that what it mends is gone and that nothing came
in its place. The document that was given is never touched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from app.invoice.parsing import Refused, parse
from app.validation.checking import check
from app.validation.fixes import codes, places, totals
from app.validation.fixes.change import Change
from app.validation.look import Element
from app.validation.report import Finding

MOST_BYTES = (
    2_000_000  # each try is checked as a whole; large files are for the software that made them
)
_MOST_SINGLE = 10
_SCHEMA = "PST-SCHEMA"

Key = tuple[str, str]
Mend = Callable[[Element, Finding], list[Change]]
# What was changed, and the findings that have to be gone for that.
Tried = tuple[list[Change], Sequence[Finding]]
Attempt = Callable[[Element, Sequence[Finding]], Tried]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A document as it would be, what is different in it, and the findings that are gone then."""

    xml: bytes
    changes: tuple[Change, ...]
    mended: frozenset[Key]

    def mends(self, code: str, path: str) -> bool:
        """Whether this finding is gone afterwards."""
        return (code, path) in self.mended


@dataclass(frozen=True, slots=True)
class _Remedy:
    """What to do about findings with these codes, and which may not be left for it to be certain."""

    codes: frozenset[str]
    attempt: Attempt
    unless_left: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Draft:
    xml: bytes
    findings: tuple[Finding, ...]
    changes: tuple[Change, ...] = ()


def propose(xml: bytes, findings: Iterable[Finding]) -> Proposal | None:
    """Everything in a UBL document that can be put right for certain; ``findings`` are its check's."""
    first = draft = _Draft(xml, tuple(findings))
    if len(xml) > MOST_BYTES or not FIXABLE & {each.code for each in first.findings}:
        return None
    for remedy in _REMEDIES:
        draft = _tried(draft, remedy)
    if not draft.changes:
        return None
    left = _keys(draft.findings)
    gone = frozenset(key for key in _keys(first.findings) if not left[key])
    return Proposal(draft.xml, draft.changes, gone)


def _tried(draft: _Draft, remedy: _Remedy) -> _Draft:
    """All of a kind together; where that leaves something, one by one."""
    theirs = [each for each in draft.findings if each.code in remedy.codes]
    if not theirs:
        return draft
    whole = _applied(draft, remedy, theirs)
    if whole is not None or len(theirs) == 1:
        return whole or draft
    for each in theirs[:_MOST_SINGLE]:
        if _key(each) in _keys(draft.findings):
            draft = _applied(draft, remedy, [each]) or draft
    return draft


def _applied(draft: _Draft, remedy: _Remedy, findings: Sequence[Finding]) -> _Draft | None:
    try:
        root = parse(draft.xml)
    except Refused:
        return None
    changes, meant = remedy.attempt(root, findings)
    if not changes:
        return None
    xml = etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")
    after = check(xml).findings
    before, left = _keys(draft.findings), _keys(after)
    if left - before or any(left[key] >= before[key] for key in _keys(meant)):
        return None
    if remedy.unless_left & {each.code for each in after}:
        return None
    return _Draft(xml, after, (*draft.changes, *changes))


def _keys(findings: Iterable[Finding]) -> Counter[Key]:
    return Counter(_key(each) for each in findings)


def _key(finding: Finding) -> Key:
    return finding.code, finding.path


def _each(mend: Mend) -> Attempt:
    """A correction at the place of each finding."""

    def attempt(root: Element, findings: Sequence[Finding]) -> Tried:
        # Found before anything is taken out: the paths count what stood there.
        found = [(places.at(root, each.path), each) for each in findings]
        made = [(mend(element, each), each) for element, each in found if element is not None]
        changes = [change for its_changes, _finding in made for change in its_changes]
        return changes, [finding for its_changes, finding in made if its_changes]

    return attempt


def _once(mend: Mend) -> Attempt:
    """A correction of the whole document, whatever finding asks for it."""
    return lambda root, findings: (mend(root, findings[0]), findings)


_VAT_FAMILIES = ("S", "Z", "E", "AE", "IC", "G", "O", "AF", "AG")
_LINE = "PEPPOL-EN16931-R120"
_SUMS = frozenset({
    "BR-12", "BR-13", "BR-14", "BR-15", "UBL-DT-01",
    *(f"BR-CO-{number}" for number in (10, 11, 12, 13, 14, 15, 16, 17)),
    *(f"BR-{family}-{number}" for family in _VAT_FAMILIES for number in ("08", "09")),
    *(f"BR-DEC-{n:02d}" for n in (1, 2, 5, 6, *range(9, 13), 14, *range(16, 21), 23, 24, 25, 27, 28)),
})  # fmt: skip
_SPELLED = frozenset({
    *(f"BR-CL-{n:02d}" for n in (3, 4, 5, 10, 11, 14, 18, 21, 23, 25, 26)),
    "PEPPOL-EN16931-R051",
})  # fmt: skip
_NUMBERS = frozenset(f"PEPPOL-COMMON-R{n:03d}" for n in (40, 41, 43, 47, 49, 54, 55))

_REMEDIES = (
    _Remedy(frozenset({"PEPPOL-EN16931-R008", "SI-UBL-2"}), _each(codes.empty)),
    _Remedy(frozenset({_SCHEMA, "PEPPOL-EN16931-R051"}), _once(codes.currency)),
    _Remedy(_SPELLED, _each(codes.spelling)),
    _Remedy(_NUMBERS | {"PEPPOL-COMMON-R056-1"}, _each(codes.number)),
    _Remedy(frozenset({"PEPPOL-COMMON-R056-2"}), _each(codes.dutch_vat)),
    _Remedy(frozenset({"BR-CO-09"}), _each(codes.vat_country)),
    _Remedy(frozenset({"BR-23"}), _each(codes.unit)),
    _Remedy(frozenset({"BR-AE-10", "BR-IC-10", "BR-G-10", "BR-O-10"}), _each(codes.reason)),
    _Remedy(frozenset({"PEPPOL-EN16931-R005"}), _each(codes.currency_for_vat)),
    _Remedy(frozenset({"BR-01", "PEPPOL-EN16931-R001"}), _once(codes.specification)),
    # A line is certain only when the sums that follow from it are made of the right amount already.
    _Remedy(
        frozenset({_LINE}),
        _each(totals.line_amount),
        unless_left=frozenset({"BR-CO-10", *(f"BR-{each}-08" for each in _VAT_FAMILIES)}),
    ),
    # And sums are certain only when the lines are.
    _Remedy(
        _SUMS,
        _once(totals.recompute),
        unless_left=frozenset({_LINE}),
    ),
)
FIXABLE = frozenset[str]().union(*(each.codes for each in _REMEDIES))
