"""Amounts, dates and numbers as people type them, turned into values or refused with a sentence."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from stdnum import iban

from app.errors import Unreadable
from app.validation.codes import codes

LONGEST = 200  # of one line of text
LONGEST_NOTE = 2000
_CENT = Decimal("0.01")
_PLAIN = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,8})?")
# “1.234” is twelve hundred in one country and a bit more than one in another.
_AMBIGUOUS = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}")
_UNTYPEABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MAIL = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]+\.[^@\s<>,;\".]{2,}")
_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})"),
)


def tidy(text: str) -> str:
    """What was typed, without the characters that no keyboard has and no XML can hold."""
    return _UNTYPEABLE.sub("", text).strip()


def text(typed: str, field: str, longest: int = LONGEST) -> str | None:
    """A text that fits, or nothing when the field was left empty."""
    if len(typed) > longest:
        raise Unreadable(
            "This is %(found)s characters; at most %(most)s fit.",
            field=field,
            found=len(typed),
            most=longest,
        )
    return typed or None


def required(typed: str, field: str) -> str:
    """A text that may not be left empty."""
    found = text(typed, field)
    if found is None:
        raise Unreadable("Fill in this field.", field=field)
    return found


def decimal(typed: str, field: str) -> Decimal:
    """A number with a comma or a point; one that could mean two things is refused."""
    bare = re.sub(r"[\s\u00a0\u202f'’€%]", "", typed)
    if not bare:
        raise Unreadable("Fill in a number.", field=field)
    if _AMBIGUOUS.fullmatch(bare):
        whole, fraction = re.split(r"[.,]", bare)
        raise Unreadable(
            "“%(typed)s” can be read in two ways. Write %(large)s or %(small)s.",
            field=field,
            typed=bare,
            large=whole + fraction,
            small=f"{whole},{fraction}0",
        )
    plain = _one_point(bare)
    if not _PLAIN.fullmatch(plain):
        raise Unreadable(
            "“%(typed)s” is not a number. Write it like 1250,50.", field=field, typed=typed[:40]
        )
    return Decimal(plain)


def amount(typed: str, field: str) -> Decimal:
    """A number of at most two decimals, as sums of money are written."""
    found = decimal(typed, field)
    if found != found.quantize(_CENT):
        raise Unreadable("Write at most two decimals.", field=field)
    return found


def positive(typed: str, field: str) -> Decimal:
    """An amount above zero."""
    found = amount(typed, field)
    if found <= 0:
        raise Unreadable("Write an amount above 0.", field=field)
    return found


def percentage(typed: str, field: str) -> Decimal:
    """A share of something, above nothing and at most all of it."""
    found = decimal(typed, field)
    if not 0 < found <= 100:
        raise Unreadable("Write a percentage above 0 and at most 100.", field=field)
    return found


def _one_point(bare: str) -> str:
    """Without marks between thousands, and with a point before the decimals."""
    last = max(bare.rfind(","), bare.rfind("."))
    if last < 0:
        return bare
    mark, other = bare[last], "," if bare[last] == "." else "."
    if bare.count(mark) > 1:  # 1.234.567: marks between thousands only
        grouped = re.fullmatch(rf"-?[0-9]{{1,3}}(\{mark}[0-9]{{3}})+", bare)
        return bare.replace(mark, "") if grouped else ""
    whole = bare[:last]
    if other in whole and not re.fullmatch(rf"-?[0-9]{{1,3}}(\{other}[0-9]{{3}})+", whole):
        return ""
    return f"{whole.replace(other, '') or '0'}.{bare[last + 1 :]}"


def day(typed: str, field: str) -> date | None:
    """A date, year first or last, or nothing."""
    if not typed:
        return None
    for form in _DATES:
        found = form.fullmatch(typed)
        if found and 1990 <= int(found["year"]) <= 2199:
            try:
                return date(int(found["year"]), int(found["month"]), int(found["day"]))
            except ValueError:
                break
    raise Unreadable(
        "“%(typed)s” is not a date. Write it like 31-12-2026.", field=field, typed=typed[:40]
    )


def account(typed: str, field: str) -> str | None:
    """An IBAN with its check digits right, or nothing."""
    if not typed:
        return None
    found = str(iban.compact(typed))
    if not iban.is_valid(found):
        raise Unreadable(
            "“%(typed)s” is not a right IBAN. Check for a typing error.",
            field=field,
            typed=typed[:40],
        )
    return found


def mail(typed: str, field: str) -> str | None:
    """One e-mail address, or nothing."""
    if not typed:
        return None
    if len(typed) > 320 or not _MAIL.fullmatch(typed):
        raise Unreadable(
            "“%(typed)s” is not an e-mail address. It looks like name@example.nl.",
            field=field,
            typed=typed[:60],
        )
    return typed


def currency(typed: str, field: str) -> str:
    """A currency code that exists."""
    found = typed.upper()
    if found not in codes("currency"):
        raise Unreadable(
            "“%(typed)s” is not a currency. Write its three letters, such as EUR.",
            field=field,
            typed=typed[:10],
        )
    return found


def country(typed: str, field: str) -> str:
    """A country code that exists."""
    found = typed.upper()
    if found not in codes("country"):
        raise Unreadable("Choose a country.", field=field)
    return found
