"""One row of the table of lines, made ready for the template."""

from __future__ import annotations

from dataclasses import dataclass

from app.invoice.model import AllowanceCharge, Line, Period
from app.rendering import words
from app.rendering.formats import Formats

Fact = tuple[str, str]  # a label and what it says


@dataclass(frozen=True, slots=True)
class LineView:
    """One row of the table."""

    name: str
    details: tuple[str, ...]
    quantity: str
    price: str
    vat: str
    amount: str


def known(f: Formats, *facts: Fact) -> tuple[Fact, ...]:
    """Facts that say something, with their labels translated."""
    return tuple((f.label(label), value) for label, value in facts if value)


def period_text(f: Formats, period: Period | None) -> str:
    """From one day to another, or the one that is known."""
    if period is None:
        return ""
    return " – ".join(filter(None, (f.day(period.start), f.day(period.end))))


def line_view(f: Formats, line: Line, currency: str | None) -> LineView:
    """One row of the table, ready to be placed."""
    numbers = known(
        f,
        (words.ITEM_NUMBER, line.seller_item_id or ""),
        (words.YOUR_ITEM_NUMBER, line.buyer_item_id or ""),
        (words.ORDER_LINE, line.order_line or ""),
        (words.PERIOD, period_text(f, line.period)),
        *line.attributes,
    )
    details = (
        line.description or "",
        line.note or "",
        " · ".join(f"{label}: {value}" for label, value in numbers),
        *(_extra(f, each, currency) for each in line.allowances_charges),
    )
    return LineView(
        name=line.name or "",
        details=tuple(each for each in details if each),
        quantity=" ".join(filter(None, (f.number(line.quantity), _unit(f, line.unit)))),
        price=_price(f, line, currency),
        vat=_rate(f, line.vat_category, line),
        amount=f.money(line.net, currency),
    )


def _unit(f: Formats, code: str | None) -> str:
    return f.label(words.UNITS[code]) if code in words.UNITS else code or ""


def _price(f: Formats, line: Line, currency: str | None) -> str:
    price = f.price(line.price, currency)
    if line.base_quantity is None or line.base_quantity == 1:
        return price
    unit = _unit(f, line.base_unit or line.unit)
    quantity = " ".join(filter(None, (f.number(line.base_quantity), unit)))
    return f"{price} {f.label(words.PER) % {'quantity': quantity}}"


def _rate(f: Formats, category: str | None, line: Line) -> str:
    if category in words.CATEGORIES and not line.vat_rate:
        return f.label(words.CATEGORIES[category])
    return f.percent(line.vat_rate)


def _extra(f: Formats, extra: AllowanceCharge, currency: str | None) -> str:
    kind = f.label(words.EXTRA_COST if extra.charge else words.DISCOUNT)
    label = f"{kind}: {extra.reason}" if extra.reason else kind
    amount = extra.amount if extra.charge or extra.amount is None else -extra.amount
    return f"{label} {f.money(amount, currency)}"
