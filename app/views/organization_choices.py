"""Organizations to choose from: the first of them in the page, the others as their name is typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

from flask import request

MOST_OFFERED = 50  # in a page; who has more types a part of the name
MOST_FOUND = 20
EVERY = "every"  # in the address: all of them in the page, for who has no scripts


class Choosable(Protocol):
    """What a form names by its public id."""

    @property
    def public_id(self) -> Any:
        """As the form sends it."""


Row = TypeVar("Row")
Chosen = TypeVar("Chosen", bound=Choosable)


def first_of(rows: Sequence[Chosen], chosen: str = "") -> Sequence[Chosen]:
    """As many as a page holds, and the one that is chosen wherever it stands."""
    if len(rows) <= MOST_OFFERED or EVERY in request.args:
        return rows
    further = [row for row in rows[MOST_OFFERED:] if row.public_id == chosen]
    return [*rows[:MOST_OFFERED], *further]


def named(rows: Iterable[tuple[str, Row]], text: str) -> list[Row]:
    """A few of those with this in their name; who types more sees others."""
    wanted = _bare(text[:200])
    return [row for name, row in rows if wanted in _bare(name)][:MOST_FOUND]


def _bare(text: str) -> str:
    """Without accents and capitals, as people type."""
    apart = unicodedata.normalize("NFD", text.strip())
    return "".join(each for each in apart if not unicodedata.combining(each)).casefold()
