"""EN 16931: sums, decimals and the VAT arithmetic that every category shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from app.invoice.values import number
from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import (
    Element,
    amount,
    amounts,
    cents,
    find_all,
    has,
    is_false,
    is_true,
    string,
    under_vat,
    whole,
)
from app.validation.rule import Rule, equals, shown, two_decimals

_TOTALS = "cac:LegalMonetaryTotal"
_ZERO = Decimal(0)
_VAT_OF_RATE = N_(
    "The VAT of one rate is %(found)s, but the taxable amount times the rate is %(expected)s. Compute the VAT again."
)
_TAX_TOTAL = N_(
    "The total with VAT is %(found)s, but the total without VAT plus the VAT in the currency of the invoice is %(expected)s. Compute the totals again."
)


def sum_of_lines(_element: Element, document: Document) -> Decimal:
    """BT-106: all lines together."""

    def compute() -> Decimal:
        # Lines that stand in strange places count as well.
        lines = document.nodes("cac:InvoiceLine|cac:CreditNoteLine")
        strays = [each for each in lines if each.getparent() is not document.root]
        astray = sum((amounts(line, "cbc:LineExtensionAmount") for line in strays), _ZERO)
        return cents(sum((kind.total() for kind in document.looks.kinds), astray))

    return document.once("sum of lines", compute)


def _sum_of(extras: list[Element]) -> Decimal:
    return cents(sum((amounts(each, "cbc:Amount") for each in extras), _ZERO))


def _tax_exclusive(element: Element, _document: Document) -> Decimal | None:
    lines = amount(element, "cbc:LineExtensionAmount")
    if lines is None:
        return None
    extras = [
        (path, sign)
        for path, sign in (("cbc:ChargeTotalAmount", 1), ("cbc:AllowanceTotalAmount", -1))
        if has(element, path)
    ]
    if not extras:
        return lines
    signed = (sign * (amount(element, path) or _ZERO) for path, sign in extras)
    return cents(lines + sum(signed, _ZERO))


def _payable(element: Element, document: Document) -> Decimal | None:
    due = _due(element, document)
    rounding = amount(element, "cbc:PayableRoundingAmount")
    return due if rounding is None or due is None else due + rounding


def _payable_is_right(element: Element, document: Document) -> bool:
    found, due = amount(element, "cbc:PayableAmount"), _due(element, document)
    rounding = amount(element, "cbc:PayableRoundingAmount")
    if found is None or due is None:
        return False
    return found == due if rounding is None else cents(found - rounding) == due


def _due(element: Element, _document: Document) -> Decimal | None:
    due = amount(element, "cbc:TaxInclusiveAmount")
    if due is None:
        return None
    if has(element, "cbc:PrepaidAmount"):
        due = cents(due - (amount(element, "cbc:PrepaidAmount") or _ZERO))
    return due


def _tax_of_subtotals(element: Element, _document: Document) -> Decimal:
    return cents(amounts(element, "cac:TaxSubtotal/cbc:TaxAmount"))


def _has_subtotals(element: Element, _document: Document) -> bool:
    return has(element, "cac:TaxSubtotal")


def _extra_total(code: str, path: str, term: str, *, charges: bool) -> Rule:
    """BT-107 or BT-108: needed, and right, as soon as there is such an allowance or charge."""

    which = is_true if charges else is_false

    def extras(element: Element, document: Document) -> list[Element]:
        parent = element.getparent()
        if parent is None:
            return []

        def compute() -> list[Element]:
            return [each for each in find_all(parent, "cac:AllowanceCharge") if which(each)]

        return document.once((code, parent), compute)

    def expected(element: Element, document: Document) -> Decimal:
        key = (code, "sum", element.getparent())
        return document.once(key, lambda: _sum_of(extras(element, document)))

    def applies(element: Element, document: Document) -> bool:
        return has(element, path) or bool(extras(element, document))

    plain = equals(code, _TOTALS, path, term, expected)
    return replace(plain, applies=applies)


def _tax_in_currency(document: Document) -> list[Decimal]:
    found = [
        number(string(each))
        for each in find_all(document.root, "cac:TaxTotal/cbc:TaxAmount")
        if each.get("currencyID") == document.currency_as_written
    ]
    return [each for each in found if each is not None]


def _with_tax(document: Document) -> Decimal | None:
    tax = _tax_in_currency(document)
    before = amount(document.root, f"{_TOTALS}/cbc:TaxExclusiveAmount")
    return cents(before + tax[0]) if len(tax) == 1 and before is not None else None


def _inclusive_is_right(element: Element, document: Document) -> bool:
    if not has(element, "cbc:DocumentCurrencyCode"):
        return True
    found = amount(element, f"{_TOTALS}/cbc:TaxInclusiveAmount")
    return found is not None and found == _with_tax(document)


def _inclusive_values(element: Element, document: Document) -> Mapping[str, object]:
    found = amount(element, f"{_TOTALS}/cbc:TaxInclusiveAmount")
    return {"found": shown(found), "expected": shown(_with_tax(document))}


def tax_from_rate(taxable: Decimal, rate: Decimal) -> Decimal:
    """The VAT that follows from a taxable amount, without its sign."""
    return cents(abs(taxable) * rate / 100)


def near_tax(tax: Decimal | None, taxable: Decimal | None, rate: Decimal | None) -> bool:
    """Whether VAT is less than one whole unit away from what follows from the rate."""
    if tax is None or taxable is None or rate is None:
        return False
    return abs(abs(tax) - tax_from_rate(taxable, rate)) < 1


def _rate(element: Element) -> Decimal | None:
    vat = [each for each in find_all(element, "cac:TaxCategory") if under_vat(each)]
    return amount(vat[0], "cbc:Percent") if vat else None


def _vat_of_rate_is_right(element: Element, _document: Document) -> bool:
    rate, tax = _rate(element), amount(element, "cbc:TaxAmount")
    if rate is None or whole(rate) == 0:
        return tax is not None and whole(tax) == 0
    return near_tax(tax, amount(element, "cbc:TaxableAmount"), rate)


def _vat_of_rate_values(element: Element, _document: Document) -> Mapping[str, object]:
    taxable, rate = amount(element, "cbc:TaxableAmount"), _rate(element) or _ZERO
    expected = None if taxable is None else tax_from_rate(taxable, rate)
    return {"found": shown(amount(element, "cbc:TaxAmount")), "expected": shown(expected)}


_SUMS = (
    equals("BR-CO-10", _TOTALS, "cbc:LineExtensionAmount", "BT-106", sum_of_lines),
    _extra_total("BR-CO-11", "cbc:AllowanceTotalAmount", "BT-107", charges=False),
    _extra_total("BR-CO-12", "cbc:ChargeTotalAmount", "BT-108", charges=True),
    replace(
        equals("BR-CO-14", "/*/cac:TaxTotal", "cbc:TaxAmount", "BT-110", _tax_of_subtotals),
        applies=_has_subtotals,
    ),
    equals("BR-CO-13", _TOTALS, "cbc:TaxExclusiveAmount", "BT-109", _tax_exclusive),
    Rule(
        "BR-CO-15", "/*", _inclusive_is_right, _TAX_TOTAL, "BT-112", values=_inclusive_values
    ),
    replace(
        equals("BR-CO-16", _TOTALS, "cbc:PayableAmount", "BT-115", _payable),
        holds=_payable_is_right,
    ),
    Rule(
        "BR-CO-17", "cac:TaxTotal/cac:TaxSubtotal", _vat_of_rate_is_right, _VAT_OF_RATE, "BT-117",
        values=_vat_of_rate_values,
    ),
)  # fmt: skip


# BR-DEC-13 and -15 (the total VAT) are written in the official rules so that they never fire;
# UBL-DT-01 counts the decimals of every amount.
_DECIMALS_OF_TOTALS = (
    ("BR-DEC-09", "cbc:LineExtensionAmount", "BT-106"),
    ("BR-DEC-10", "cbc:AllowanceTotalAmount", "BT-107"),
    ("BR-DEC-11", "cbc:ChargeTotalAmount", "BT-108"),
    ("BR-DEC-12", "cbc:TaxExclusiveAmount", "BT-109"),
    ("BR-DEC-14", "cbc:TaxInclusiveAmount", "BT-112"),
    ("BR-DEC-16", "cbc:PrepaidAmount", "BT-113"),
    ("BR-DEC-17", "cbc:PayableRoundingAmount", "BT-114"),
    ("BR-DEC-18", "cbc:PayableAmount", "BT-115"),
)
_DOCUMENT_EXTRA = "/*/cac:AllowanceCharge"
_LINE_EXTRA = "cac:InvoiceLine/cac:AllowanceCharge|cac:CreditNoteLine/cac:AllowanceCharge"
_DECIMALS_OF_EXTRAS = (
    ("BR-DEC-01", _DOCUMENT_EXTRA, False, "cbc:Amount", "BT-92"),
    ("BR-DEC-02", _DOCUMENT_EXTRA, False, "cbc:BaseAmount", "BT-93"),
    ("BR-DEC-05", _DOCUMENT_EXTRA, True, "cbc:Amount", "BT-99"),
    ("BR-DEC-06", _DOCUMENT_EXTRA, True, "cbc:BaseAmount", "BT-100"),
    ("BR-DEC-24", _LINE_EXTRA, False, "cbc:Amount", "BT-136"),
    ("BR-DEC-25", _LINE_EXTRA, False, "cbc:BaseAmount", "BT-137"),
    ("BR-DEC-27", _LINE_EXTRA, True, "cbc:Amount", "BT-141"),
    ("BR-DEC-28", _LINE_EXTRA, True, "cbc:BaseAmount", "BT-142"),
)


def _extra_decimals(code: str, context: str, charge: bool, path: str, term: str) -> Rule:
    plain = two_decimals(code, context, path, term)
    which = is_true if charge else is_false
    return replace(plain, applies=lambda element, _document: which(element))


RULES = (
    *(replace(rule, figures=True) for rule in _SUMS),
    *(two_decimals(code, _TOTALS, path, term) for code, path, term in _DECIMALS_OF_TOTALS),
    two_decimals("BR-DEC-19", "cac:TaxTotal/cac:TaxSubtotal", "cbc:TaxableAmount", "BT-116"),
    two_decimals("BR-DEC-20", "cac:TaxTotal/cac:TaxSubtotal", "cbc:TaxAmount", "BT-117"),
    two_decimals(
        "BR-DEC-23", "cac:InvoiceLine|cac:CreditNoteLine", "cbc:LineExtensionAmount", "BT-131"
    ),
    *(_extra_decimals(*row) for row in _DECIMALS_OF_EXTRAS),
)
