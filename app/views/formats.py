"""How values look on a page: times in the reader's zone, amounts in their way of writing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, dates, numbers
from flask import Flask, current_app, g
from flask_babel import force_locale, get_locale, gettext

DEFAULT_ZONE = "Europe/Amsterdam"
# English is read in Europe here: 3 Nov 2026 rather than Nov 3.
WRITTEN_AS = {"en": "en_GB"}


def register(app: Flask) -> None:
    """Give the templates their filters, and the framework the reader's zone."""
    filters = {
        "moment": moment,
        "size": size,
        "exact": exact,
        "day": day,
        "money": money,
        "month": month,
        "number": number,
        "said": said,
        "shown": shown,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals["translation_notices"] = translation_notices
    app.extensions["babel"].timezone_selector = zone_name


def reader_language() -> str:
    """The language of this page, as a code."""
    locale = get_locale()
    return str(locale.language) if locale else "nl"


@cache
def translation_notices() -> tuple[tuple[str, str], ...]:
    """In each of our languages: that the browser translates, and what to do. Made once."""
    notices = []
    for code in current_app.config["LANGUAGES"]:
        with force_locale(code):
            notices.append(
                (
                    code,
                    gettext(
                        "Your browser translates this page. Numbers and terms can change by that; "
                        "choose one of our own languages instead."
                    ),
                )
            )
    return tuple(notices)


def zone_name() -> str:
    """The reader's time zone; strangers are taken to be at home."""
    person = g.get("person")
    name = person.user.time_zone if person else DEFAULT_ZONE
    return name if _known(name) else DEFAULT_ZONE


@cache
def _known(name: str) -> bool:
    # Reads every zone's file of the machine, so it is asked once for each name that people have.
    return name in available_timezones()


def moment(at: datetime | None) -> str:
    """A time in the reader's zone, to the minute."""
    if at is None:
        return ""
    here = at.astimezone(ZoneInfo(zone_name()))
    return f"{_day(here.date(), reader_language())} {here:%H:%M}"


def clock(at: datetime) -> str:
    """The time of today in the reader's zone."""
    return f"{at.astimezone(ZoneInfo(zone_name())):%H:%M}"


def exact(at: datetime | None) -> str:
    """The same instant for everyone, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if at else ""


def day(on: date | None) -> str:
    """A date; of a time, the date in the reader's zone."""
    if on is None:
        return ""
    here = on.astimezone(ZoneInfo(zone_name())).date() if isinstance(on, datetime) else on
    return _day(here, reader_language())


@lru_cache(maxsize=4096)
def _day(on: date, language: str) -> str:
    # Lists show the same few days again and again.
    return dates.format_date(on, "medium", locale=_locale_of(language))


def month(on: date) -> str:
    """A month of a year."""
    return dates.format_skeleton("yMMM", on, locale=locale())


def number(count: int) -> str:
    """A whole number, in groups of digits as the reader writes them."""
    return numbers.format_decimal(count, locale=locale())


def decimal(value: Decimal | None) -> str:
    """A number with its decimals, as the reader writes it."""
    return numbers.format_decimal(value, locale=locale()) if value is not None else ""


def money(amount: Decimal | None, currency: str = "EUR") -> str:
    """An amount with its currency."""
    if amount is None:
        return ""
    return _money(amount, currency or "EUR", reader_language())


@lru_cache(maxsize=4096)
def _money(amount: Decimal, currency: str, language: str) -> str:
    # People open the same list again and again.
    return numbers.format_currency(amount, currency, locale=_locale_of(language))


def size(count: int) -> str:
    """How large a file is."""
    kilobytes = max(1, round(count / 1024))
    if kilobytes < 1024:
        return f"{number(kilobytes)} kB"
    return f"{decimal(Decimal(count * 10 // 1024**2) / 10)} MB"


def said(text: str, values: dict[str, str] | None = None) -> str:
    """A stored English message in the reader's language, with its values."""
    translated: str = gettext(text)
    return translated % values if values else translated


def shown(value: Any) -> Any:
    """Any value of a row for a reader; text stays text, and is escaped by the page."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, datetime):
        return moment(value)
    return day(value) if isinstance(value, date) else value


def locale() -> Locale:
    """How values are written for the reader."""
    return _locale_of(reader_language())


@cache
def _locale_of(language: str) -> Locale:
    return Locale.parse(WRITTEN_AS.get(language, language))


def country_name(code: str) -> str:
    """A country as the reader calls it."""
    locale = get_locale()
    return str(locale.territories.get(code, code) if locale else code)
