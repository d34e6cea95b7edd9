"""Every rule that can speak: its number, how serious it is, its term and what it says.

What a rule set consists of, for documentation and for tests that no rule lacks a sentence or a
sample. The check itself doesn't need it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.validation.releases import EN16931, G_ACCOUNT, NLCIUS, PEPPOL, RELEASES
from app.validation.report import Severity
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


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule of one rule set."""

    rule_set: str
    code: str
    severity: Severity
    term: str
    sentence: str
    since: str = ""  # the release that it came with, when that isn't the oldest we keep
    until: str = ""  # the first release without it


def _of_rules(*groups: tuple[Rule, ...]) -> Iterator[tuple[str, Severity, str, str]]:
    for group in groups:
        for rule in group:
            yield rule.code, rule.severity, rule.term, rule.sentence


def _norm() -> Iterable[tuple[str, Severity, str, str]]:
    yield from _of_rules(
        en_terms.RULES, en_structure.RULES, en_codes.rules(), en_sums.RULES, en_before.PAYMENT_RULES
    )
    yield from en_vat.described()
    yield from en_vat_special.DESCRIBED
    yield from en_structure.DESCRIBED
    yield from en_core.described()


def _peppol() -> Iterable[tuple[str, Severity, str, str]]:
    yield from _of_rules(peppol.RULES, peppol_codes.rules(), peppol_money.RULES)
    yield from peppol_numbers.described()
    yield "PEPPOL-EN16931-R008", Severity.FATAL, "", nlcius.EMPTY
    yield from _of_rules(
        nordic.NORWAY, denmark.RULES, southern.ITALY, sweden.RULES, southern.GREECE,
        nordic.ICELAND, netherlands.RULES, germany.RULES,
    )  # fmt: skip


def _dutch() -> Iterable[tuple[str, Severity, str, str]]:
    yield from _of_rules(nlcius.COMMON_RULES)
    yield "SI-UBL-2", Severity.WARNING, "", nlcius.EMPTY


def _nlcius() -> Iterable[tuple[str, Severity, str, str]]:
    yield from _of_rules(nlcius.VERSION_RULES)
    yield from _dutch()


def _g_account() -> Iterable[tuple[str, Severity, str, str]]:
    yield from _of_rules(nlcius.G_ACCOUNT_RULES)
    yield from _dutch()


_SETS = {EN16931: _norm, PEPPOL: _peppol, NLCIUS: _nlcius, G_ACCOUNT: _g_account}
_SINCE = {"UBL-SR-23": "1.3.16", "UBL-SR-56": "1.3.16", "UBL-CR-674": "1.3.16"} | dict.fromkeys(
    peppol_before.NEW, "3.0.21"
)
_UNTIL = {"BR-CO-25": "1.3.16"}


def every_rule(rule_set: str) -> tuple[Entry, ...]:
    """The rules of a set, each once; those of the norm are in their own set only."""
    if rule_set not in RELEASES:
        raise ValueError(rule_set)
    found: dict[str, Entry] = {}
    for code, severity, term, sentence in _SETS[rule_set]():
        since, until = _SINCE.get(code, ""), _UNTIL.get(code, "")
        found.setdefault(code, Entry(rule_set, code, severity, term, sentence, since, until))
    return tuple(found.values())
