"""Which rules belong to which official set, and which sets a document is to be checked against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice

from app.invoice import ubl
from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.report import Finding, Severity
from app.validation.rule import Rule
from app.validation.rules import (
    en_codes,
    en_structure,
    en_sums,
    en_terms,
    en_vat,
    netherlands,
    nordic,
    peppol,
    peppol_money,
    peppol_numbers,
)

Checker = Callable[[Document], Iterable[Finding]]

_MOST_OF_A_KIND = 500
_MOST_LOOKED_AT = 100_000
_MORE = N_("There is more of the same. Of each kind of problem, the first %(most)s are shown.")

EN16931 = "en16931-ubl"
PEPPOL = "peppol-ubl"
NLCIUS = "nlcius-ubl"
G_ACCOUNT = "nlcius-gaccount"


def _each(rules: tuple[Rule, ...]) -> Checker:
    return lambda document: (found for rule in rules for found in rule.findings(document))


_EN: tuple[Checker, ...] = (
    _each(en_terms.RULES),
    _each(en_sums.RULES),
    en_vat.findings,
    _each(en_codes.RULES),
    _each(en_structure.RULES),
    en_structure.data_types,
)
_NL: tuple[Checker, ...] = (
    _each(netherlands.NLCIUS_RULES),
    partial(netherlands.empty_elements, code="SI-UBL-2", severity=Severity.WARNING),
)
_SETS: dict[str, tuple[Checker, ...]] = {
    EN16931: _EN,
    PEPPOL: (
        _each(peppol.RULES),
        _each(peppol_money.RULES),
        _each(netherlands.PEPPOL_RULES),
        _each(nordic.RULES),
        peppol_numbers.findings,
        partial(netherlands.empty_elements, code="PEPPOL-EN16931-R008", severity=Severity.FATAL),
    ),
    # The Dutch sets are complete by themselves: they include the rules of the norm.
    NLCIUS: (*_EN, *_NL),
    G_ACCOUNT: (*_EN, *_NL),
}


def known(names: Iterable[str]) -> tuple[str, ...]:
    """The names of rule sets, once each; an unknown one is a mistake of the caller."""
    chosen = tuple(dict.fromkeys(names))
    for name in chosen:
        if name not in _SETS:
            raise ValueError(f"there is no rule set {name!r}; choose from {', '.join(_SETS)}")
    return chosen


def chosen_by(document: Document) -> tuple[str, ...]:
    """The norm always, and what the document itself claims to follow (BT-24)."""
    if document.customization.startswith(ubl.PEPPOL_CUSTOMIZATION):
        return EN16931, PEPPOL
    if document.customization == netherlands.G_ACCOUNT:
        return EN16931, G_ACCOUNT
    if document.customization.startswith(netherlands.SI_UBL):
        return EN16931, NLCIUS
    return (EN16931,)


def apply(names: tuple[str, ...], document: Document) -> Iterable[Finding]:
    """Run the rules of these sets; a rule that is in two sets runs once.

    One mistake on each of many lines is told for the first of them, so that it doesn't hide
    another one, and so that a hostile document doesn't fill the memory.
    """
    count: Counter[str] = Counter()
    for finding in islice(_all(names, document), _MOST_LOOKED_AT):
        count[finding.code] += 1
        if count[finding.code] <= _MOST_OF_A_KIND:
            yield finding
    if any(number > _MOST_OF_A_KIND for number in count.values()):
        yield Finding("PST-MORE", Severity.INFORMATION, _MORE, values={"most": _MOST_OF_A_KIND})


def _all(names: tuple[str, ...], document: Document) -> Iterable[Finding]:
    done: list[Checker] = []
    for name in names:
        for checker in _SETS[name]:
            if not any(checker is each for each in done):
                done.append(checker)
                yield from checker(document)
