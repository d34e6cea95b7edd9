"""What a list is narrowed to, in words: a chip for each, with an address that takes it away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.models import Organization
from app.services.document_filters import Box, Kind, Reply, Stage
from app.views import document_words, periods
from app.views.list_addresses import Asked

REPLIES: Mapping[Reply, Any] = {
    Reply.OPEN: _l("To approve"),
    Reply.APPROVED: _l("Approved"),
    Reply.REJECTED: _l("Rejected"),
    Reply.PAID: _l("Paid"),
}
KINDS: Mapping[Kind, Any] = {
    Kind.INVOICE: _l("Invoices"),
    Kind.CREDIT_NOTE: _l("Credit notes"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter: what it says, and where the list is without it."""

    text: str
    without: str


def chips(asked: Asked, organizations: Sequence[Organization]) -> Iterator[Chip]:
    """The filters of an address, in their order."""
    names = {each.public_id: each.name for each in organizations}
    words: Mapping[str, Callable[[str], str]] = {
        "organization": lambda value: names.get(value, gettext("Another organization")),
        "state": lambda value: str(states(asked.wanted.box)[value]),
        "unread": lambda _value: gettext("Unread"),
        "kind": lambda value: str(KINDS[Kind(value)]),
        "number": lambda value: gettext("Number %(number)s", number=value),
        "party": lambda value: gettext("Name begins with “%(text)s”", text=value),
        "arrived": lambda value: gettext("Arrived: %(period)s", period=periods.word(value)),
        "issued": lambda value: gettext("Invoice date: %(period)s", period=periods.word(value)),
    }
    if asked.wanted.box is not Box.INBOX:
        words = {
            **words,
            "arrived": lambda value: gettext("Since: %(period)s", period=periods.word(value)),
        }
    for name, value in asked.filters.items():
        yield Chip(words[name](value), asked.address(**{name: ""}))


def states(box: Box) -> dict[str, Any]:
    """What a list may be narrowed to by state, with its words."""
    if box is Box.OUTBOX:
        return {each.value: document_words.STAGES[each] for each in Stage}
    return {each.value: REPLIES[each] for each in Reply} if box is Box.INBOX else {}
