"""Look at elements as the official rules do: present-but-empty is not the same as absent."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from decimal import ROUND_FLOOR, Context, Decimal
from functools import lru_cache

from lxml import etree

from app.invoice import ubl
from app.invoice.values import number

Element = etree._Element

_SPACE = re.compile(r"[ \t\r\n]+")
_FLOAT = re.compile(
    r"[ \t\r\n]*([+-]?(?:[0-9]{1,60}(?:\.[0-9]{0,60})?|\.[0-9]{1,60})(?:[eE][+-]?[0-9]{1,3})?)[ \t\r\n]*"
)
_INTEGER = re.compile(r"[ \t\r\n]*[+-]?[0-9]+[ \t\r\n]*")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_HALF, _CENT = Decimal("0.5"), Decimal("0.01")
# Wide enough for every number that ``number`` accepts, so that rounding never fails.
_WIDE = Context(prec=200)


@lru_cache(maxsize=1024)
def _tags(path: str) -> tuple[str, ...]:
    return tuple(ubl.qualified(name) for name in path.split("/"))


def find_all(element: Element, path: str) -> list[Element]:
    """All elements at a path of children."""
    found = [element]
    for tag in _tags(path):
        found = [child for parent in found for child in parent.iterchildren(tag)]
    return found


def find(element: Element, path: str) -> Element | None:
    """The first of them."""
    tags = _tags(path)
    if len(tags) == 1:  # what is asked by far the most
        return next(element.iterchildren(tags[0]), None)
    return _first(element, tags, 0)


def _first(element: Element, tags: tuple[str, ...], step: int) -> Element | None:
    last = step + 1 == len(tags)
    for child in element.iterchildren(tags[step]):
        if last:
            return child
        found = _first(child, tags, step + 1)
        if found is not None:
            return found
    return None


def has(element: Element, path: str) -> bool:
    """Whether there is one, empty or not."""
    return find(element, path) is not None


def string(element: Element | None) -> str:
    """All text in an element, exactly as written."""
    if element is None:
        return ""
    if len(element):
        return "".join(str(part) for part in element.itertext(with_tail=False))
    return element.text or ""


def plain(text: str) -> str:
    """Text without white space at the ends, and single spaces inside."""
    return _SPACE.sub(" ", text).strip(" ")


def text(element: Element, path: str) -> str:
    """The plain text of the first element at this path; empty when there is none."""
    return plain(string(find(element, path)))


def written(element: Element, path: str) -> str:
    """The text of the first element at this path, exactly as written."""
    return string(find(element, path))


def says(element: Element, path: str, *values: str) -> bool:
    """Whether an element at this path holds exactly one of these values, white space included."""
    return any(string(each) in values for each in find_all(element, path))


def own_text(element: Element) -> str:
    """The plain text of the element itself."""
    return plain(string(element))


def amount(element: Element, path: str) -> Decimal | None:
    """The number at this path."""
    return number(string(find(element, path)))


def amounts(element: Element, path: str) -> Decimal:
    """The sum of the numbers at this path; what is no number counts as nothing."""
    return total(number(string(each)) for each in find_all(element, path))


def total(numbers: Iterable[Decimal | None]) -> Decimal:
    """A sum in which absent numbers count as nothing."""
    return sum((each for each in numbers if each is not None), Decimal(0))


def floating(text: str) -> float | None:
    """A number as XPath reads it from any text, exponents included."""
    match = _FLOAT.fullmatch(text)
    return float(match.group(1)) if match else None


def is_integer(text: str) -> bool:
    """Whether it can be read as a whole number, with a sign or without."""
    return _INTEGER.fullmatch(text) is not None


def is_day(text: str) -> bool:
    """Whether it is a day of the calendar, written as year-month-day."""
    match = _DAY.fullmatch(text)
    if match is None:
        return False
    year, month, day = (int(part) for part in match.groups())
    # The year 0, which Python doesn't know, has the days of the year 2000.
    return 1 <= month <= 12 and 1 <= day <= monthrange(year or 2000, month)[1]


def whole(value: Decimal) -> Decimal:
    """Rounded to a whole number as XPath does: a half goes up, also below zero."""
    return _WIDE.add(value, _HALF).to_integral_value(ROUND_FLOOR)


def cents(value: Decimal) -> Decimal:
    """Rounded to two decimals in the same way."""
    return whole(value * 100) * _CENT


def is_false(element: Element, path: str = "cbc:ChargeIndicator") -> bool:
    """Whether it says ``false``; absent is neither false nor true."""
    return text(element, path) in ("false", "0")


def is_true(element: Element, path: str = "cbc:ChargeIndicator") -> bool:
    """Whether it says ``true``."""
    return text(element, path) in ("true", "1")


def under_vat(category: Element) -> bool:
    """Whether a tax category or tax number belongs to the scheme VAT."""
    return any(
        own_text(each).upper() == "VAT" for each in find_all(category, "cac:TaxScheme/cbc:ID")
    )
