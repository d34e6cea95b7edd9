"""VAT, discounts and totals, made ready for the template."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.invoice.model import AllowanceCharge, Invoice, VatBreakdown
from app.rendering import words
from app.rendering.facts import (
    Fact,
    extra_amount,
    extra_details,
    extra_label,
    rate_text,
)
from app.rendering.formats import Formats

VatRow = tuple[str, str, str, str]  # the rate, why it is so, over what, and the VAT itself


@dataclass(frozen=True, slots=True)
class Sum:
    """One row of the totals, with how it comes about."""

    label: str
    value: str
    detail: str = ""


def vat_rows(f: Formats, invoice: Invoice) -> tuple[VatRow, ...]:
    """The VAT per category and rate."""
    return tuple(_vat(f, each, invoice.currency) for each in invoice.vat_breakdown)


def _vat(f: Formats, vat: VatBreakdown, currency: str | None) -> VatRow:
    name = rate_text(f, vat.category, vat.rate, f.percent(vat.rate))
    reason = "" if vat.exemption_reason == name else vat.exemption_reason or ""
    why = " · ".join(filter(None, (reason, vat.exemption_code)))
    # The code of the category too: it is what bookkeeping software asks for.
    coded = f"{name} ({vat.category})" if vat.category else name
    return coded, why, f.money(vat.taxable, currency), f.money(vat.tax, currency)


def sums(f: Formats, invoice: Invoice) -> tuple[Sum, ...]:
    """From the sum of the lines to what is left to pay, without steps that change nothing."""
    totals, currency = invoice.totals, invoice.currency
    foreign = f.money(totals.tax_in_accounting_currency, invoice.accounting_currency)
    prepaid = None if not totals.prepaid else -totals.prepaid
    rows = (
        *_before_vat(f, invoice),
        (words.TOTAL_WITHOUT_VAT, f.money(totals.tax_exclusive, currency)),
        (words.TOTAL_VAT, f.money(totals.tax, currency)),
        (words.TOTAL_VAT, foreign),
        (words.TOTAL_WITH_VAT, f.money(totals.tax_inclusive, currency)),
        (words.PREPAID, f.money(prepaid, currency)),
        (words.ROUNDING, f.money(totals.rounding or None, currency)),
    )
    return tuple(
        each if isinstance(each, Sum) else Sum(f.label(each[0]), each[1])
        for each in rows
        if isinstance(each, Sum) or each[1]
    )


def _before_vat(f: Formats, invoice: Invoice) -> list[Sum | Fact]:
    totals, currency = invoice.totals, invoice.currency
    extras = invoice.allowances_charges
    changes = bool(extras) or bool(totals.allowances) or bool(totals.charges)
    if not changes and totals.lines in (None, totals.tax_exclusive):
        return []
    rows: list[Sum | Fact] = [(words.SUBTOTAL, f.money(totals.lines, currency))]
    rows += [_extra(f, each, currency) for each in extras]
    # One discount is its own total.
    discounts = [each.amount for each in extras if not each.charge]
    costs = [each.amount for each in extras if each.charge]
    if totals.allowances and discounts != [totals.allowances]:
        rows.append((words.TOTAL_DISCOUNTS, f.money(-totals.allowances, currency)))
    if totals.charges and costs != [totals.charges]:
        rows.append((words.TOTAL_EXTRA_COSTS, f.money(totals.charges, currency)))
    return rows


def _extra(f: Formats, extra: AllowanceCharge, currency: str | None) -> Sum:
    vat = rate_text(f, extra.vat_category, extra.vat_rate, f.percent(extra.vat_rate))
    taxed = f"{f.label(words.VAT)} {vat}" if vat else ""
    details = " · ".join(filter(None, (*extra_details(f, extra, currency), taxed)))
    return Sum(extra_label(f, extra), extra_amount(f, extra, currency), details)


def to_pay(f: Formats, invoice: Invoice, credit: bool) -> Fact:
    """What it all comes down to."""
    label = words.CREDITED if credit else words.TO_PAY
    payable: Decimal | None = invoice.totals.payable
    return f.label(label), f.money(payable, invoice.currency)
