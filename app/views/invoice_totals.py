"""What a form comes to, in words and amounts: one arithmetic, for the page and while somebody types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import render_template
from flask_babel import gettext

from app.invoice.model import Totals, VatBreakdown
from app.services.forms_to_invoice import Parsed
from app.services.invoice_forms import Form
from app.views import formats, invoice_choices

NOT_YET = "–"


@dataclass(frozen=True, slots=True)
class Sum:
    """One row of the totals."""

    key: str
    label: str
    amount: str


def answer(form: Form, parsed: Parsed) -> dict[str, Any]:
    """Everything that changes on the page while somebody types."""
    rows = render_template("documents/totals.html", sums=sums(form, parsed))
    return {"amounts": amounts(form, parsed), "totals": rows}


def amounts(form: Form, parsed: Parsed) -> dict[str, str]:
    """What each row of the form comes to, by the beginning of its fields."""
    currency = _currency(form)
    found = {f"{rows}-{n}": NOT_YET for rows in ("lines", "extras") for n in range(len(form[rows]))}
    for position, line in zip(parsed.positions, parsed.invoice.lines, strict=True):
        if None not in (line.quantity, line.price):
            found[f"lines-{position}"] = formats.money(line.net, currency)
    extras = parsed.invoice.allowances_charges
    for position, extra in zip(parsed.extra_positions, extras, strict=True):
        amount = extra.amount or Decimal(0)
        found[f"extras-{position}"] = formats.money(amount if extra.charge else -amount, currency)
    return found


def sums(form: Form, parsed: Parsed) -> list[Sum]:
    """The totals, those that say something."""
    currency, invoice = _currency(form), parsed.invoice
    return [
        Sum(key, label, formats.money(amount, currency))
        for key, label, amount in (
            *_before_vat(invoice.totals),
            *_vat(invoice.vat_breakdown, invoice.totals, currency),
            *_after_vat(invoice.totals),
        )
    ]


_Row = tuple[str, str, Decimal]


def _before_vat(totals: Totals) -> Iterator[_Row]:
    if totals.allowances or totals.charges:
        yield "lines", gettext("Lines"), totals.lines or Decimal(0)
    if totals.allowances:
        yield "allowances", gettext("Discounts"), -totals.allowances
    if totals.charges:
        yield "charges", gettext("Charges"), totals.charges
    yield "net", gettext("Without VAT"), totals.tax_exclusive or Decimal(0)


def _vat(breakdown: tuple[VatBreakdown, ...], totals: Totals, currency: str) -> Iterator[_Row]:
    for number, each in enumerate(breakdown):
        taxable = formats.money(each.taxable, currency)
        said = gettext("%(vat)s of %(amount)s", vat=_name(each), amount=taxable)
        key = "vat" if len(breakdown) == 1 else f"vat-{number}"
        yield key, said, each.tax or Decimal(0)
    if len(breakdown) != 1:
        yield "vat", gettext("VAT"), totals.tax or Decimal(0)


def _name(each: VatBreakdown) -> str:
    word = str(dict(invoice_choices.VAT_CATEGORIES).get(each.category or "", each.category))
    return f"{word} {formats.decimal(each.rate)}%" if each.rate else word


def _after_vat(totals: Totals) -> Iterator[_Row]:
    if totals.prepaid or totals.rounding:
        yield "gross", gettext("With VAT"), totals.tax_inclusive or Decimal(0)
    if totals.prepaid:
        yield "prepaid", gettext("Paid already"), -totals.prepaid
    if totals.rounding:
        yield "rounding", gettext("Rounding"), totals.rounding
    yield "due", gettext("To pay"), totals.payable or Decimal(0)


def _currency(form: Form) -> str:
    return str(form.get("currency") or "")[:3].upper()
