"""EN 16931: the VAT categories. Ten rules that repeat for each category, so one table.

``BR-S-05`` is family S, rule 05: lines. Families differ in who must have a VAT number, in the
rate, in how exactly amounts must agree, and in whether a reason must or may not be given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cached_property

from app.invoice.wording import N_, Words
from app.validation.document import Document
from app.validation.look import (
    Element,
    amount,
    amounts,
    find_all,
    has,
    is_false,
    is_true,
    says,
    text,
)
from app.validation.report import Finding, Severity
from app.validation.rule import shown
from app.validation.rules.en_sums import near_tax, tax_from_rate
from app.validation.rules.en_vat_families import FAMILIES, Family

_ZERO = Decimal(0)
_LINE_CATEGORY = (
    "cac:InvoiceLine/cac:Item/cac:ClassifiedTaxCategory"
    "|cac:CreditNoteLine/cac:Item/cac:ClassifiedTaxCategory"
)
_EXTRA_CATEGORY = "cac:AllowanceCharge/cac:TaxCategory"
_BREAKDOWN = "/*/cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory"
_KNOWN = frozenset(family.category for family in FAMILIES)
_REASONS = ("cbc:TaxExemptionReason", "cbc:TaxExemptionReasonCode")

_ONE_ROW = N_(
    "VAT category %(category)s is used, so the VAT breakdown needs exactly one row for it. Add the row, or join the rows."
)
_ROW_IFF_USED = N_(
    "VAT category %(category)s must be in the VAT breakdown when it is used on a line, discount or extra cost, and only then. Make the breakdown again from the lines."
)
_NUMBERS = N_(
    "VAT category %(category)s needs the tax numbers of the parties: %(who)s. Fill them in."
)
_NO_SCHEME = N_(
    "VAT category %(category)s on a line doesn't say that it is about VAT. Add the tax scheme VAT."
)
_NO_NUMBERS = N_(
    "VAT category %(category)s can't be combined with a VAT number of seller, buyer or tax representative. Choose another category or remove the numbers."
)
_TAXABLE = N_(
    "The taxable amount of VAT category %(category)s is %(found)s, but its lines, discounts and extra costs come to %(expected)s. Make the VAT breakdown again from the lines."
)
_TAX = N_(
    "The VAT of category %(category)s is %(found)s, but %(expected)s is expected. Compute the VAT again."
)
_REASON_NEEDED = N_(
    "VAT category %(category)s needs a reason why no VAT is charged. Fill in a reason or its code."
)
_REASON_FORBIDDEN = N_(
    "VAT category %(category)s can't have a reason for not charging VAT. Remove it."
)


def described() -> Iterator[tuple[str, Severity, str, str]]:
    """Every rule of every family: number, severity, term and sentence."""
    for family in FAMILIES:
        in_breakdown = _ROW_IFF_USED if family.only_when_used else _ONE_ROW
        numbers = _NUMBERS if family.numbers_sentence else _NO_NUMBERS
        rate, reason = family.rate_sentence, _REASON_NEEDED if family.reason else _REASON_FORBIDDEN
        for number, term, sentence in (
            ("01", "BG-23", in_breakdown), ("02", "BT-31", numbers), ("03", "BT-31", numbers),
            ("04", "BT-31", numbers), ("05", "BT-152", rate), ("06", "BT-96", rate),
            ("07", "BT-103", rate), ("08", "BT-116", _TAXABLE), ("09", "BT-117", _TAX),
            ("10", "BT-120", reason),
        ):  # fmt: skip
            yield f"BR-{family.infix}-{number}", Severity.FATAL, term, sentence


def findings(document: Document) -> Iterable[Finding]:
    """Everything that is wrong with the VAT categories of this document."""
    sums = Sums(document)
    for family in FAMILIES:
        yield from _Check(family, document, sums).findings()


def figures(document: Document) -> Iterable[Finding]:
    """Only what is wrong with the amounts of these categories."""
    used = {code for code, _row in document.categories(_BREAKDOWN)}
    if used:
        sums = Sums(document)
        for family in FAMILIES:
            if family.category in used:
                yield from _Check(family, document, sums).of_rows()


class Sums:
    """What lines, extra costs and discounts come to, for each category and rate; added up once."""

    def __init__(self, document: Document) -> None:
        self.of_category: dict[str, Decimal] = {}
        self.of_rate: dict[tuple[str, Decimal], Decimal] = {}
        for kind in document.looks.kinds:
            self._add(kind.first, "cac:Item/cac:ClassifiedTaxCategory", kind.total())
        for extra in document.charges:
            self._add(extra, "cac:TaxCategory", amounts(extra, "cbc:Amount"))
        for extra in document.allowances:
            self._add(extra, "cac:TaxCategory", -amounts(extra, "cbc:Amount"))

    def _add(self, element: Element, path: str, total: Decimal) -> None:
        # A code and a rate count together when they stand on the same line, as they do officially.
        codes, rates = _codes_and_rates(element, path)
        for code in codes:
            self.of_category[code] = self.of_category.get(code, _ZERO) + total
            for rate in rates:
                self.of_rate[code, rate] = self.of_rate.get((code, rate), _ZERO) + total


def _codes_and_rates(element: Element, path: str) -> tuple[set[str], set[Decimal]]:
    categories = find_all(element, path)
    rates = (amount(each, "cbc:Percent") for each in categories)
    codes = {text(each, "cbc:ID") for each in categories} & _KNOWN
    return codes, {rate for rate in rates if rate is not None}


class _Check:
    """The ten rules of one family, on one document."""

    def __init__(self, family: Family, document: Document, sums: Sums) -> None:
        self.family, self.document, self.sums = family, document, sums
        self.rows = self._of(_BREAKDOWN)

    @cached_property
    def lines(self) -> list[Element]:
        return self._of(_LINE_CATEGORY)

    @cached_property
    def allowances(self) -> list[Element]:
        return [each for each in self._extras if is_false(_parent(each))]

    @cached_property
    def charges(self) -> list[Element]:
        return [each for each in self._extras if is_true(_parent(each))]

    @cached_property
    def _extras(self) -> list[Element]:
        # Category O looks at the discounts and extra costs of the whole document only.
        anchor = "/*/" if self.family.category == "O" else ""
        return self._of(anchor + _EXTRA_CATEGORY)

    def _of(self, pattern: str) -> list[Element]:
        found = self.document.categories(pattern)
        return [element for code, element in found if code == self.family.category]

    def _whatever_scheme(self, pattern: str) -> list[Element]:
        # The rules for the standard rate also count categories that name no tax scheme.
        if self.family.category != "S":
            return self._of(pattern)
        return [each for each in self.document.nodes(pattern) if text(each, "cbc:ID") == "S"]

    def findings(self) -> Iterable[Finding]:
        yield from self._in_breakdown()
        yield from self._numbers()
        yield from self._rates()
        yield from self.of_rows()

    def of_rows(self) -> Iterable[Finding]:
        for row in self.rows:
            yield from self._row(row)

    def _in_breakdown(self) -> Iterable[Finding]:
        if self.family.only_when_used:
            used = self._whatever_scheme("cac:ClassifiedTaxCategory") or self._whatever_scheme(
                _EXTRA_CATEGORY
            )
            if bool(used) != self._has_row(bool(used)):
                yield self._finding("01", "BG-23", _ROW_IFF_USED, self.document.root)
            return
        anywhere = self._of("cac:TaxCategory") or self._of("cac:ClassifiedTaxCategory")
        if anywhere and len(self.rows) != 1:
            yield self._finding("01", "BG-23", _ONE_ROW, self.document.root)

    def _has_row(self, used: bool) -> bool:
        # L asks for less when it is used than when it isn't: then a row of any scheme will do.
        if self.family.category == "L" and used:
            return any(says(each, "cbc:ID", "L") for each in self.document.nodes(_BREAKDOWN))
        return bool(self._whatever_scheme(_BREAKDOWN))

    def _numbers(self) -> Iterable[Finding]:
        anywhere = self._of("cac:ClassifiedTaxCategory")
        known = self.family.numbers(self.document)
        if not anywhere and self._whatever_scheme("cac:ClassifiedTaxCategory"):
            yield self._finding("02", "BT-31", _NO_SCHEME, self.document.root)
        if known:
            return
        sentence = _NUMBERS if self.family.numbers_sentence else _NO_NUMBERS
        who = Words(self.family.numbers_sentence)
        for rule, used in (("02", anywhere), ("03", self.allowances), ("04", self.charges)):
            if used:
                yield self._finding(rule, "BT-31", sentence, self.document.root, who=who)

    def _rates(self) -> Iterable[Finding]:
        for rule, term, used in (
            ("05", "BT-152", self.lines),
            ("06", "BT-96", self.allowances),
            ("07", "BT-103", self.charges),
        ):
            for category in used:
                if not self.family.rate(category):
                    yield self._finding(rule, term, self.family.rate_sentence, category)

    def _row(self, row: Element) -> Iterable[Finding]:
        subtotal = _parent(row)
        taxable, tax = amount(subtotal, "cbc:TaxableAmount"), amount(subtotal, "cbc:TaxAmount")
        rate = amount(row, "cbc:Percent")
        expected = self._taxable(None if self.family.exact else rate)
        if not self._taxable_is_right(taxable, expected, rate):
            yield self._finding(
                "08", "BT-116", _TAXABLE, row, found=shown(taxable), expected=shown(expected)
            )
        wanted = _ZERO if self.family.exact else tax_from_rate(taxable or _ZERO, rate or _ZERO)
        right = tax == 0 if self.family.exact else near_tax(tax, taxable, rate)
        if not right:
            yield self._finding("09", "BT-117", _TAX, row, found=shown(tax), expected=shown(wanted))
        if any(has(row, path) for path in _REASONS) is not self.family.reason:
            sentence = _REASON_NEEDED if self.family.reason else _REASON_FORBIDDEN
            yield self._finding("10", "BT-120", sentence, row)

    def _taxable_is_right(
        self, taxable: Decimal | None, expected: Decimal, rate: Decimal | None
    ) -> bool:
        if self.family.exact:
            return bool(self.document.lines) and taxable == expected
        if rate is None:
            return True
        if self.family.category == "S" and not self._used_at(rate):
            return False
        return bool(self.document.lines) and taxable is not None and _near(taxable, expected)

    def _used_at(self, rate: Decimal) -> bool:
        return ("S", rate) in self.sums.of_rate or rate in self.document.once(
            "standard rates of extras", self._rates_of_extras
        )

    def _rates_of_extras(self) -> set[Decimal]:
        found: set[Decimal] = set()
        for extra in self.document.nodes("cac:AllowanceCharge"):
            codes, rates = _codes_and_rates(extra, "cac:TaxCategory")
            if "S" in codes:
                found |= rates
        return found

    def _taxable(self, rate: Decimal | None) -> Decimal:
        code = self.family.category
        if rate is None:
            return self.sums.of_category.get(code, _ZERO)
        return self.sums.of_rate.get((code, rate), _ZERO)

    def _finding(
        self, rule: str, term: str, sentence: str, element: Element, **values: object
    ) -> Finding:
        return finding(
            self.document, f"BR-{self.family.infix}-{rule}", term, sentence, element,
            category=Words(self.family.name), **values,
        )  # fmt: skip


def _near(taxable: Decimal, expected: Decimal) -> bool:
    """Less than one unit away; the official rules reckon one unit off in floating point."""
    below, above = Decimal(float(taxable) - 1), Decimal(float(taxable) + 1)
    return below < expected < above


def finding(
    document: Document, code: str, term: str, sentence: str, element: Element, **values: object
) -> Finding:
    line: int | None = getattr(element, "sourceline", None)
    return Finding(code, Severity.FATAL, sentence, term, document.place(element), line, values)


def _parent(element: Element) -> Element:
    parent = element.getparent()
    return element if parent is None else parent
