"""A label with what it says: most of the page consists of these."""

from __future__ import annotations

from app.invoice.identifiers import ParticipantId, grouped
from app.invoice.model import AllowanceCharge, Identifier, Period
from app.rendering import words
from app.rendering.formats import Formats

Fact = tuple[str, str]  # a label and what it says


def known(f: Formats, *facts: Fact) -> tuple[Fact, ...]:
    """Facts that say something, with their labels translated."""
    return tuple((f.label(label), value) for label, value in facts if value)


def period_text(f: Formats, period: Period | None) -> str:
    """From one day to another, or the one that is known."""
    if period is None:
        return ""
    return " – ".join(filter(None, (f.day(period.start), f.day(period.end))))


def identifier_text(identifier: Identifier | None) -> str:
    """A number as people write it, with the code of its scheme."""
    if identifier is None:
        return ""
    scheme = identifier.scheme or ""
    number = grouped(ParticipantId(scheme, identifier.value))
    return f"{number} ({scheme})" if scheme else number


def rate_text(f: Formats, category: str | None, rate: object, percent: str) -> str:
    """A rate that is charged; else the name of its category says it better than 0%."""
    if category in words.CATEGORIES:
        name = f.label(words.CATEGORIES[category])
        return f"{name} {percent}" if rate else name
    return percent


def extra_label(f: Formats, extra: AllowanceCharge) -> str:
    """Why something is taken off or added."""
    kind = f.label(words.EXTRA_COST if extra.charge else words.DISCOUNT)
    return f"{kind}: {extra.reason}" if extra.reason else kind


def extra_details(f: Formats, extra: AllowanceCharge, currency: str | None) -> tuple[str, ...]:
    """How its amount comes about, and the code of its reason."""
    percent, base = f.percent(extra.percent), f.money(extra.base, currency)
    if percent and base:
        percent = f.label(words.PERCENT_OF) % {"percent": percent, "amount": base}
    code = extra.reason_code
    coded = f.label(words.CODE) % {"code": code} if code else ""
    return tuple(filter(None, (percent or base, coded)))


def extra_amount(f: Formats, extra: AllowanceCharge, currency: str | None) -> str:
    """What is taken off has a minus."""
    amount = extra.amount if extra.charge or extra.amount is None else -extra.amount
    return f.money(amount, currency)
