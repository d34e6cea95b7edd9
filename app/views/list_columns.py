"""Which columns each list of documents can show, and which of them it shows unless someone chose others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import lazy_gettext as _l

from app.services.document_filters import Box


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in templates, its word, and whether it stands there by itself."""

    name: str
    word: Any
    shown: bool = True


NUMBER = Column("number", _l("Number"))  # always shown: it leads to the document
KIND = Column("kind", _l("Kind"), shown=False)
AMOUNT = Column("amount", _l("Amount"))
ISSUED = Column("issued", _l("Invoice date"), shown=False)
DUE = Column("due", _l("Due"))
STATE = Column("state", _l("State"))

COLUMNS: Mapping[Box, Sequence[Column]] = {
    Box.INBOX: (
        Column("party", _l("Sender")),
        NUMBER,
        Column("organization", _l("For")),
        KIND,
        AMOUNT,
        ISSUED,
        DUE,
        Column("state", _l("Status")),
        Column("since", _l("Arrived")),
    ),
    Box.OUTBOX: (
        Column("party", _l("Recipient")),
        NUMBER,
        Column("organization", _l("From")),
        KIND,
        AMOUNT,
        ISSUED,
        Column("due", _l("Due"), shown=False),
        STATE,
        Column("receiver", _l("Receiver")),
        Column("since", _l("Since"), shown=False),
    ),
    Box.DOCUMENTS: (
        NUMBER,
        Column("direction", _l("Direction")),
        Column("party", _l("Other party")),
        Column("organization", _l("Organization")),
        KIND,
        AMOUNT,
        ISSUED,
        Column("due", _l("Due"), shown=False),
        STATE,
        Column("since", _l("Since")),
    ),
}
COLUMNS = {**COLUMNS, Box.DRAFTS: COLUMNS[Box.DOCUMENTS], Box.SHARED: COLUMNS[Box.DOCUMENTS]}
FOR_STAFF = ("number", "direction", "organization", "state", "since")


def choosable(box: Box) -> Sequence[Column]:
    """What may be chosen; support staff don't read what documents say."""
    if g.person.scope.staff is None:
        return COLUMNS[box]
    return [each for each in COLUMNS[box] if each.name in FOR_STAFF]


def shown(box: Box, chosen: Sequence[str] | None, *, several: bool) -> list[Column]:
    """What is shown: what was chosen, else what the list shows by itself."""
    if chosen is None:
        usual = [each for each in choosable(box) if each.shown]
        staff = g.person.scope.staff is not None
        return [each for each in usual if each.name != "organization" or several or staff]
    return [each for each in choosable(box) if each.name in chosen or each is NUMBER]


def known(box: Box, names: Sequence[str]) -> list[str]:
    """Those of these names that are columns of the list, in its order."""
    return [each.name for each in COLUMNS[box] if each.name in names]
