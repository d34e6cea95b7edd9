"""Names of parties as they are looked up: without capitals and accents, so that a beginning is enough."""

from __future__ import annotations

import unicodedata

from app.models import Direction

LONGEST = 120
_AFTER_ANY = "\U0010ffff"


def key(direction: str, seller: str, buyer: str) -> str:
    """The other party of a document, as its list finds it: the seller of what came in, else the buyer."""
    name = seller if direction == Direction.IN else buyer
    return beginning(direction, name)


def beginning(direction: str, typed: str) -> str:
    """How the keys begin of every party whose name begins like this."""
    return f"{direction}:{_folded(typed)}"[:LONGEST]


def end(start: str) -> str:
    """After every key that begins like this."""
    return start + _AFTER_ANY


def _folded(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(each for each in apart if not unicodedata.combining(each)).split())
