"""EN 16931: the VAT categories. Ten rules that repeat for each category, so one table.

``BR-S-05`` is family S, rule 05: lines. Families differ in who must have a VAT number, in the
rate, in how exactly amounts must agree, and in whether a reason must or may not be given.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

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
    own_text,
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
_REASONS = ("cbc:TaxExemptionReason", "cbc:TaxExemptionReasonCode")

_ONE_ROW = N_(
    "VAT category %(category)s is used, so the VAT breakdown needs exactly one row for it."
)
_ROW_IFF_USED = N_(
    "VAT category %(category)s must be in the VAT breakdown when it is used on a line, discount or extra cost, and only then."
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
    "The taxable amount of VAT category %(category)s is %(found)s, but its lines, discounts and extra costs come to %(expected)s."
)
_TAX = N_("The VAT of category %(category)s is %(found)s, but %(expected)s is expected.")
_REASON_NEEDED = N_(
    "VAT category %(category)s needs a reason why no VAT is charged. Fill in a reason or its code."
)
_REASON_FORBIDDEN = N_(
    "VAT category %(category)s can't have a reason for not charging VAT. Remove it."
)
_ONLY_O = N_(
    "VAT category O (outside the scope of VAT) can't be combined with other VAT categories in one invoice."
)
_DELIVERY_DATE = N_("An intra-community supply needs a delivery date or an invoicing period.")
_DELIVERY_COUNTRY = N_("An intra-community supply needs the country that the goods went to.")
_ONLY_ITALY = N_("VAT category B (split payment) is for invoices between Italian parties only.")
_B_WITHOUT_S = N_("VAT category B (split payment) can't be combined with the standard rate (S).")


def findings(document: Document) -> Iterable[Finding]:
    """Everything that is wrong with the VAT categories of this document."""
    for family in FAMILIES:
        yield from _Check(family, document).findings()
    yield from _special(document)


class _Check:
    """The ten rules of one family, on one document."""

    def __init__(self, family: Family, document: Document) -> None:
        self.family, self.document = family, document
        self.lines = self._of(_LINE_CATEGORY)
        extras = self._of(_EXTRA_CATEGORY)
        self.allowances = [each for each in extras if is_false(_parent(each))]
        self.charges = [each for each in extras if is_true(_parent(each))]
        self.rows = self._of(_BREAKDOWN)

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
        for row in self.rows:
            yield from self._row(row)

    def _in_breakdown(self) -> Iterable[Finding]:
        if self.family.only_when_used:
            used = self._whatever_scheme("cac:ClassifiedTaxCategory") or self._whatever_scheme(
                _EXTRA_CATEGORY
            )
            if bool(used) != bool(self._whatever_scheme(_BREAKDOWN)):
                yield self._finding("01", "BG-23", _ROW_IFF_USED, self.document.root)
            return
        anywhere = self._of("cac:TaxCategory") or self._of("cac:ClassifiedTaxCategory")
        if anywhere and len(self.rows) != 1:
            yield self._finding("01", "BG-23", _ONE_ROW, self.document.root)

    def _numbers(self) -> Iterable[Finding]:
        if self.family.numbers(self.document):
            if not self.lines and self._whatever_scheme(_LINE_CATEGORY):
                yield self._finding("02", "BT-31", _NO_SCHEME, self.document.root)
            return
        sentence = _NUMBERS if self.family.numbers_sentence else _NO_NUMBERS
        who = Words(self.family.numbers_sentence)
        for rule, used in (("02", self.lines), ("03", self.allowances), ("04", self.charges)):
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
        return taxable is not None and abs(taxable - expected) < 1

    def _used_at(self, rate: Decimal) -> bool:
        used = (*self._whatever_scheme(_LINE_CATEGORY), *self._whatever_scheme(_EXTRA_CATEGORY))
        return any(amount(each, "cbc:Percent") == rate for each in used)

    def _taxable(self, rate: Decimal | None) -> Decimal:
        lines = self._matching(self.document.lines, "cac:Item/cac:ClassifiedTaxCategory", rate)
        charges = self._matching(self.document.charges, "cac:TaxCategory", rate)
        allowances = self._matching(self.document.allowances, "cac:TaxCategory", rate)
        return (
            sum((amounts(each, "cbc:LineExtensionAmount") for each in lines), _ZERO)
            + sum((amounts(each, "cbc:Amount") for each in charges), _ZERO)
            - sum((amounts(each, "cbc:Amount") for each in allowances), _ZERO)
        )

    def _matching(self, elements: list[Element], path: str, rate: Decimal | None) -> list[Element]:
        return [
            element
            for element in elements
            if any(
                text(each, "cbc:ID") == self.family.category
                and (rate is None or amount(each, "cbc:Percent") == rate)
                for each in find_all(element, path)
            )
        ]

    def _finding(
        self, rule: str, term: str, sentence: str, element: Element, **values: object
    ) -> Finding:
        return _finding(
            self.document, f"BR-{self.family.infix}-{rule}", term, sentence, element,
            category=Words(self.family.name), **values,
        )  # fmt: skip


def _finding(
    document: Document, code: str, term: str, sentence: str, element: Element, **values: object
) -> Finding:
    line: int | None = getattr(element, "sourceline", None)
    return Finding(code, Severity.FATAL, sentence, term, document.place(element), line, values)


def _parent(element: Element) -> Element:
    parent = element.getparent()
    return element if parent is None else parent


def _codes(document: Document, pattern: str) -> set[str]:
    return {code for code, _element in document.categories(pattern)}


def _special(document: Document) -> Iterable[Finding]:
    rows = _codes(document, _BREAKDOWN)
    if "O" in rows:
        yield from _only_outside_scope(document, rows)
    if "K" in rows:
        yield from _intra_community(document)
    yield from _split_payment(document)


def _only_outside_scope(document: Document, rows: set[str]) -> Iterable[Finding]:
    extras = document.categories(_EXTRA_CATEGORY)
    for code, found in (
        ("BR-O-11", rows),
        ("BR-O-12", _codes(document, "cac:ClassifiedTaxCategory")),
        ("BR-O-13", {c for c, element in extras if is_false(_parent(element))}),
        ("BR-O-14", {c for c, element in extras if is_true(_parent(element))}),
    ):
        if found - {"O"}:
            yield _finding(document, code, "BT-118", _ONLY_O, document.root)


def _intra_community(document: Document) -> Iterable[Finding]:
    root = document.root
    period = any(len(each) for each in find_all(root, "cac:InvoicePeriod"))
    if not period and len(text(root, "cac:Delivery/cbc:ActualDeliveryDate")) < 2:
        yield _finding(document, "BR-IC-11", "BT-72", _DELIVERY_DATE, root)
    country = "cac:Delivery/cac:DeliveryLocation/cac:Address/cac:Country/cbc:IdentificationCode"
    if len(text(root, country)) < 2:
        yield _finding(document, "BR-IC-12", "BT-80", _DELIVERY_COUNTRY, root)


def _split_payment(document: Document) -> Iterable[Finding]:
    used = {
        text(each, "cbc:ID") for each in document.nodes("cac:TaxCategory|cac:ClassifiedTaxCategory")
    }
    if "B" not in used:
        return
    countries = {own_text(each) for each in document.nodes("cbc:IdentificationCode")}
    if countries - {"IT"}:
        yield _finding(document, "BR-B-01", "BT-118", _ONLY_ITALY, document.root)
    if "S" in used:
        yield _finding(document, "BR-B-02", "BT-118", _B_WITHOUT_S, document.root)
