"""Numbers whose form or check digit rules of several countries look at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import cycle

from stdnum import luhn

from app.validation.look import is_integer

_SPACE = re.compile(r"[ \t\r\n]")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{0,30}", re.ASCII)
_ABN = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)


def digits(number: str, *lengths: int) -> bool:
    """Only the digits 0 to 9, and one of these numbers of them; any number of them when none is given."""
    return number.isascii() and number.isdigit() and (not lengths or len(number) in lengths)


def gln(number: str) -> bool:
    """The check digit of GS1; the rule leaves the length free."""
    return digits(number) and -_weighted(number[:-1], (3, 1)) % 10 == int(number[-1])


def mod11(number: str) -> bool:
    """A Norwegian organization number: nine digits with a check digit modulo 11."""
    if not digits(number, 9) or int(number) == 0:
        return False
    return -_weighted(number[:-1], (2, 3, 4, 5, 6, 7)) % 11 == int(number[-1])


def _weighted(number: str, weights: Sequence[int]) -> int:
    """The sum of the digits, from the last to the first, each times its weight."""
    return sum(
        int(digit) * weight for digit, weight in zip(reversed(number), cycle(weights), strict=False)
    )


def belgian(number: str) -> bool:
    """A Belgian enterprise number."""
    return digits(number, 10) and 97 - int(number[:8]) % 97 == int(number[8:])


def swedish(number: str) -> bool:
    """A Swedish organization number: the tenth digit checks the nine before it."""
    return digits(number) and len(number) >= 10 and _luhn(number[:10])


def _luhn(number: str) -> bool:
    return bool(luhn.is_valid(number))


def australian(number: str) -> bool:
    """An Australian business number."""
    if not digits(number, 11):
        return False
    first, *others = (int(digit) for digit in number)
    return sum(d * w for d, w in zip((first - 1, *others), _ABN, strict=True)) % 89 == 0


def greek(number: str) -> bool:
    """A Greek tax number: the ninth digit checks the eight before it."""
    if len(number) < 9 or not digits(number[:9]):
        return False
    total = sum(int(digit) << (8 - place) for place, digit in enumerate(number[:8]))
    return total % 11 % 10 == int(number[8])


def italian_code(number: str) -> bool:
    """An Italian tax code, of a person (16 characters) or of a company (11 digits)."""
    if len(number) == 11:
        return is_integer(number)
    letters = number[:6] + number[8:9] + number[15:]
    return (
        len(number) == 16
        and letters.isascii()
        and letters.isalpha()
        and all(is_integer(part) for part in (number[6:8], number[9:11], number[14]))
    )


def italian_vat(number: str) -> bool:
    """An Italian VAT number; numbers of other countries pass."""
    if number[:2] not in ("IT", "it"):
        return True
    return digits(number[2:], 11) and _luhn(number[2:])


def iban(written: str) -> bool:
    """An account number with the right check digits, with spaces or without."""
    number = _SPACE.sub("", written)
    if not _IBAN.fullmatch(number):
        return False
    turned = number[4:] + number[:4]
    return int("".join(str(ord(c) - (55 if c > "@" else 48)) for c in turned)) % 97 == 1
