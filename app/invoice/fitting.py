"""What a UBL invoice has to say and one in CII may leave out, or say once more.

Nothing is guessed: what is filled in follows from what stands beside it.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from app.invoice.model import Invoice, Line, PaymentMeans, Totals

_DIRECT_DEBIT = frozenset({"49", "59"})  # UNTDID 4461


def fitted(invoice: Invoice) -> Invoice:
    """The same invoice, so that UBL can hold it."""
    return replace(
        invoice,
        totals=_with_tax(invoice),
        payment_means=_with_one_mandate(invoice.payment_means),
        lines=tuple(map(_with_discount, invoice.lines)),
    )


def _with_tax(invoice: Invoice) -> Totals:
    """BT-110 is what the rows of the VAT breakdown come to; CII need not say it."""
    totals = invoice.totals
    if totals.tax is not None or not invoice.vat_breakdown:
        return totals
    return replace(
        totals, tax=sum((row.tax or Decimal(0) for row in invoice.vat_breakdown), Decimal(0))
    )


def _with_one_mandate(means: tuple[PaymentMeans, ...]) -> tuple[PaymentMeans, ...]:
    """BG-19 stands once in UBL (UBL-SR-55); CII says it for all ways to pay together."""
    mandates = {each.mandate for each in means if each.mandate}
    if len(mandates) != 1 or len(means) == 1:
        return means
    debits = [each for each in means if each.code in _DIRECT_DEBIT] or [*means]
    first = next((each for each in debits if each.mandate), None)
    return tuple(each if each is first else replace(each, mandate=None) for each in means)


def _with_discount(line: Line) -> Line:
    """BT-148 stands with BT-147 in UBL, and is BT-146 without it."""
    if line.gross_price is None or line.price is None or line.price_discount is not None:
        return line
    return replace(line, price_discount=line.gross_price - line.price)
