"""The framework's lists in steps: a page begins after a row, so no rows are counted and none are counted off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import g, request
from sqlalchemy import select, tuple_

from app.errors import Unreadable

_PUBLIC_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Place:
    """After which row a page begins; going back, before which it ends."""

    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Ends:
    """The rows at which the pages beside this one begin, where there are such pages."""

    older: str = ""
    newer: str = ""

    def address(self, **place: str) -> str:
        """The same list from another place on."""
        kept = {key: value for key, value in request.args.items() if key not in ("before", "after")}
        return "?" + urlencode({**kept, **place})


def asked() -> Place:
    """The place in the address of the list that is being shown."""
    place = Place(request.args.get("before", ""), request.args.get("after", ""))
    for public_id in (place.before, place.after):
        if public_id and not _PUBLIC_ID.fullmatch(public_id):
            raise Unreadable("This list has no such page.")
    return place


def ends() -> Ends:
    """Where the list that was read last goes on."""
    found: Ends = g.get("list_ends") or Ends()
    return found


def read(query: Any, model: Any, order: tuple[str, str], rows: int) -> Sequence[Any]:
    """One page; it is remembered for the page's links where the list goes on."""
    place, (name, direction) = asked(), order
    columns = [model.id] if name == "id" else [getattr(model, name), model.id]
    up = (direction == "asc") != bool(place.after)
    start = place.after or place.before
    if start:
        here, there = tuple_(*columns), tuple_(*(_at(model, each, start) for each in columns))
        query = query.filter(here > there if up else here < there)
    ordered = query.order_by(*(each.asc() if up else each.desc() for each in columns))
    found = ordered.limit(rows + 1).all()
    shown: list[Any] = found[:rows][:: -1 if place.after else 1]
    g.list_ends = _ends(shown, place, more=len(found) > rows)
    return shown


def _at(model: Any, column: Any, public_id: str) -> Any:
    """The value of one row; the wall hides that of somebody else's."""
    return select(column).where(model.public_id == public_id).correlate(None).scalar_subquery()


def _ends(rows: Sequence[Any], place: Place, *, more: bool) -> Ends:
    if not rows:
        return Ends()
    older, newer = rows[-1].public_id, rows[0].public_id
    if place.after:
        return Ends(older, newer if more else "")
    return Ends(older if more else "", newer if place.before else "")
