"""Lists of documents, newest first, in steps: each page begins after a row, so none is ever counted off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased, joinedload

from app import tenancy
from app.extensions import db
from app.models import (
    Delivery,
    DeliveryState,
    Direction,
    Document,
    DocumentShare,
    Organization,
    Readiness,
)
from app.services import branches
from app.services.branches import Branch, Branches, written

ROWS = 25
MOST_COUNTED = 99


class Box(StrEnum):
    """Which list: what arrived, what left, everything with the drafts, or what others share."""

    INBOX = "inbox"
    OUTBOX = "outbox"
    DOCUMENTS = "documents"
    DRAFTS = "drafts"
    SHARED = "shared"


class Stage(StrEnum):
    """What the outbox may be narrowed to: states that ask the same of the reader."""

    ATTENTION = "attention"
    WAITING = "waiting"
    SENT = "sent"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    NOT_SENT = "not-sent"


S = DeliveryState
STATES: Mapping[Stage | None, tuple[DeliveryState, ...]] = {
    Stage.ATTENTION: (S.FAILED, S.UNKNOWN),
    Stage.WAITING: (S.QUEUED, S.SENDING, S.RETRYING),
    Stage.SENT: (S.SENT,),
    Stage.DELIVERED: (S.DELIVERED,),
    Stage.CANCELLED: (S.CANCELLED,),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: a list, perhaps of one organization, narrowed, and from where on."""

    box: Box
    organization: str = ""  # public ids; what isn't the reader's shows nothing
    stage: Stage | None = None
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A document with where its newest delivery stands."""

    document: Document
    delivery: Delivery | None
    shared_by: str = ""  # who shows it to the reader, when it is another organization's


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and whether there are older and newer ones."""

    rows: tuple[Row, ...]
    older: str = ""  # the row after which the next page begins
    newer: str = ""


def page(wanted: Wanted) -> Page:
    """One page of a list, with a fixed number of statements."""
    ids = _step(wanted)
    rows = _rows(sorted(ids[:ROWS], reverse=True))
    more = len(ids) > ROWS
    if not rows:
        return Page(())
    first, last = rows[0].document.public_id, rows[-1].document.public_id
    return Page(
        rows,
        older=last if more or wanted.after else "",
        newer=first if wanted.before or (wanted.after and more) else "",
    )


def attention() -> int:
    """How many sent documents ask for a person, counted no further than is shown."""

    def branch(organization: Any, state: Any) -> Select[tuple[int]]:
        # In the order of the index, or the database might read the table until it has seen enough.
        found = _in_state(organization, state).order_by(Delivery.document_id)
        return found.limit(MOST_COUNTED + 1)

    return branches.count(
        Branches(branch, _mine(), STATES[Stage.ATTENTION]), at_most=MOST_COUNTED + 1
    )


def attention_ids() -> list[int]:
    """The documents that ask for a person, newest first, no more than are counted."""

    def branch(organization: Any, state: Any) -> Select[tuple[int]]:
        found = _in_state(organization, state).order_by(Delivery.document_id.desc())
        return found.limit(MOST_COUNTED + 1)

    return branches.first(Branches(branch, _mine(), STATES[Stage.ATTENTION]), MOST_COUNTED + 1)


def unread() -> int:
    """How many received documents nobody opened yet, counted no further than is shown."""

    def branch(organization: Any, _kind: Any) -> Select[tuple[int]]:
        return (
            select(Document.id)
            .where(
                Document.organization_id == organization,
                Document.direction == written(Direction.IN),
                Document.opened_at.is_(None),
            )
            .order_by(Document.id)
            .limit(MOST_COUNTED + 1)
        )

    return branches.count(Branches(branch, _mine()), at_most=MOST_COUNTED + 1)


def ever_sent() -> bool:
    """Whether any organization of the reader began to send something."""

    def branch(organization: Any, _kind: Any) -> Select[tuple[int]]:
        found = select(Delivery.id).where(Delivery.organization_id == organization, Delivery.latest)
        return found.order_by(Delivery.state, Delivery.document_id).limit(1)

    return branches.count(Branches(branch, _mine()), at_most=1) > 0


def organizations() -> Sequence[Organization]:
    """The organizations that a list may be narrowed to: those of which the reader is a member."""
    scope = tenancy.current()
    if not scope.organization_ids:
        return ()
    found: Sequence[Organization] = db.session.scalars(
        select(Organization)
        .where(Organization.id.in_(scope.organization_ids))
        .order_by(Organization.name)
    ).all()
    return found


def _mine() -> list[int]:
    return sorted(tenancy.current().organization_ids)


def _chosen(public_id: str) -> list[int]:
    """Internal ids; the organization in an address narrows, and never widens."""
    if not public_id:
        return _mine()
    return list(
        db.session.scalars(
            select(Organization.id).where(
                Organization.public_id == public_id, Organization.id.in_(_mine())
            )
        )
    )


def _step(wanted: Wanted) -> list[int]:
    """The ids of one page and one more, newest first, or oldest first when going back."""
    if tenancy.current().staff is not None:
        return _of_everyone(wanted)
    everything = Branches(
        _branch(wanted),
        [] if wanted.box is Box.SHARED else _chosen(wanted.organization),
        STATES.get(wanted.stage, ("",)),
        [] if wanted.organization else _shared_with_me(wanted),
    )
    return branches.first(everything, ROWS + 1, oldest_first=bool(wanted.after))


def _of_everyone(wanted: Wanted) -> list[int]:
    """Support staff see that documents are there, of every organization; they have no boxes."""
    if wanted.box is not Box.DOCUMENTS:
        return []
    found = _limited(select(Document.id), Document.id, wanted)
    return list(db.session.scalars(found))


def _branch(wanted: Wanted) -> Branch:
    def of_box(organization: Any, _kind: Any) -> Select[tuple[int]]:
        rows = select(Document.id.label("id")).where(
            Document.organization_id == organization, *_of_box(wanted)
        )
        return _limited(rows, Document.id, wanted)

    def in_state(organization: Any, state: Any) -> Select[tuple[int]]:
        return _limited(_in_state(organization, state), Delivery.document_id, wanted)

    return in_state if wanted.stage in STATES else of_box


def _of_box(wanted: Wanted) -> list[ColumnElement[bool]]:
    sent = [
        Document.direction == written(Direction.OUT),
        Document.readiness != written(Readiness.DRAFT),
    ]
    if wanted.stage is Stage.NOT_SENT:
        return [*sent, Document.queued_at.is_(None)]
    return {
        Box.INBOX: [Document.direction == written(Direction.IN)],
        Box.OUTBOX: sent,
        Box.DRAFTS: [Document.readiness == written(Readiness.DRAFT)],
    }.get(wanted.box, [])


def _in_state(organization: Any, state: Any) -> Select[tuple[int]]:
    """Documents whose newest delivery, the one that counts, is in this state."""
    return select(Delivery.document_id.label("id")).where(
        Delivery.organization_id == organization, Delivery.state == state, Delivery.latest
    )


def _shared_with_me(wanted: Wanted) -> list[Select[tuple[int]]]:
    if wanted.box not in (Box.DOCUMENTS, Box.SHARED):
        return []
    shared = select(DocumentShare.document_id.label("id")).where(
        DocumentShare.user_id == tenancy.current().person_id, DocumentShare.ended_at.is_(None)
    )
    return [_limited(shared, DocumentShare.document_id, wanted)]


def _limited(query: Select[tuple[int]], key: Any, wanted: Wanted) -> Select[tuple[int]]:
    if wanted.after:
        return query.where(key > _id_of(wanted.after)).order_by(key.asc()).limit(ROWS + 1)
    if wanted.before:
        query = query.where(key < _id_of(wanted.before))
    return query.order_by(key.desc()).limit(ROWS + 1)


def _id_of(public_id: str) -> Any:
    other = aliased(Document)
    return select(other.id).where(other.public_id == public_id).scalar_subquery()


def _rows(ids: list[int]) -> tuple[Row, ...]:
    if not ids:
        return ()
    documents = db.session.scalars(
        select(Document)
        .options(joinedload(Document.content), joinedload(Document.organization))
        .where(Document.id.in_(ids))
        .order_by(Document.id.desc())
    ).all()
    deliveries = db.session.scalars(
        select(Delivery).where(Delivery.document_id.in_(ids), Delivery.latest)
    )
    by_document = {each.document_id: each for each in deliveries}
    senders = _who_shared(documents)
    return tuple(
        Row(each, by_document.get(each.id), senders.get(each.id, "")) for each in documents
    )


def _who_shared(documents: Sequence[Document]) -> dict[int, str]:
    """By document of somebody else's organization: who shows it to the reader."""
    scope = tenancy.current()
    others = [row.id for row in documents if row.organization_id not in scope.organization_ids]
    if not others or scope.staff is not None:
        return {}
    found = db.session.execute(
        select(DocumentShare.document_id, DocumentShare.shared_by).where(
            DocumentShare.user_id == scope.person_id,
            DocumentShare.ended_at.is_(None),
            DocumentShare.document_id.in_(others),
        )
    ).all()
    return {row.document_id: row.shared_by for row in found}
