"""The Dutch company register: the APIs *Zoeken* (version 2) and *Basisprofiel* (version 1) of the KvK."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from app.invoice.identifiers import ParticipantId
from app.registers.base import LONGEST_NAME, MOST_FOUND, Company, tidy
from app.registers.line import Line

SCHEME = "0106"
SHORTEST_NAME = 3
_NUMBER = re.compile(r"(?:(?:0106\s*:|kvk)\s*)?((?:[0-9][\s.]*){8})", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]{8}")
_LETTER = re.compile(r"[^\W\d_]")
_POSTCODE = re.compile(r"([0-9]{4}) ?([A-Z]{2})")
# Of a company with branches the search gives a line each; what it is called as a whole comes first.
_RANKS = {"rechtspersoon": 1, "hoofdvestiging": 0}
_BRANCH = "nevenvestiging"
_VISITED = "bezoekadres"


class KvkRegister:
    """Searched by name or KvK number, with the key of the operator's own contract."""

    code = "kvk"
    name = "KvK"

    def __init__(self, url: str, key: str, certificates: str = "") -> None:
        self._line = Line(self.name, url, headers={"apikey": key}, certificates=certificates)

    def search(self, text: str, country: str = "") -> list[Company]:
        """By number when it is one, else by name; only Dutch companies are known."""
        asked = _question(text)
        if not asked or country not in ("", "NL"):
            return []
        said = self._line.ask("/v2/zoeken", {**asked, "resultatenPerPagina": "25"})
        return _companies(_dicts((said or {}).get("resultaten")))

    def company(self, number: str) -> Company | None:
        """With its whole address, which the search doesn't give; KvK charges for this one."""
        if not _DIGITS.fullmatch(number):
            return None
        said = self._line.ask(f"/v1/basisprofielen/{quote(number)}")
        if not said:
            return None
        parts = _dict(said.get("_embedded"))
        places = [_dict(parts.get(name)) for name in ("hoofdvestiging", "eigenaar")]
        address = _best(each for place in places for each in _dicts(place.get("adressen")))
        name = tidy(said.get("statutaireNaam"), LONGEST_NAME) or tidy(
            said.get("naam"), LONGEST_NAME
        )
        return Company(name or number, **_address(address), legal_id=ParticipantId(SCHEME, number))


def _question(text: str) -> dict[str, str]:
    number = _NUMBER.fullmatch(text.strip())
    if number:
        return {"kvkNummer": re.sub(r"[^0-9]", "", number[1])}
    letters = len(_LETTER.findall(text))
    # More digits than letters is some other number, which no name holds.
    if letters < SHORTEST_NAME or sum(map(str.isdecimal, text)) > letters:
        return {}
    return {"naam": " ".join(text.split())[:LONGEST_NAME]}


def _companies(rows: Iterable[Mapping[str, Any]]) -> list[Company]:
    """One per KvK number, in the order of the register, each by its best line."""
    best: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        number = tidy(row.get("kvkNummer"))
        ended = row.get("actief") in ("Nee", False)
        if not _DIGITS.fullmatch(number) or ended or row.get("type") == _BRANCH:
            continue
        if number not in best or _rank(row) < _rank(best[number]):
            best[number] = row
    return [_found(number, row) for number, row in best.items()][:MOST_FOUND]


def _rank(row: Mapping[str, Any]) -> int:
    return _RANKS.get(str(row.get("type")), 2)


def _found(number: str, row: Mapping[str, Any]) -> Company:
    address = _dict(_dict(row.get("adres")).get("binnenlandsAdres"))
    name = tidy(row.get("naam"), LONGEST_NAME) or number
    return Company(name, **_address(address), legal_id=ParticipantId(SCHEME, number))


def _best(addresses: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Where it can be visited, before where it gets its post."""
    found = list(addresses)
    return next((each for each in found if each.get("type") == _VISITED), (found or [{}])[0])


def _address(said: Mapping[str, Any]) -> dict[str, str]:
    """As it is written on an envelope; one that is shielded has no parts, and stays empty."""
    house = "".join(tidy(said.get(name)) for name in ("huisnummer", "huisletter"))
    more = tidy(said.get("huisnummerToevoeging"))
    box = tidy(said.get("postbusnummer"))
    street = tidy(said.get("straatnaam")) or (f"Postbus {box}" if box else "")
    postcode = _POSTCODE.fullmatch(tidy(said.get("postcode")).upper())
    return {
        "street": " ".join(
            filter(None, [street, "-".join(filter(None, [house, more]))] if street else [])
        ),
        "postcode": f"{postcode[1]} {postcode[2]}" if postcode else tidy(said.get("postcode")),
        "city": tidy(said.get("plaats")),
        "country": "NL",
    }


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
