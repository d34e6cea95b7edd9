"""The arithmetic of an invoice: from quantities and prices to VAT and totals, rounded half up.

What a person fills in is a draft; ``complete`` adds everything that follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Context, Decimal

from app.invoice.model import AllowanceCharge, Invoice, Line, Totals, VatBreakdown

_ZERO = Decimal(0)
_CENT = Decimal("0.01")
# Wide enough that a number of absurd length is rounded instead of raising.
_WIDE = Context(prec=200)
# Categories that carry no VAT have the rate zero; "outside the scope" (O) has none at all.
_WITHOUT_VAT = frozenset({"Z", "E", "AE", "K", "G"})
_OUTSIDE_SCOPE = "O"
# Reasons that the law itself gives; an exemption (E) needs the seller's own reason.
_REASONS = {
    "AE": ("VATEX-EU-AE", "Reverse charge"),
    "K": ("VATEX-EU-IC", "Intra-community supply"),
    "G": ("VATEX-EU-G", "Export outside the EU"),
    "O": ("VATEX-EU-O", "Not subject to VAT"),
}

_Rate = tuple[str | None, Decimal | None]


def complete(draft: Invoice) -> Invoice:
    """The draft with line amounts, VAT breakdown and totals worked out.

    Prepaid and rounding amounts, and reasons for exemption, are kept from the draft.
    """
    lines = tuple(_line(line) for line in draft.lines)
    extras = tuple(_allowance_charge(each) for each in draft.allowances_charges)
    breakdown = _breakdown(lines, extras, draft.vat_breakdown)
    return replace(
        draft,
        lines=lines,
        allowances_charges=extras,
        vat_breakdown=breakdown,
        totals=_totals(lines, extras, breakdown, draft.totals),
    )


def rounded(amount: Decimal) -> Decimal:
    """Two decimals, a half away from zero."""
    # Adding zero turns minus zero into zero, which nobody wants to see on an invoice.
    return _WIDE.add(amount.quantize(_CENT, ROUND_HALF_UP, _WIDE), _ZERO)


def line_net(line: Line) -> Decimal:
    """What a line comes to: quantity times price, plus charges, less allowances (BT-131)."""
    base = line.base_quantity or Decimal(1)
    gross = (line.quantity or _ZERO) * (line.price or _ZERO) / base
    return rounded(gross + sum((_signed(each) for each in line.allowances_charges), _ZERO))


def sum_of_lines(lines: Iterable[Line]) -> Decimal:
    """What all lines come to together (BT-106): of this a discount on the whole is a percentage."""
    return rounded(sum((_line(each).net or _ZERO for each in lines), _ZERO))


def _line(line: Line) -> Line:
    extras = tuple(_amount_from_percent(each) for each in line.allowances_charges)
    with_extras = replace(
        line,
        allowances_charges=extras,
        vat_rate=_rate(line.vat_category, line.vat_rate),
    )
    return replace(with_extras, net=line_net(with_extras))


def _allowance_charge(each: AllowanceCharge) -> AllowanceCharge:
    return replace(_amount_from_percent(each), vat_rate=_rate(each.vat_category, each.vat_rate))


def _amount_from_percent(each: AllowanceCharge) -> AllowanceCharge:
    if each.base is not None and each.percent is not None:
        return replace(each, amount=rounded(each.base * each.percent / 100))
    return replace(each, amount=rounded(each.amount or _ZERO))


def _signed(each: AllowanceCharge) -> Decimal:
    amount = each.amount or _ZERO
    return amount if each.charge else -amount


def _rate(category: str | None, rate: Decimal | None) -> Decimal | None:
    if category == _OUTSIDE_SCOPE:
        return None
    return _ZERO if category in _WITHOUT_VAT else rate


def _breakdown(
    lines: Iterable[Line],
    extras: Iterable[AllowanceCharge],
    given: Iterable[VatBreakdown],
) -> tuple[VatBreakdown, ...]:
    taxable: dict[_Rate, Decimal] = {}
    for line in lines:
        key = (line.vat_category, line.vat_rate)
        taxable[key] = taxable.get(key, _ZERO) + (line.net or _ZERO)
    for extra in extras:
        key = (extra.vat_category, extra.vat_rate)
        taxable[key] = taxable.get(key, _ZERO) + _signed(extra)
    reasons = {each.category: each for each in given}
    return tuple(_vat(key, base, reasons.get(key[0])) for key, base in taxable.items())


def _vat(key: _Rate, taxable: Decimal, given: VatBreakdown | None) -> VatBreakdown:
    category, rate = key
    code, reason = _REASONS.get(category or "", (None, None))
    if given is not None and (given.exemption_code or given.exemption_reason):
        code, reason = given.exemption_code, given.exemption_reason
    return VatBreakdown(
        taxable=rounded(taxable),
        tax=rounded(taxable * (rate or _ZERO) / 100),
        category=category,
        rate=rate,
        exemption_reason=reason,
        exemption_code=code,
    )


def _totals(
    lines: Iterable[Line],
    extras: tuple[AllowanceCharge, ...],
    breakdown: Iterable[VatBreakdown],
    given: Totals,
) -> Totals:
    net = sum((line.net or _ZERO for line in lines), _ZERO)
    exclusive = net + sum((_signed(each) for each in extras), _ZERO)
    tax = sum((each.tax or _ZERO for each in breakdown), _ZERO)
    due = exclusive + tax - (given.prepaid or _ZERO) + (given.rounding or _ZERO)
    return replace(
        given,
        lines=rounded(net),
        allowances=_sum_of(extras, charge=False),
        charges=_sum_of(extras, charge=True),
        tax_exclusive=rounded(exclusive),
        tax=rounded(tax),
        tax_inclusive=rounded(exclusive + tax),
        payable=rounded(due),
    )


def _sum_of(extras: Iterable[AllowanceCharge], *, charge: bool) -> Decimal | None:
    amounts = [each.amount or _ZERO for each in extras if each.charge is charge]
    return rounded(sum(amounts, _ZERO)) if amounts else None
