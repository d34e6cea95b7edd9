"""Along which index a list is read, and what is then looked at row by row.

Each list is read in the order of one index: its own, or that of a filter which leaves few rows. What else was
asked for is looked at in so many rows and no more: a page that found little says how far it came, and the next
page goes on from there. So no choice of filters, however odd, makes the database read everything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from app import tenancy
from app.extensions import db
from app.models import Delivery, Direction, Document, DocumentContent, DocumentShare
from app.services import branches, document_indexes, party_names
from app.services.branches import Branches
from app.services.document_filters import STATES, STATUSES, Box, DayOf, Kind, Stage, Wanted
from app.services.document_indexes import Index, Order, Span, box_conditions, of_kind

LOOKED_AT = 500  # rows for one page, of one organization
LOOKED_AT_TOGETHER = 2_000  # of many
MOST_SHARES = 500  # of what others share, the newest are looked at

LAST_ID = 2**63 - 1

Condition = tuple[type, ColumnElement[bool]]
Place = tuple[Any, Any]  # in an order: the key and the id of a document


@dataclass(frozen=True, slots=True)
class Walk:
    """The rows of a list as they are met, and what they must be besides."""

    branches: Branches
    rest: Sequence[Condition]
    limit: int
    oldest_first: bool

    def candidates(self) -> list[int]:
        """The rows in their order, so many as may be looked at."""
        return branches.first(self.branches, self.limit, oldest_first=self.oldest_first)

    def hits(self, ids: list[int]) -> list[int]:
        """Those that are all that was asked for, in the same order."""
        if not self.rest or not ids:
            return ids
        query = select(Document.id).where(Document.id.in_(ids))
        models = {model for model, _condition in self.rest}
        if DocumentContent in models:
            query = query.join(DocumentContent, DocumentContent.document_id == Document.id)
            query = query.where(DocumentContent.document_id.in_(ids))
        if Delivery in models:
            query = query.join(Delivery, Delivery.document_id == Document.id)
            query = query.where(Delivery.document_id.in_(ids), Delivery.latest)
        found = set(db.session.scalars(query.where(*(each for _model, each in self.rest))))
        return [each for each in ids if each in found]


def along(wanted: Wanted, organizations: Sequence[int], rows: int) -> Walk:
    """How to read this list; ``rows`` are wanted of what is met."""
    index = document_indexes.index(wanted)
    own = [] if wanted.box is Box.SHARED else organizations
    shared = wanted.box in (Box.DOCUMENTS, Box.SHARED) and not wanted.organization
    rest = [
        each
        for name, found in _conditions(wanted).items()
        if shared or name not in index.answers
        for each in found
    ]
    limit = _limit(len(own) * len(index.kinds), rows) if rest else rows

    begin = _begin(wanted, index)

    def branch(organization: Any, kind: Any) -> Select[Any]:
        return placed(index.rows(organization, kind), wanted, limit, begin(kind))

    also = [placed(_shared(index.order), wanted, limit, begin(None))] if shared else []
    return Walk(Branches(branch, own, index.kinds, also), rest, limit, bool(wanted.after))


def _limit(number: int, rows: int) -> int:
    return max(rows, min(LOOKED_AT, LOOKED_AT_TOGETHER // max(1, number)))


def _conditions(wanted: Wanted) -> dict[str, list[Condition]]:
    """Everything that was asked for, by the name of what an index may answer."""
    found: dict[str, list[Condition]] = {
        "box": [(Document, each) for each in box_conditions(wanted.box)],
        "state": _state(wanted),
        "unread": [(Document, Document.opened_at.is_(None))] if wanted.unread else [],
        "kind": _kind(wanted.kind),
        "number": [(Document, Document.number == wanted.number)] if wanted.number else [],
        "party": [(DocumentContent, _is_party(wanted.party))] if wanted.party else [],
        "period": _in_period(wanted),
    }
    return found


def _kind(kind: Kind | None) -> list[Condition]:
    # Said of the other kinds: of this one SQLite would rather read the whole index than these rows.
    return [(Document, Document.kind != other) for other in Kind if kind and other is not kind]


def _state(wanted: Wanted) -> list[Condition]:
    if wanted.stage is Stage.NOT_SENT:
        return [(Document, Document.queued_at.is_(None))]
    if wanted.stage:
        return [(Delivery, Delivery.state.in_(STATES[wanted.stage]))]
    if wanted.reply:
        return [(Document, Document.status.in_(STATUSES[wanted.reply]))]
    return []


def _is_party(typed: str) -> ColumnElement[bool]:
    starts = [party_names.beginning(each, typed) for each in Direction]
    return or_(
        *(DocumentContent.party_key.between(start, party_names.end(start)) for start in starts)
    )


def _in_period(wanted: Wanted) -> list[Condition]:
    period = wanted.period
    if period is None:
        return []
    if period.of is DayOf.ISSUED:
        return [(DocumentContent, DocumentContent.issue_date.between(period.first, period.last))]
    inside = (Document.created_at >= period.since) & (Document.created_at < period.until)
    return [(Document, inside)]


def _shared(order: Order) -> Select[Any]:
    """What others show the reader, in the order of the list."""
    shared = select(DocumentShare.document_id.label("id")).where(
        DocumentShare.user_id == tenancy.current().person_id, DocumentShare.ended_at.is_(None)
    )
    if order is Order.ID:
        return shared
    newest = shared.order_by(DocumentShare.document_id.desc()).limit(MOST_SHARES).subquery()
    # Each looked up by itself: together they would be worth reading a whole table for.
    keyed = select(_key_of(order, newest.c.id).label("key"), newest.c.id.label("id")).subquery()
    return select(keyed.c.key, keyed.c.id).where(keyed.c.key.is_not(None))


def placed(query: Select[Any], wanted: Wanted, limit: int, begin: Any = None) -> Select[Any]:
    """From the place on that was asked for, and no further than the limit."""
    columns = list(query.selected_columns)
    place = wanted.after or wanted.before
    if place:
        here = columns[0] if len(columns) == 1 else tuple_(*columns)
        there = _row(place) if begin is None else begin
        query = query.where(here > there if wanted.after else here < there)
    order_by = [each.asc() if wanted.after else each.desc() for each in columns]
    return query.order_by(*order_by).limit(limit)


def _begin(wanted: Wanted, index: Index) -> Callable[[Any], Any]:
    """From where on each kind is read; the answer is for a kind, or for what others share."""
    place = wanted.after or wanted.before
    if not place or index.order is Order.ID:
        return lambda _kind: None
    found = _stands_at(place, index.order)
    begins = {kind: _inside(found, span, wanted) for kind, span in index.spans.items()}
    column = _column_of(index.order)
    keys = {kind: literal(key, column.type) for kind, (key, _id) in begins.items()}
    ids = {kind: literal(number, BigInteger) for kind, (_key, number) in begins.items()}
    whole = tuple_(literal(found[0], column.type), literal(found[1], BigInteger))
    return lambda kind: whole if kind is None else tuple_(of_kind(keys, kind), of_kind(ids, kind))


def _inside(place: Place, span: Span, wanted: Wanted) -> Place:
    """Not outside of what is read: a database would walk from there to the first row that counts."""
    key, (least, greatest) = place[0], span
    if key is not None and wanted.after and key < least:
        return least, 0
    if key is not None and wanted.before and key > greatest:
        return greatest, LAST_ID
    return place


def _stands_at(public_id: str, order: Order) -> Place:
    """Where a document stands in this order; nowhere when it is somebody else's: the wall hides it."""
    ids = select(Document.id).where(Document.public_id == public_id).subquery()
    found = db.session.execute(select(_key_of(order, ids.c.id), ids.c.id)).first()
    return tuple(found) if found else (None, None)


def _row(public_id: str) -> Any:
    other = aliased(Document)
    return select(other.id).where(other.public_id == public_id).scalar_subquery()


def _column_of(order: Order) -> Any:
    """What rows are ordered by, if not by their id."""
    return {
        Order.ARRIVED: Document.created_at,
        Order.ISSUED: DocumentContent.issue_date,
        Order.PARTY: DocumentContent.party_key,
    }[order]


def _key_of(order: Order, document_id: Any) -> Any:
    """What a document is ordered by, found by its id."""
    if order is Order.ARRIVED:
        document = aliased(Document)
        key: Select[Any] = select(document.created_at).where(document.id == document_id)
        return key.scalar_subquery()
    content = aliased(DocumentContent)
    column = content.issue_date if order is Order.ISSUED else content.party_key
    return select(column).where(content.document_id == document_id).scalar_subquery()
