"""Along which index a list of documents is read: its own, or that of a filter which leaves few rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, select

from app.models import Delivery, Direction, Document, DocumentContent, Readiness
from app.services import party_names
from app.services.branches import written
from app.services.document_filters import (
    STATES,
    STATUSES,
    Box,
    DayOf,
    Kind,
    Period,
    Reply,
    Stage,
    Wanted,
)

MOSTLY = (Stage.SENT, Stage.DELIVERED, None)  # where most of what is sent ends up
Rows = Callable[[Any, Any], Select[Any]]  # of an organization and a kind, with what orders them
Span = tuple[Any, Any]  # the least and the greatest key that is read


class Order(StrEnum):
    """In which order the rows come; each page begins after a place in it."""

    ID = "id"
    ARRIVED = "arrived"
    ISSUED = "issued"
    PARTY = "party"


@dataclass(frozen=True, slots=True)
class Index:
    """One way to read: the rows of one organization and kind, and which filter that answers."""

    order: Order
    rows: Rows
    kinds: Sequence[str] = ("",)
    answers: frozenset[str] = frozenset()
    spans: Mapping[str, Span] = field(
        default_factory=dict
    )  # of each kind, unless the order is by id


def index(wanted: Wanted) -> Index:
    """The first that suits; those that leave the fewest rows come first."""
    return next(make(wanted) for suits, make in _INDEXES if suits(wanted))


def _of_box(wanted: Wanted) -> Index:
    return Index(Order.ID, _documents(box_conditions(wanted.box)), answers=frozenset({"box"}))


def _of_number(wanted: Wanted) -> Index:
    rows = _documents([Document.number == wanted.number])
    return Index(Order.ID, rows, answers=frozenset({"number"}))


def _of_party(wanted: Wanted) -> Index:
    starts = {each.value: party_names.beginning(each, wanted.party) for each in Direction}
    ends = {each: party_names.end(start) for each, start in starts.items()}

    def rows(organization: Any, kind: Any) -> Select[Any]:
        key = DocumentContent.party_key
        return select(key.label("key"), DocumentContent.document_id.label("id")).where(
            DocumentContent.organization_id == organization,
            key >= of_kind(starts, kind),
            key < of_kind(ends, kind),
        )

    spans = {each: (starts[each], ends[each]) for each in starts}
    return Index(Order.PARTY, rows, _directions(wanted), _with_direction("party", wanted), spans)


def _of_stage(wanted: Wanted) -> Index:
    answers = frozenset({"box", "state"})
    if wanted.stage is Stage.NOT_SENT:
        not_sent = [*box_conditions(Box.OUTBOX), Document.queued_at.is_(None)]
        return Index(Order.ID, _documents(not_sent), answers=answers)
    return Index(Order.ID, in_state, STATES[wanted.stage] if wanted.stage else (), answers)


def in_state(organization: Any, state: Any) -> Select[Any]:
    """Documents whose newest delivery, the one that counts, is in this state."""
    return select(Delivery.document_id.label("id")).where(
        Delivery.organization_id == organization, Delivery.state == state, Delivery.latest
    )


def _unread(_wanted: Wanted) -> Index:
    rows = _documents([*box_conditions(Box.INBOX), Document.opened_at.is_(None)])
    return Index(Order.ID, rows, answers=frozenset({"box", "unread"}))


def _answered(wanted: Wanted) -> Index:
    wanted_ones = STATUSES[wanted.reply] if wanted.reply else ()
    statuses = {str(int(each)): int(each) for each in wanted_ones}

    def rows(organization: Any, kind: Any) -> Select[Any]:
        status = Document.status == of_kind(statuses, kind)
        return _documents([*box_conditions(Box.INBOX), status])(organization, kind)

    return Index(Order.ID, rows, tuple(statuses), frozenset({"box", "state"}))


def _credit_notes(wanted: Wanted) -> Index:
    def rows(organization: Any, kind: Any) -> Select[Any]:
        credit_note = Document.kind == written(Kind.CREDIT_NOTE)
        return _documents([credit_note, Document.direction == kind])(organization, kind)

    return Index(Order.ID, rows, _directions(wanted), _with_direction("kind", wanted))


def _issued(wanted: Wanted) -> Index:
    period = _period(wanted)

    def rows(organization: Any, _kind: Any) -> Select[Any]:
        day = DocumentContent.issue_date
        return select(day.label("key"), DocumentContent.document_id.label("id")).where(
            DocumentContent.organization_id == organization,
            day.between(period.first, period.last),
        )

    spans = {"": (period.first, period.last)}
    return Index(Order.ISSUED, rows, answers=frozenset({"period"}), spans=spans)


def _arrived(wanted: Wanted) -> Index:
    period = _period(wanted)

    def rows(organization: Any, kind: Any) -> Select[Any]:
        at = Document.created_at
        return select(at.label("key"), Document.id.label("id")).where(
            Document.organization_id == organization,
            Document.direction == kind,
            at >= period.since,
            at < period.until,
        )

    kinds = _directions(wanted)
    spans = dict.fromkeys(map(str, kinds), (period.since, period.until))
    return Index(Order.ARRIVED, rows, kinds, _with_direction("period", wanted), spans)


def _period(wanted: Wanted) -> Period:
    assert wanted.period is not None
    return wanted.period


def _documents(conditions: Sequence[ColumnElement[bool]]) -> Rows:
    return lambda organization, _kind: select(Document.id.label("id")).where(
        Document.organization_id == organization, *conditions
    )


def _directions(wanted: Wanted) -> Sequence[str]:
    of_one = {Box.INBOX: (Direction.IN,), Box.OUTBOX: (Direction.OUT,)}
    return of_one.get(wanted.box, tuple(Direction))


def _with_direction(name: str, wanted: Wanted) -> frozenset[str]:
    """What an index answers that knows the direction: to be in the inbox needs no more."""
    return frozenset({name, "box"} if wanted.box is Box.INBOX else {name})


def of_kind(values: Mapping[str, Any], kind: Any) -> Any:
    """The value for a kind. Where the kind is a column it is chosen and not computed: PostgreSQL looks
    at no index with what a function made of a row, because of its row security."""
    return values[kind] if isinstance(kind, str) else case(values, value=kind)


def box_conditions(box: Box) -> list[ColumnElement[bool]]:
    """What makes a document stand in a list; written out, so that its index is recognised."""
    return {
        Box.INBOX: [Document.direction == written(Direction.IN)],
        Box.OUTBOX: [
            Document.direction == written(Direction.OUT),
            Document.readiness != written(Readiness.DRAFT),
        ],
        Box.DRAFTS: [Document.readiness == written(Readiness.DRAFT)],
    }.get(box, [])


_INDEXES: Sequence[tuple[Callable[[Wanted], object], Callable[[Wanted], Index]]] = (
    (lambda wanted: wanted.box in (Box.DRAFTS, Box.SHARED), _of_box),
    (lambda wanted: wanted.number, _of_number),
    (lambda wanted: wanted.party, _of_party),
    (lambda wanted: wanted.stage not in MOSTLY, _of_stage),
    (lambda wanted: wanted.unread, _unread),
    (lambda wanted: wanted.reply is Reply.REJECTED, _answered),
    (lambda wanted: wanted.kind is Kind.CREDIT_NOTE, _credit_notes),
    (lambda wanted: wanted.period and wanted.period.of is DayOf.ISSUED, _issued),
    (lambda wanted: wanted.period, _arrived),
    (lambda wanted: wanted.stage, _of_stage),
    (lambda wanted: wanted.reply, _answered),
    (lambda _wanted: True, _of_box),
)
