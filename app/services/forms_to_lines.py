"""The rows of the invoice form, read: its lines, and discounts and charges on them and on the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from app.errors import AppError, Unreadable
from app.invoice import compose, vat_choices
from app.invoice.model import AllowanceCharge, Line
from app.services import invoice_forms, typed_values
from app.services.form_reader import Reader
from app.services.invoice_forms import Form

_DISCOUNT = "95"  # UNTDID 5189: who gives no reason gives a discount
_PERCENTS = frozenset({invoice_forms.DISCOUNT_PERCENT, invoice_forms.CHARGE_PERCENT})
_CHARGES = frozenset({invoice_forms.CHARGE_PERCENT, invoice_forms.CHARGE_AMOUNT})


@dataclass(slots=True)
class Rows:
    """Rows of one sort that could be read, which of the form each is, and what is wrong."""

    found: list[Any] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    errors: dict[str, AppError] = field(default_factory=dict)


def lines(form: Form) -> Rows:
    """Every line that somebody began to fill in."""
    result, rows = Rows(), form.get("lines", [])
    for index, each in enumerate(rows):
        if not (each.get("description") or each.get("price")) and len(rows) > 1:
            continue
        reader = Reader(each, f"lines-{index}-")
        line = _line(reader, str(len(result.found) + 1), each)
        own = _extras_of(line, each.get("extras", []), f"lines-{index}-extras-")
        result.found.append(replace(line, allowances_charges=tuple(own.found)))
        result.positions.append(index)
        result.errors |= reader.errors | own.errors
    return result


def extras(form: Form, of_lines: Sequence[Line]) -> Rows:
    """Discounts and charges on the whole invoice; a percentage is one of the sum of its lines."""
    result, base = Rows(), compose.sum_of_lines(of_lines)
    for index, each in enumerate(form.get("extras", [])):
        if not each.get("value") and not each.get("reason"):
            continue
        reader = Reader(each, f"extras-{index}-")
        category, rate = _vat(reader, each)
        found = _extra(reader, each, base, vat_category=category, vat_rate=rate)
        result.found += found
        result.positions += [index] * len(found)
        result.errors |= reader.errors
    return result


def _line(reader: Reader, number: str, typed: Mapping[str, str]) -> Line:
    category, rate = _vat(reader, typed)
    return Line(
        id=number,
        name=reader.read("description", typed_values.required),
        quantity=reader.read("quantity", typed_values.decimal),
        unit=typed.get("unit") or "C62",
        price=reader.read("price", _price),
        vat_category=category,
        vat_rate=rate,
    )


def _extras_of(line: Line, rows: Sequence[Mapping[str, str]], beginning: str) -> Rows:
    """Discounts and charges on one line; a percentage is one of its quantity times its price."""
    result, base = Rows(), compose.line_net(line)
    for index, each in enumerate(rows):
        if each.get("value") or each.get("reason"):
            reader = Reader(each, f"{beginning}{index}-")
            result.found += _extra(reader, each, base)
            result.errors |= reader.errors
    return result


def _vat(reader: Reader, typed: Mapping[str, str]) -> tuple[str, Decimal | None]:
    category = typed.get("vat_category") or "S"
    if category not in vat_choices.WITH_RATE:
        return category, None
    reading = _zero_or_rate if category in vat_choices.MAY_BE_ZERO else _rate
    return category, reader.read("vat_rate", reading)


def _extra(
    reader: Reader, typed: Mapping[str, str], base: Decimal, **vat: Any
) -> list[AllowanceCharge]:
    kind = typed.get("kind") or invoice_forms.DISCOUNT_PERCENT
    charge, share = kind in _CHARGES, kind in _PERCENTS
    size = reader.read("value", typed_values.percentage if share else typed_values.positive)
    reason = reader.read("reason", _reason_of_charge) if charge else reader.text("reason")
    if size is None:
        return []
    return [
        AllowanceCharge(
            charge=charge,
            amount=None if share else size,
            base=base if share else None,
            percent=size if share else None,
            reason=reason,
            reason_code=None if charge or reason else _DISCOUNT,
            **vat,
        )
    ]


def _reason_of_charge(text: str, at: str) -> str | None:
    if not text:
        raise Unreadable("Say what is charged, such as freight.", field=at)
    return typed_values.text(text, at)


def _price(text: str, at: str) -> Decimal:
    price = typed_values.decimal(text, at)
    if price < 0:
        raise Unreadable(
            "A price isn't negative. Make the quantity negative to take something off.", field=at
        )
    return price


def _rate(text: str, at: str) -> Decimal:
    rate = typed_values.decimal(text, at)
    if not 0 < rate <= 100:
        raise Unreadable("Write a rate above 0 and at most 100, such as 21.", field=at)
    return rate


def _zero_or_rate(text: str, at: str) -> Decimal:
    rate = typed_values.decimal(text, at)
    if not 0 <= rate <= 100:
        raise Unreadable("Write a rate from 0 to 100, such as 7.", field=at)
    return rate
