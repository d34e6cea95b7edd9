"""Periods as they stand in an address: 2026, 2026-Q4, 2026-11, 2026-11-01..2026-11-15, also open at one end."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import dates
from flask_babel import gettext

from app.errors import AppError, Unreadable
from app.services import typed_values
from app.views import formats

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
_PARTS = re.compile(r"(20\d\d)(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")
_DAY = re.compile(r"20\d\d-\d\d-\d\d")


def read(text: str) -> tuple[date, date]:
    """The first and the last day of a period; what it cannot mean is refused."""
    parts = _PARTS.fullmatch(text)
    if parts:
        return _of_parts(int(parts[1]), int(parts[2] or 0), int(parts[3] or 0))
    start, dots, end = text.partition("..")
    if not dots or start == end == "":
        raise _unreadable()
    first, last = _day(start, FIRST), _day(end, LAST)
    if first > last:
        raise _unreadable()
    return first, last


def word(text: str) -> str:
    """The period as people say it."""
    first, last = read(text)
    parts = _PARTS.fullmatch(text)
    if parts is None:
        return _from_to(first, last)
    if parts[2]:
        return dates.format_skeleton("yQQQ", first, locale=formats.locale())
    if parts[3]:
        return dates.format_skeleton("yMMMM", first, locale=formats.locale())
    return parts[1]


def between(first: str, last: str) -> str:
    """From and to, as someone typed them, as one text; nothing when both are empty."""
    days = [
        f"{typed_values.day(each, 'period'):%Y-%m-%d}" if each else "" for each in (first, last)
    ]
    return "..".join(days) if any(days) else ""


def choices() -> list[tuple[str, str]]:
    """The periods that people ask for most, with their names."""
    today = datetime.now(ZoneInfo(formats.zone_name())).date()
    month, year = today.replace(day=1), today.year
    before = month - timedelta(days=1)
    quarter = (today.month + 2) // 3
    earlier = f"{year}-Q{quarter - 1}" if quarter > 1 else f"{year - 1}-Q4"
    values = [f"{month:%Y-%m}", f"{before:%Y-%m}", f"{year}-Q{quarter}", earlier]
    return [(each, word(each)) for each in (*values, str(year), str(year - 1))]


def _of_parts(year: int, quarter: int, month: int) -> tuple[date, date]:
    if not quarter and not month:
        return date(year, 1, 1), date(year, 12, 31)
    first = month or quarter * 3 - 2
    last = month or quarter * 3
    after = date(year, last + 1, 1) if last < 12 else date(year + 1, 1, 1)
    return date(year, first, 1), after - timedelta(days=1)


def _day(text: str, otherwise: date) -> date:
    if not text:
        return otherwise
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError as error:
        raise _unreadable() from error
    raise _unreadable()


def _from_to(first: date, last: date) -> str:
    if first == FIRST:
        return str(gettext("until %(day)s", day=formats.day(last)))
    if last == LAST:
        return str(gettext("from %(day)s", day=formats.day(first)))
    return f"{formats.day(first)} – {formats.day(last)}"


def _unreadable() -> AppError:
    return Unreadable("This list cannot be narrowed that way.")
