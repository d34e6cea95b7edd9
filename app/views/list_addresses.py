"""What the address of a list asks for. Every filter stands in it, so that a view can be linked and kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from app.errors import Unreadable
from app.services import typed_values
from app.services.document_filters import Box, DayOf, Kind, Period, Reply, Stage, Wanted
from app.views import formats, periods

PATHS: Mapping[Box, str] = {
    Box.INBOX: "/inbox/",
    Box.OUTBOX: "/outbox/",
    Box.DOCUMENTS: "/documents/list/",
    Box.DRAFTS: "/documents/drafts/",
    Box.SHARED: "/documents/shared/",
}
_SAID = ("kind", "number", "party", "arrived", "issued")  # what every document has
FILTERS: Mapping[Box, Sequence[str]] = {
    Box.INBOX: ("organization", "state", "unread", *_SAID),
    Box.OUTBOX: ("organization", "state", *_SAID),
    Box.DOCUMENTS: ("organization", *_SAID),
    Box.DRAFTS: ("organization", *_SAID),
    Box.SHARED: _SAID,
}
TYPED = {
    "narrow",
    "day",
    "period",
    "from",
    "to",
}  # fields of the form that choose a period together
_PUBLIC_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LONGEST = 120
Chosen = TypeVar("Chosen", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as its address asks for it, and the addresses that lead on from there."""

    wanted: Wanted
    filters: Mapping[str, str]  # as they stand in the address
    view: str = ""  # a kept view, by public id
    show: str = ""  # the document beside the list

    @property
    def path(self) -> str:
        """Where the list is."""
        return PATHS[self.wanted.box]

    @property
    def query(self) -> str:
        """The filters, as an address ends with them."""
        return urlencode(self.filters)

    @property
    def whole_query(self) -> str:
        """All that leads back to this very page."""
        return self.here().partition("?")[2]

    def address(self, **changes: str) -> str:
        """This list with something changed; another choice begins at the newest row and is no view."""
        kept = {**self.filters, **changes}
        if not changes.keys() & set(FILTERS[self.wanted.box]):
            kept = {"view": self.view, **kept}
        query = urlencode({name: value for name, value in kept.items() if value})
        return f"{self.path}?{query}" if query else self.path

    def here(self, **changes: str) -> str:
        """This very page with something changed."""
        place = {"before": self.wanted.before, "after": self.wanted.after, "show": self.show}
        return self.address(**{**place, **changes})


def read(box: Box, given: Mapping[str, str]) -> Asked:
    """What an address means; what it cannot mean is refused."""
    filters = {name: _tidied(given, name) for name in FILTERS[box]}
    filters = {name: value for name, value in filters.items() if value}
    state = given.get("state", "")
    wanted = Wanted(
        box,
        organization=_public_id(filters, "organization"),
        stage=_one_of(Stage, state if box is Box.OUTBOX else ""),
        reply=_one_of(Reply, state if box is Box.INBOX else ""),
        unread=bool(filters.get("unread")),
        kind=_one_of(Kind, filters.get("kind", "")),
        number=filters.get("number", ""),
        party=filters.get("party", ""),
        period=_period(filters),
        before=_public_id(given, "before"),
        after=_public_id(given, "after"),
    )
    return Asked(wanted, filters, _public_id(given, "view"), _public_id(given, "show"))


def typed(box: Box, given: Mapping[str, str]) -> str:
    """The address that the form for filters means: without what was left empty."""
    day = given.get("day", "")
    period = given.get("period", "") or periods.between(given.get("from", ""), given.get("to", ""))
    chosen = {name: _tidied(given, name) for name in FILTERS[box] if name not in list(DayOf)}
    if period:
        chosen[_one_of(DayOf, day) or DayOf.ARRIVED] = period
    return read(box, chosen).address()


def of_form(form: Mapping[str, str]) -> Asked:
    """The list that a form came from, which says so in two hidden fields."""
    box = form.get("box", "")
    if box not in list(Box):
        raise Unreadable("We could not understand this request. Go back and try again.")
    return read(Box(box), dict(parse_qsl(form.get("query", "")[:1000])))


def _tidied(given: Mapping[str, str], name: str) -> str:
    return " ".join(typed_values.tidy(given.get(name, "")).split())[:_LONGEST]


def _period(filters: Mapping[str, str]) -> Period | None:
    """One period at most: a list is read in the order of one kind of day."""
    named = [each for each in DayOf if each in filters]
    if len(named) > 1:
        raise _unreadable()
    if not named:
        return None
    first, last = periods.read(filters[named[0]])
    return Period(named[0], first, last, formats.zone_name())


def _one_of(choices: type[Chosen], value: str) -> Chosen | None:
    if value and value not in list(choices):
        raise _unreadable()
    return choices(value) if value else None


def _public_id(given: Mapping[str, str], name: str) -> str:
    value = given.get(name, "")
    if value and not _PUBLIC_ID.fullmatch(value):
        raise Unreadable("This list has no such page.")
    return value


def _unreadable() -> Unreadable:
    return Unreadable("This list cannot be narrowed that way.")
