"""The official rule sets, each with its releases: which rules, and from which day.

A rule set comes out twice a year. For some days in February and August the old and the new
release may both be used; after that only the new one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from app.validation.document import Document
from app.validation.report import Finding
from app.validation.rule import Rule
from app.validation.rules import (
    denmark,
    en_before,
    en_codes,
    en_core,
    en_structure,
    en_sums,
    en_terms,
    en_vat,
    en_vat_special,
    germany,
    netherlands,
    nlcius,
    nordic,
    peppol,
    peppol_before,
    peppol_codes,
    peppol_money,
    peppol_numbers,
    southern,
    sweden,
)

Check = Callable[[Document], Iterable[Finding]]

EN16931 = "en16931-ubl"
PEPPOL = "peppol-ubl"
NLCIUS = "nlcius-ubl"
G_ACCOUNT = "nlcius-gaccount"


@dataclass(frozen=True, slots=True, eq=False)
class Checker:
    """Some rules; and those among them that look at figures, which no other document answers for."""

    run: Check
    figures: Check | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """When a release takes over."""

    may: date = date.min  # the first day on which it may be used
    must: date = date.min  # the first day on which nothing older may be used


@dataclass(frozen=True, slots=True, eq=False)
class Release:
    """One release of a rule set."""

    number: str
    rules: tuple[Checker, ...]
    # The rules of the norm, for a set that includes them; not when the norm is asked for as well.
    norm: tuple[Checker, ...] = ()
    since: Change = Change()


def _each(
    *groups: tuple[Rule, ...],
    when: Callable[[Document], bool] | None = None,
    without: Collection[str] = (),
    figures: bool = False,
) -> Checker:
    """The rules of these groups, for the documents that they are meant for.

    With ``figures`` all of them look at figures, or at names, numbers and days themselves.
    """
    rules = [each for group in groups for each in group if each.code not in without]
    if figures:
        rules = [replace(each, figures=True) for each in rules]
    of_figures = [each for each in rules if each.figures]
    return Checker(_check(rules, when), _check(of_figures, when) if of_figures else None)


def _check(rules: Iterable[Rule], when: Callable[[Document], bool] | None) -> Check:
    # Most documents have nothing where most rules look, so these rules are passed by together.
    by_context: dict[str, list[Rule]] = {}
    for rule in rules:
        by_context.setdefault(rule.context, []).append(rule)
    looked_at = tuple(by_context.items())

    def check(document: Document) -> Iterator[Finding]:
        if when is None or when(document):
            for context, rules in looked_at:
                if elements := document.nodes(context):
                    for rule in rules:
                        looked = document.every(context) if rule.figures else elements
                        yield from rule.findings_at(looked, document)

    return check


def _older(checker: Checker) -> Checker:
    """Peppol's rules as they were in 3.0.20: some were not there, some only warned."""

    def older(check: Check) -> Check:
        def checked(document: Document) -> Iterator[Finding]:
            for found in check(document):
                if found.code not in peppol_before.NEW:
                    severity = peppol_before.severity(found.code, found.severity)
                    yield replace(found, severity=severity)

        return checked

    return Checker(older(checker.run), older(checker.figures) if checker.figures else None)


_PAYMENT = _each(en_before.PAYMENT_RULES)
_SHARED: tuple[Checker, ...] = (
    _each(en_sums.RULES),
    Checker(en_vat.findings, en_vat.figures),
    Checker(en_structure.data_types),
)
_EN_1_3_16: tuple[Checker, ...] = (
    _each(en_terms.RULES, en_structure.RULES, en_codes.rules()),
    *_SHARED,
    Checker(en_vat_special.findings),
    Checker(en_core.findings),
)
_EN_1_3_15_WITHOUT_CORE: tuple[Checker, ...] = (
    _each(
        en_terms.RULES,
        en_structure.RULES,
        en_codes.rules(before="1.3.16"),
        without=en_before.CHANGED,
    ),
    *_SHARED,
    Checker(partial(en_vat_special.findings, older=True)),
    _PAYMENT,
    _each(en_before.OTHER_RULES),
)
_EN_1_3_15: tuple[Checker, ...] = (
    *_EN_1_3_15_WITHOUT_CORE,
    Checker(partial(en_core.findings, without=en_before.SILENT)),
)
# An invoice with a G account says twice how it is paid, for which the norm has no place.
_G_ACCOUNT_PLACES = frozenset({"UBL-CR-411", "UBL-CR-453", "UBL-CR-459"})

_NATIONAL: tuple[Checker, ...] = (
    _each(nordic.NORWAY, when=nordic.norwegian),
    _each(denmark.RULES, when=denmark.applies, figures=True),
    _each(southern.ITALY, when=southern.italian),
    _each(sweden.RULES, when=sweden.applies),
    _each(southern.GREECE, when=southern.greek, figures=True),
    _each(nordic.ICELAND, when=nordic.icelandic, figures=True),
    _each(netherlands.RULES, when=netherlands.applies),
    _each(germany.RULES, when=germany.applies),
)
_PEPPOL_SHARED: tuple[Checker, ...] = (
    _each(peppol_money.RULES),
    Checker(peppol_numbers.findings),
    Checker(peppol.empty_elements),
    *_NATIONAL,
)
_PEPPOL_3_0_21: tuple[Checker, ...] = (
    _each(peppol.RULES, peppol_codes.rules()),
    *_PEPPOL_SHARED,
)
_PEPPOL_3_0_20: tuple[Checker, ...] = (
    _each(peppol.rules(known=peppol_before.known_profile)),
    _each(peppol_codes.rules(before="3.0.21", limited=peppol_before.first_profile)),
    *(_older(checker) for checker in _PEPPOL_SHARED),
)
_DUTCH: tuple[Checker, ...] = (_PAYMENT, _each(nlcius.COMMON_RULES), Checker(nlcius.empty_elements))

_FEBRUARY = Change(date(2026, 2, 1), date(2026, 2, 23))
_AUGUST = Change(date(2026, 8, 1), date(2026, 8, 17))
# The newest first. A document that is older than all of them is checked against the newest.
RELEASES: dict[str, tuple[Release, ...]] = {
    EN16931: (
        Release("1.3.16", _EN_1_3_16, since=_AUGUST),
        Release("1.3.15", _EN_1_3_15, since=_FEBRUARY),
    ),
    PEPPOL: (
        Release("3.0.21", _PEPPOL_3_0_21, since=_AUGUST),
        Release("3.0.20", _PEPPOL_3_0_20, since=_FEBRUARY),
    ),
    # The Dutch sets are complete by themselves: they include the rules of the norm.
    NLCIUS: (Release("2.0.3.12", (_each(nlcius.VERSION_RULES), *_DUTCH), _EN_1_3_15),),
    G_ACCOUNT: (
        Release(
            "2.0.3.12",
            (*_DUTCH, _each(nlcius.G_ACCOUNT_RULES, figures=True)),
            (
                *_EN_1_3_15_WITHOUT_CORE,
                Checker(partial(en_core.findings, without=en_before.SILENT | _G_ACCOUNT_PLACES)),
            ),
        ),
    ),
}


def usable(name: str, day: date | None) -> tuple[Release, ...]:
    """The releases of a rule set that a document of this day may follow, the newest first."""
    releases = RELEASES[name]
    if day is None or day < releases[-1].since.may:
        return releases[:1]
    found: list[Release] = []
    for release in releases:
        if day >= release.since.may:
            found.append(release)
        if day >= release.since.must:
            break
    return tuple(found)
