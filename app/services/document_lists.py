"""Lists of documents, newest first, in steps: each page begins after a row, so none is ever counted off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app import tenancy
from app.extensions import db
from app.models import Delivery, Direction, Document, DocumentShare, Organization
from app.services import branches, document_walks
from app.services.branches import Branches, written
from app.services.document_filters import STATES, Box, Stage, Wanted
from app.services.document_indexes import in_state

ROWS = 25
MOST_COUNTED = 99


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
    looked_at: int = 0  # so many rows and no more, because few of them are what was asked for


def page(wanted: Wanted) -> Page:
    """One page of a list, with a fixed number of statements."""
    step = _step(wanted)
    rows = _rows(step.ids)
    far = _public_id(step.far, rows) if step.far else ""
    near = wanted.before or wanted.after
    if wanted.after:
        rows = rows[::-1]
        older = rows[-1].document.public_id if rows else near
        return Page(rows, older, far, step.looked_at)
    newer = rows[0].document.public_id if near and rows else near
    return Page(rows, far, newer, step.looked_at)


def attention() -> int:
    """How many sent documents ask for a person, counted no further than is shown."""

    def branch(organization: Any, state: Any) -> Select[tuple[int]]:
        # In the order of the index, or the database might read the table until it has seen enough.
        found = in_state(organization, state).order_by(Delivery.document_id)
        return found.limit(MOST_COUNTED + 1)

    return branches.count(
        Branches(branch, _mine(), STATES[Stage.ATTENTION]), at_most=MOST_COUNTED + 1
    )


def attention_ids() -> list[int]:
    """The documents that ask for a person, newest first, no more than are counted."""

    def branch(organization: Any, state: Any) -> Select[tuple[int]]:
        found = in_state(organization, state).order_by(Delivery.document_id.desc())
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


@dataclass(frozen=True, slots=True)
class _Step:
    """The rows of one page in the order of reading, and where the next one begins."""

    ids: list[int]
    far: int | None = None
    looked_at: int = 0


def _step(wanted: Wanted) -> _Step:
    if tenancy.current().staff is not None:
        return _cut(_of_everyone(wanted))
    walk = document_walks.along(wanted, _chosen(wanted.organization), ROWS + 1)
    candidates = walk.candidates()
    step = _cut(walk.hits(candidates))
    if step.far is None and walk.rest and len(candidates) == walk.limit:
        return replace(step, far=candidates[-1], looked_at=len(candidates))
    return step


def _cut(ids: list[int]) -> _Step:
    """One more than a page was asked for: it tells that there is another page."""
    return _Step(ids[:ROWS], ids[ROWS - 1] if len(ids) > ROWS else None)


def _of_everyone(wanted: Wanted) -> list[int]:
    """Support staff see that documents are there, of every organization; they have no boxes."""
    if wanted.box is not Box.DOCUMENTS:
        return []
    everything = select(Document.id.label("id"))
    return list(db.session.scalars(document_walks.placed(everything, wanted, ROWS + 1)))


def _public_id(document_id: int, rows: Sequence[Row]) -> str:
    known = {row.document.id: row.document.public_id for row in rows}
    if document_id in known:
        return known[document_id]
    found = select(Document.public_id).where(Document.id == document_id)
    return str(db.session.scalars(found).one())


def _rows(ids: list[int]) -> tuple[Row, ...]:
    if not ids:
        return ()
    documents = db.session.scalars(
        select(Document)
        .options(joinedload(Document.content), joinedload(Document.organization))
        .where(Document.id.in_(ids))
    ).all()
    documents = sorted(documents, key=lambda each: ids.index(each.id))
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
