"""VIES of the European Commission: a VAT number of the EU, and the name and address that belong to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from app.errors import AppError
from app.invoice.identifiers import ParticipantId, normalise
from app.registers.base import LONGEST_NAME, Away, Company, tidy
from app.registers.line import Line

COUNTRIES = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI"),
    )
)
# Of its own trouble it says “not valid” too; only these two are an answer about the number.
_ANSWERS = ("VALID", "INVALID", "INVALID_INPUT")
FEWEST_DIGITS = 6  # a name such as “IT Services 24” is none
_ISO = {"EL": "GR", "XI": "GB"}
_NUMBER = re.compile(r"([A-Z]{2})([0-9A-Z+*]{2,12})")
_SEPARATORS = re.compile(r"[\s.,/_-]+")
_NOT_SAID = "---"
_ENTERPRISE = "0208"
_PLACE = re.compile(
    r"(?:[A-Z]{1,2}-)?([0-9]{4} ?[A-Z]{2}|[0-9]{4,5}|[0-9]{2,3}[ -][0-9]{2,3})\s+(.+)"
)
_PADDED = re.compile(r"(?<!\d)0+(?=\d)")


class ViesRegister:
    """Searched by VAT number only; a Belgian enterprise number is one without its letters."""

    code = "vies"
    name = "VIES"

    def __init__(self, url: str) -> None:
        self._line = Line(self.name, url)

    def search(self, text: str, country: str = "") -> list[Company]:
        """The one with this number, if it is a number of the EU."""
        found = self.company(text)
        return [found] if found and country in ("", found.country) else []

    def company(self, number: str) -> Company | None:
        """The company that has this VAT number now."""
        asked = _number(number)
        if asked is None:
            return None
        country, rest = asked
        said = self._line.ask(f"/ms/{country}/vat/{quote(rest, safe='')}")
        if not said or not _valid(said, self.name):
            return None
        return _company(country, rest, said)


def _number(text: str) -> tuple[str, str] | None:
    plain = _SEPARATORS.sub("", text).upper()
    if enterprise := _enterprise(plain):
        return "BE", enterprise
    plain = re.sub(r"^[0-9]{4}:", "", plain)  # a scheme of the network
    found = _NUMBER.fullmatch(plain.replace("GR", "EL", 1) if plain.startswith("GR") else plain)
    if not found or found[1] not in COUNTRIES or sum(map(str.isdecimal, found[2])) < FEWEST_DIGITS:
        return None
    return found[1], found[2]


def _enterprise(plain: str) -> str:
    """A Belgian number, with or without letters in front; its check digits tell it from others."""
    bare = re.sub(r"^(0208:|9925:)?(BE)?", "", plain)
    if not bare.isdecimal():
        return ""
    try:
        return normalise(_ENTERPRISE, bare).value
    except AppError:
        return ""


def _valid(said: Mapping[str, Any], register: str) -> bool:
    error = said.get("userError", "")
    if said.get("errorWrappers") or (error and error not in _ANSWERS):
        raise Away(register)
    valid = said.get("isValid", said.get("valid"))
    if not isinstance(valid, bool):
        raise Away(register)
    return valid


def _company(country: str, rest: str, said: Mapping[str, Any]) -> Company:
    number = f"{country}{rest}"
    name = _said(said, "name")
    enterprise = _enterprise(rest) if country == "BE" else ""
    return Company(
        tidy(name, LONGEST_NAME) or number,
        **_address(country, _said(said, "address")),
        country=_ISO.get(country, country),
        legal_id=ParticipantId(_ENTERPRISE, enterprise) if enterprise else None,
        vat_number=number,
    )


def _said(answer: Mapping[str, Any], field: str) -> str:
    value = answer.get(field)
    return value if isinstance(value, str) and value.strip() != _NOT_SAID else ""


def _address(country: str, text: str) -> dict[str, str]:
    """Its lines end with postcode and place; where they don't, all of it is the street."""
    lines = [line for line in map(tidy, text.splitlines()) if line]
    place = _PLACE.fullmatch(lines[-1]) if lines else None
    street = ", ".join(lines[:-1] if place else lines)
    if country == "NL":
        street = _PADDED.sub("", street)  # the Dutch tax office writes house number 00012
    postcode, city = (place[1], place[2]) if place else ("", "")
    if country == "NL" and len(postcode) == 6:
        postcode = f"{postcode[:4]} {postcode[4:]}"
    return {"street": street[:200], "postcode": postcode, "city": city}
