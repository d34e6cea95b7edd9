"""The rows of the table of lines, made ready for the template."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.invoice.model import AllowanceCharge, Classification, Invoice, Line
from app.rendering import words
from app.rendering.facts import (
    extra_amount,
    extra_details,
    extra_label,
    identifier_text,
    known,
    period_text,
    rate_text,
)
from app.rendering.formats import Formats


@dataclass(frozen=True, slots=True)
class LineView:
    """One row of the table; what the lines before it, and it with them, come to where a page ends."""

    number: str
    name: str
    details: tuple[str, ...]
    quantity: str
    price: str
    vat: str
    amount: str
    brought: str
    carried: str


def line_views(f: Formats, invoice: Invoice) -> tuple[LineView, ...]:
    """The whole table; nothing is carried to the first row, and nothing from the last."""
    brought, carried = f.label(words.BROUGHT_FORWARD), f.label(words.CARRIED_FORWARD)
    views, sum_ = [], Decimal(0)
    for position, line in enumerate(invoice.lines, 1):
        before, sum_ = sum_, sum_ + (line.net or 0)
        last = position == len(invoice.lines)
        over = f"{brought} {f.money(before, invoice.currency)}" if position > 1 else ""
        on = "" if last else f"{carried} {f.money(sum_, invoice.currency)}"
        views.append(_line(f, line, invoice.currency, (over, on)))
    return tuple(views)


def _line(f: Formats, line: Line, currency: str | None, sums: tuple[str, str]) -> LineView:
    return LineView(
        number=line.id or "",
        name=line.name or "",
        details=_details(f, line, currency),
        quantity=" ".join(filter(None, (f.number(line.quantity), _unit(f, line.unit)))),
        price=_price(f, line, currency),
        vat=rate_text(f, line.vat_category, line.vat_rate, f.percent(line.vat_rate)),
        amount=f.money(line.net, currency),
        brought=sums[0],
        carried=sums[1],
    )


def _details(f: Formats, line: Line, currency: str | None) -> tuple[str, ...]:
    facts = known(
        f,
        (words.ITEM_NUMBER, line.seller_item_id or ""),
        (words.YOUR_ITEM_NUMBER, line.buyer_item_id or ""),
        (words.STANDARD_ITEM, identifier_text(line.standard_item_id)),
        (words.CLASSIFICATION, ", ".join(map(_classification, line.classifications))),
        (words.ORIGIN, f.country(line.origin_country)),
        (words.ORDER_LINE, line.order_line or ""),
        (words.OBJECT, identifier_text(line.object_id)),
        (words.ACCOUNTING, line.accounting_reference or ""),
        (words.PERIOD, period_text(f, line.period)),
        (words.GROSS_PRICE, f.price(line.gross_price, currency)),
        (words.PRICE_DISCOUNT, f.price(line.price_discount, currency)),
    )
    details = (
        line.description or "",
        line.note or "",
        " · ".join(f"{label}: {value}" for label, value in (*facts, *line.attributes)),
        *(_extra(f, each, currency) for each in line.allowances_charges),
    )
    return tuple(each for each in details if each)


def _classification(each: Classification) -> str:
    source = " ".join(filter(None, (each.list, each.list_version)))
    return f"{each.code} ({source})" if source else each.code


def _unit(f: Formats, code: str | None) -> str:
    return f.label(words.UNITS[code]) if code in words.UNITS else code or ""


def _price(f: Formats, line: Line, currency: str | None) -> str:
    price = f.price(line.price, currency)
    same_unit = line.base_unit in (None, line.unit)
    if line.base_quantity is None or (line.base_quantity == 1 and same_unit):
        return price
    unit = _unit(f, line.base_unit or line.unit)
    quantity = " ".join(filter(None, (f.number(line.base_quantity), unit)))
    return f"{price} {f.label(words.PER) % {'quantity': quantity}}"


def _extra(f: Formats, extra: AllowanceCharge, currency: str | None) -> str:
    details = ", ".join(extra_details(f, extra, currency))
    label = extra_label(f, extra) + (f" ({details})" if details else "")
    return f"{label} {extra_amount(f, extra, currency)}"
