"""Numbers that organizations are known by: what they look like, and what is wrong with one.

What people paste is tidied first (dots, spaces, a spreadsheet's apostrophe, lost leading
zeros); what is still wrong is refused with a sentence that counts the digits for them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Self

from app.errors import Unreadable
from app.invoice.schemes import SCHEMES, Scheme

_BY_CODE = {scheme.code: scheme for scheme in SCHEMES}
_SCHEME_CODE = re.compile(r"[0-9]{4}")
_SEPARATORS = re.compile(r"[\s.,'’‘`´\"/\\_\-\u00ad\u200b-\u200f\u2010-\u2015\u2060\ufeff]+")
# What a number without its scheme can be, the likeliest first; with the letters of its country or without.
_TYPED = ("0106", "0208", "9925", "0190", "9944", "9930", "9957", "0211", "0088", "0002", "0009")
_TYPED_BARE = frozenset({"9925", "9944"})
_ONLY_PROVEN = frozenset({"0002"})  # nine digits may be anything, and so they aren't called wrong
_OTHER_DASHES = re.compile(r"[\u2010-\u2015\u2212]")


@dataclass(frozen=True, slots=True)
class ParticipantId:
    """An address on the network, such as ``0208:0123456789``."""

    scheme: str
    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``scheme:number``; the number itself is not judged here, see ``normalise``."""
        scheme, separator, value = text.strip().partition(":")
        if not separator or not value.strip() or not _SCHEME_CODE.fullmatch(scheme.strip()):
            raise Unreadable(
                "“%(text)s” is not an address. Write it as scheme:number, such as 0106:12345678.",
                field="value",
                text=text.strip()[:80],
            )
        return cls(scheme.strip(), value.strip())

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


def scheme_for(code: str) -> Scheme:
    """The scheme with this code; a code that we don't know is refused."""
    scheme = _BY_CODE.get(code.strip())
    if scheme is None:
        raise Unreadable(
            "We don't know identifier scheme %(code)s. Choose one from the list.",
            field="scheme",
            code=code.strip()[:20],
        )
    return scheme


def schemes_for_country(country: str) -> tuple[Scheme, ...]:
    """The schemes that an organization in this country can have, its own country's first."""
    own = tuple(scheme for scheme in SCHEMES if country.upper() in scheme.countries)
    return own + tuple(scheme for scheme in SCHEMES if not scheme.countries)


def normalise(scheme: str, text: str) -> ParticipantId:
    """Tidy what someone typed or pasted into the number's one written form, or say what is wrong."""
    known = scheme_for(scheme)
    value = _complete(known, _tidy(known, text))
    if not value:
        raise Unreadable("Enter a number.", field="value")
    _refuse_wrong_form(known, value)
    if known.check is not None and not known.check(value):
        raise Unreadable(
            "%(value)s has the right length, but its check digits don't add up. Check for a typing error.",
            field="value",
            value=value,
        )
    return ParticipantId(known.code, value)


def read(text: str) -> tuple[ParticipantId, ...]:
    """What someone typed, as every identifier that it can be: ``scheme:number``, or a number alone.

    Nothing when it is none. What has the form of one and wrong check digits is refused.
    """
    if _SCHEME_CODE.fullmatch(text.partition(":")[0].strip()) and ":" in text:
        given = ParticipantId.parse(text)
        return (normalise(given.scheme, given.value),)
    fitting = [scheme for scheme in map(scheme_for, _TYPED) if _fits(scheme, text)]
    found = tuple(each for scheme in fitting for each in _proven(scheme, text))
    for scheme in [] if found else fitting:
        normalise(scheme.code, text)  # says what is wrong with it
    return found


def grouped(participant: ParticipantId) -> str:
    """The number as people write it, such as 0123.456.789 for a Belgian enterprise."""
    known = _BY_CODE.get(participant.scheme)
    if known is None or not known.groups:
        return participant.value
    rest = participant.value.removeprefix(known.prefix)
    if len(rest) != sum(known.groups):
        return participant.value
    parts = []
    for size in known.groups:
        parts.append(rest[:size])
        rest = rest[size:]
    return f"{known.prefix} {known.separator.join(parts)}".strip()


def _fits(scheme: Scheme, text: str) -> bool:
    """Whether it has this form; zeros are added only where check digits can prove that they belong."""
    tidy = _tidy(scheme, text)
    if scheme.prefix and scheme.code not in _TYPED_BARE and not tidy.startswith(scheme.prefix):
        return False
    bare = scheme.prefix + tidy.removeprefix(scheme.strip_prefix)
    if scheme.pattern.fullmatch(bare) and scheme.code not in _ONLY_PROVEN:
        return True
    value = _complete(scheme, tidy)
    return (
        scheme.check is not None and bool(scheme.pattern.fullmatch(value)) and scheme.check(value)
    )


def _proven(scheme: Scheme, text: str) -> list[ParticipantId]:
    try:
        return [normalise(scheme.code, text)]
    except Unreadable:
        return []


def _tidy(scheme: Scheme, text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = re.sub(rf"^{scheme.code}\s*:", "", plain)
    if scheme.keeps_dashes:
        return re.sub(r"\s+", "", _OTHER_DASHES.sub("-", plain)).strip("'’").upper()
    return _SEPARATORS.sub("", plain).upper()


def _complete(scheme: Scheme, tidy: str) -> str:
    """Add what people and spreadsheets leave out: the country in front, and leading zeros."""
    body = tidy.removeprefix(scheme.strip_prefix)
    if scheme.pad_from and body.isdecimal() and scheme.pad_from <= len(body) < scheme.digits:
        body = body.zfill(scheme.digits)
    return scheme.prefix + body if body else ""


def _refuse_wrong_form(scheme: Scheme, value: str) -> None:
    if scheme.pattern.fullmatch(value):
        return
    body = value.removeprefix(scheme.prefix)
    found = sum(character.isdecimal() for character in body)
    if scheme.only_digits and not body.isdecimal():
        raise Unreadable(
            "This number has only digits (%(expected)s of them), but “%(text)s” was entered. It looks like %(example)s.",
            field="value",
            expected=scheme.digits,
            text=value[:60],
            example=scheme.example,
        )
    if scheme.digits and found != scheme.digits:
        raise Unreadable(
            "%(expected)s digits expected, %(found)s found. The number looks like %(example)s.",
            field="value",
            expected=scheme.digits,
            found=found,
            example=scheme.example,
        )
    raise Unreadable(
        "“%(text)s” doesn't have the right form. The number looks like %(example)s.",
        field="value",
        text=value[:60],
        example=scheme.example,
    )
