"""Sums and roundings that follow from the lines of an invoice, computed again from the top down.

An amount is put right only where another one that was written down independently says the same:
nobody may find another amount to pay because the wrong one of two was believed.
"""

from __future__ import annotations

from decimal import Decimal

from app.invoice.compose import rounded
from app.invoice.values import number
from app.validation.document import Document
from app.validation.fixes import places
from app.validation.fixes.amounts import EXTRA, NET, Pen
from app.validation.fixes.breakdown import Breakdown
from app.validation.fixes.change import Change
from app.validation.look import Element, amount, amounts, find, find_all, has, string, text
from app.validation.report import Finding

_ZERO, _ONE = Decimal(0), Decimal(1)
_TOTALS = "cac:LegalMonetaryTotal"
_DEDUCTED = (("cbc:PrepaidAmount", "BT-113"), ("cbc:PayableRoundingAmount", "BT-114"))


def recompute(root: Element, _finding: Finding) -> list[Change]:
    """Put every sum right that doesn't follow from the lines; nothing where it isn't certain."""
    total, document, pen = find(root, _TOTALS), Document(root), Pen()
    if total is None or not _readable(document):
        return []
    due_before = _due(total, amount(total, "cbc:TaxInclusiveAmount"))
    _round(document, total, pen)
    rows = Breakdown(document, pen)
    if not rows.clear:
        return []
    rows.put_right()
    if _sums_of_lines(document, total, pen) and not rows.agrees:
        return []  # neither agrees with the lines: perhaps it is a line that is wrong
    if rows.tax_was_wrong and not _total_says_so(root):
        return []  # perhaps it is the rate that is wrong
    if _tax_total(root, pen) and len(find_all(root, "cac:TaxTotal")) > 1:
        return []  # the VAT in the other currency would change too, at a rate that isn't known
    return pen.changes if _payable(document, total, pen, due_before) else []


def line_amount(line: Element, _finding: Finding) -> list[Change]:
    """The amount of one line: quantity times price, with its extra costs and discounts."""
    credit = places.local(line) == "CreditNoteLine"
    quantity = amount(line, "cbc:CreditedQuantity" if credit else "cbc:InvoicedQuantity")
    price = amount(line, "cac:Price/cbc:PriceAmount")
    base = amount(line, "cac:Price/cbc:BaseQuantity") or _ONE
    if quantity is None or price is None or not has(line, NET):
        return []
    signs = {"true": 1, "false": -1}
    extras = (
        signs.get(text(each, "cbc:ChargeIndicator"), 0) * amounts(each, "cbc:Amount")
        for each in find_all(line, EXTRA)
    )
    pen = Pen()
    pen.put_right(line, NET, "BT-131", quantity * price / base + sum(extras, _ZERO))
    return pen.changes


def _readable(document: Document) -> bool:
    """Whether there are lines, and every amount that sums are made of is one."""
    extras = (*document.allowances, *document.charges)
    return bool(document.lines) and (
        all(amount(each, NET) is not None for each in document.lines)
        and all(amount(each, "cbc:Amount") is not None for each in extras)
    )


def _round(document: Document, total: Element, pen: Pen) -> None:
    """Two decimals for every amount that the sums are made of."""
    for line in document.lines:
        pen.round_extras(line, of_line=True)
        pen.round(line, ((NET, "BT-131"),))
    pen.round_extras(document.root, of_line=False)
    pen.round(total, _DEDUCTED)


def _sums_of_lines(document: Document, total: Element, pen: Pen) -> bool:
    """The sums of lines, discounts and extra costs; whether one of them was wrong."""
    net = sum((amounts(line, NET) for line in document.lines), _ZERO)
    wrong = pen.put_right(total, NET, "BT-106", net)
    for name, term, extras in (
        ("cbc:AllowanceTotalAmount", "BT-107", document.allowances),
        ("cbc:ChargeTotalAmount", "BT-108", document.charges),
    ):
        if extras or has(total, name):
            value = sum((amounts(each, "cbc:Amount") for each in extras), _ZERO)
            wrong |= pen.put_right(total, name, term, value)
    return wrong


def _total_says_so(root: Element) -> bool:
    """Whether the total VAT was the sum of the right VAT amounts all along."""
    return all(
        amount(each, "cbc:TaxAmount") == _tax_of(each)
        for each in find_all(root, "cac:TaxTotal")
        if has(each, "cac:TaxSubtotal")
    )


def _tax_of(tax_total: Element) -> Decimal:
    return rounded(amounts(tax_total, "cac:TaxSubtotal/cbc:TaxAmount"))


def _tax_total(root: Element, pen: Pen) -> bool:
    """BT-110; whether it was wrong."""
    wrong = False
    for each in find_all(root, "cac:TaxTotal"):
        if has(each, "cac:TaxSubtotal"):
            wrong |= pen.put_right(each, "cbc:TaxAmount", "BT-110", _tax_of(each))
    return wrong


def _payable(document: Document, total: Element, pen: Pen, due_before: Decimal | None) -> bool:
    """What follows from those sums, down to the amount to pay; whether that is certain."""
    charged, taken_off = (
        amounts(total, f"cbc:{each}TotalAmount") for each in ("Charge", "Allowance")
    )
    before_tax = amounts(total, NET) + charged - taken_off
    pen.put_right(total, "cbc:TaxExclusiveAmount", "BT-109", before_tax)
    pen.put_right(total, "cbc:TaxInclusiveAmount", "BT-112", before_tax + _tax(document))
    found = amount(total, "cbc:PayableAmount")
    due = _due(total, amount(total, "cbc:TaxInclusiveAmount"))
    if due is None:
        return False
    deducted = any(amount(total, name) for name, _term in _DEDUCTED)
    if found is not None and deducted and rounded(found) not in (due, due_before):
        return False  # perhaps it is the amount paid before, or the rounding, that is wrong
    pen.put_right(total, "cbc:PayableAmount", "BT-115", due)
    return True


def _due(total: Element, with_tax: Decimal | None) -> Decimal | None:
    if with_tax is None:
        return None
    paid = amounts(total, "cbc:PrepaidAmount")
    return rounded(with_tax - paid + amounts(total, "cbc:PayableRoundingAmount"))


def _tax(document: Document) -> Decimal:
    """The total VAT in the currency of the invoice."""
    own = document.currency_as_written
    found = find_all(document.root, "cac:TaxTotal/cbc:TaxAmount")
    stated = (number(string(each)) for each in found if each.get("currencyID") == own)
    return next(stated, None) or _ZERO
