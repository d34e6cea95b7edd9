"""Documents of days gone by, for the demonstration: each whole, with its file, delivery and story.

Only the way in is short. The rows are written together and dated back, because a year of documents
through every service would take a minute of whoever tries the platform.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app import storage, tenancy
from app.extensions import db
from app.invoice import ubl_write
from app.invoice.model import Invoice, Party
from app.invoice.wording import N_
from app.models import (
    Attempt,
    Blob,
    BusinessStatus,
    Delivery,
    DeliveryState,
    Direction,
    Document,
    DocumentContent,
    DocumentVersion,
    Exchange,
    HistoryEntry,
    Organization,
    Readiness,
    Route,
)
from app.models.types import now
from app.outcome import Outcome, Result
from app.services import handing_over, keeping, outcomes, readings, specimens
from app.services.specimens import Firm, Order
from app.transactions import transaction

Side = tuple[int, str, Firm]  # who acts, their organization's public id, what it is

PAID_AFTER = timedelta(days=25)
OPENED_AFTER = timedelta(hours=2)
AGAIN_AFTER = timedelta(hours=1)
MAIL_ACCEPTED = Outcome(Result.ACCEPTED, "accepted", N_("The mail server took it."))
IN_INBOX = Outcome(Result.DELIVERED, "in_inbox", handing_over.IN_THE_INBOX)


@dataclass(frozen=True, slots=True)
class Past:
    """One document that was sent, and how that went."""

    at: datetime
    seller: Side
    buyer: Side | None  # without one it went by mail
    party: Party
    number: str
    order: Order
    took: timedelta
    trouble: Outcome | None = None  # of a first delivery; the second went well


@dataclass(slots=True)
class _Pair:
    """A document of the past as its sender has it, and as its receiver inside the platform has it."""

    past: Past
    invoice: Invoice
    content: bytes
    exchange: Exchange | None = None
    sent: Any = None
    copy: Any = None

    @property
    def documents(self) -> Iterator[Document]:
        return filter(None, (self.sent, self.copy))


def write(pasts: Sequence[Past]) -> None:
    """Keep the files, then write every row in one transaction, oldest first."""
    pairs = [_pair(past) for past in pasts]
    _keep(pairs)
    with transaction(), tenancy.every_environment("demonstration: a year of documents"):
        rows = db.session.execute(select(Organization.public_id, Organization.id))
        ids = {row.public_id: row.id for row in rows}
        _add(filter(None, (_exchange(pair, ids) for pair in pairs)))
        _add(document for pair in pairs for document in _documents(pair, ids))
        _add(
            part for pair in pairs for document in pair.documents for part in _parts(pair, document)
        )
        deliveries = [each for pair in pairs for each in _deliveries(pair)]
        _add(deliveries)
        _add(_attempt(each) for each in deliveries)


def _keep(pairs: Sequence[_Pair]) -> None:
    """Files that are made safe at the same time share the waits for the disk."""
    store = keeping.store()
    with ThreadPoolExecutor(8) as pool:
        kept = [
            pool.submit(store.keep, side[1], pair.content)
            for pair in pairs
            for side in filter(None, (pair.past.seller, pair.past.buyer))
        ]
        for each in kept:
            each.result()


def _pair(past: Past) -> _Pair:
    said = specimens.invoice(past.number, past.seller[2], past.party, past.order, past.at.date())
    return _Pair(past, said, ubl_write.write(said))


def _add(rows: Iterable[Any]) -> None:
    db.session.add_all(rows)
    db.session.flush()  # what comes next needs their ids


def _exchange(pair: _Pair, ids: Mapping[str, int]) -> Exchange | None:
    past = pair.past
    if past.buyer is not None:
        pair.exchange = Exchange(
            message_key=_key(past),
            from_organization_id=ids[past.seller[1]],
            to_organization_id=ids[past.buyer[1]],
            created_at=past.at,
        )
    return pair.exchange


def _documents(pair: _Pair, ids: Mapping[str, int]) -> Iterator[Document]:
    past = pair.past
    arrived = past.at + past.took
    pair.sent = _document(pair, ids[past.seller[1]], Direction.OUT, past.at)
    pair.sent.queued_at, pair.sent.source = past.at, "form"
    if past.buyer is not None:
        pair.copy = _document(pair, ids[past.buyer[1]], Direction.IN, arrived)
        pair.copy.opened_at, pair.copy.source = arrived + OPENED_AFTER, "platform"
    return pair.documents


def _document(pair: _Pair, organization_id: int, direction: Direction, at: datetime) -> Document:
    past = pair.past
    document = Document(
        organization_id=organization_id,
        direction=direction,
        number_key=readings.key_of(past.seller[1], pair.invoice),
        digest=storage.digest_of(pair.content),
        readiness=Readiness.READY,
        status=_status(past),
        exchange_id=pair.exchange.id if pair.exchange else None,
        created_at=at,
        changed_at=at,
    )
    document.kind, document.number = pair.invoice.kind, past.number
    return document


def _status(past: Past) -> BusinessStatus:
    """What the receiver did with it by now."""
    if past.buyer is None:
        return BusinessStatus.STORED
    return BusinessStatus.PAID if now() - past.at > PAID_AFTER else BusinessStatus.APPROVED


def _parts(pair: _Pair, document: Document) -> Iterator[Any]:
    """Its version, its bytes, what it says and its story."""
    of, at = {"organization_id": document.organization_id}, document.created_at
    own = of | {"document_id": document.id}
    kept = {"digest": document.digest, "size": len(pair.content), "created_at": at}
    content = DocumentContent(**own)
    readings.describe(content, document.direction, pair.invoice)
    yield from (DocumentVersion(**own, **kept, version=1), Blob(**of, **kept), content)
    for when, text in _story(pair, document):
        yield HistoryEntry(**own, at=when, text=text)


def _story(pair: _Pair, document: Document) -> Iterator[tuple[datetime, str]]:
    at, arrived = pair.past.at, pair.past.at + pair.past.took
    if document is pair.copy:
        yield arrived, N_("Arrived inside the platform")
        return
    yield at, N_("Taken in")
    yield at, N_("Checked: can be sent")
    for delivery in _deliveries(pair):
        yield delivery.ended_at or at, outcomes.TELLINGS[DeliveryState(delivery.state)]


def _deliveries(pair: _Pair) -> list[Delivery]:
    """One that went well; where there was trouble, after one that did not."""
    past = pair.past
    well = IN_INBOX if past.buyer else MAIL_ACCEPTED
    if past.trouble is None:
        return [_delivery(pair, past.at, well)]
    failed = _delivery(pair, past.at, past.trouble)
    failed.latest = False
    return [failed, _delivery(pair, past.at + AGAIN_AFTER, well)]


def _delivery(pair: _Pair, at: datetime, outcome: Outcome) -> Delivery:
    past = pair.past
    endpoint, email = past.party.endpoint, past.party.contact.email if past.party.contact else ""
    return Delivery(
        organization_id=pair.sent.organization_id,
        document_id=pair.sent.id,
        route=Route.PLATFORM if past.buyer else Route.EMAIL,
        recipient=str(endpoint) if past.buyer else email,
        target_organization_id=pair.copy.organization_id if pair.copy else None,
        message_key=_key(past),
        state=outcomes.STATES[outcome.result],
        attempts=1,
        code=outcome.code,
        note=outcome.note,
        created_at=at,
        ended_at=at + past.took,
    )


def _attempt(delivery: Delivery) -> Attempt:
    results = {state: result for result, state in outcomes.STATES.items()}
    return Attempt(
        organization_id=delivery.organization_id,
        document_id=delivery.document_id,
        delivery_id=delivery.id,
        number=1,
        started_at=delivery.created_at,
        handing_over_at=delivery.created_at,
        ended_at=delivery.ended_at,
        result=results[DeliveryState(delivery.state)],
        code=delivery.code,
        note=delivery.note,
    )


def _key(past: Past) -> str:
    return hashlib.sha256(f"{past.seller[1]}|{past.number}".encode()).hexdigest()
