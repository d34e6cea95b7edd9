"""Documents in every state, for the demonstration: between two customers, and to a café by mail."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app import tenancy
from app.errors import Conflict
from app.extensions import db
from app.invoice import ubl_write
from app.invoice.wording import N_
from app.models import BusinessStatus, Delivery, DeliveryState, Document, Organization
from app.models.types import now
from app.outcome import Outcome, Result
from app.services import (
    claiming,
    deliveries,
    delivering,
    documents,
    drafts,
    invoice_forms,
    scopes,
    specimens,
    starting,
    statuses,
)
from app.services.demonstration_firms import CAFE
from app.services.specimens import Firm, Order
from app.transactions import transaction

PATIENCE = 15  # seconds; a worker of the platform may deliver before we do
LATER = timedelta(days=1)  # so that what waits is still waiting when somebody looks
BREAD = Order("Volkorenbrood", 40, Decimal("2.35"))
BEER = Order("Krat Zilverberg tripel", 6, Decimal("24.50"))

Side = tuple[int, str, Firm]  # who acts, their organization's public id, what it is

MAILED = (
    Outcome(Result.ACCEPTED, "accepted", N_("The mail server took it.")),
    Outcome(Result.UNREACHABLE, "greylisted", N_("The mail server asks to come back later.")),
    Outcome(Result.REFUSED, "mailbox_gone", N_("The mailbox doesn't exist.")),
    Outcome(Result.UNKNOWN, "cut_off", N_("The connection broke while handing over.")),
)
ANSWERS = (
    (BusinessStatus.APPROVED, ""),
    (BusinessStatus.OPENED, ""),
    (BusinessStatus.REJECTED, "We ordered 30, not 40."),
    (None, ""),
)


def make(seller: Side, buyer: Side) -> None:
    """Everything that two customers have in their inboxes and outboxes."""
    number = 0
    for status, reason in ANSWERS:
        number += 1
        _delivered(seller, buyer, f"K-2026-{number}", BREAD)
        if status is not None:
            _answer(buyer, f"K-2026-{number}", status, reason)
    for outcome in MAILED:
        number += 1
        _mailed(seller, f"K-2026-{number}", outcome)
    _waiting(seller, f"K-2026-{number + 1}")
    _cancelled(seller, f"K-2026-{number + 2}")
    _taken(seller, _invoice(seller, specimens.party(CAFE), f"K-2026-{number + 3}", BREAD))
    _invalid(seller, f"K-2026-{number + 4}")
    _draft(seller)
    _delivered(buyer, seller, "Z-2026-1", BEER)
    _delivered(buyer, seller, "Z-2026-2", Order("Statiegeld vaten", 4, Decimal("30.00")))


@contextmanager
def _acting(side: Side) -> Iterator[None]:
    person = scopes.person(side[0])
    assert person is not None, "the demonstration made this person a moment ago"
    with tenancy.scope(person.scope):
        yield


def _invoice(seller: Side, buyer: Any, number: str, order: Order) -> bytes:
    return specimens.xml(number, seller[2], buyer, order, now().date())


def _taken(seller: Side, content: bytes) -> str:
    """Handed in and read."""
    with _acting(seller):
        organization_id = db.session.scalars(
            select(Organization.id).where(Organization.public_id == seller[1])
        ).one()
        # Read at once, by us: a worker that reads it meanwhile would keep us from sending it.
        taken = documents.take_in(content, organization_id=organization_id, check_now=True)
    return taken.document_public_id


def _delivered(seller: Side, buyer: Side, number: str, order: Order) -> None:
    public_id = _taken(seller, _invoice(seller, specimens.party(buyer[2]), number, order))
    with _acting(seller):
        delivery = deliveries.queue(public_id)
    until = time.monotonic() + PATIENCE
    while _state(delivery) != DeliveryState.DELIVERED:
        if time.monotonic() > until:
            raise Conflict("The demonstration's invoice %(number)s doesn't arrive.", number=number)
        delivering.deliver_due()
        time.sleep(0.05)


def _state(delivery_public_id: str) -> str:
    with tenancy.every_environment("demonstration: has it arrived"):
        return str(
            db.session.scalars(
                select(Delivery.state).where(Delivery.public_id == delivery_public_id)
            ).one()
        )


def _answer(buyer: Side, number: str, status: BusinessStatus, reason: str) -> None:
    with _acting(buyer):
        public_id = db.session.scalars(
            select(Document.public_id).where(Document.number == number, Document.direction == "in")
        ).one()
        statuses.change(public_id, status, reason=reason)


def _mailed(seller: Side, number: str, outcome: Outcome) -> None:
    """A delivery by mail that ended like this; no mail server is asked."""
    public_id = _taken(seller, _invoice(seller, specimens.party(CAFE), number, BREAD))
    with _acting(seller), transaction():
        delivery = _queued(public_id)
        parcel = claiming.claim(delivery.id)
        assert parcel is not None, "nobody else sees it before the commit"
        delivering.record(parcel, outcome)
        if delivery.state == DeliveryState.RETRYING:
            delivery.next_at = now() + LATER


def _waiting(seller: Side, number: str) -> None:
    public_id = _taken(seller, _invoice(seller, specimens.party(CAFE), number, BREAD))
    with _acting(seller), transaction():
        _queued(public_id).next_at = now() + LATER


def _cancelled(seller: Side, number: str) -> None:
    public_id = _taken(seller, _invoice(seller, specimens.party(CAFE), number, BREAD))
    with _acting(seller), transaction():
        deliveries.cancel(_queued(public_id).public_id)


def _queued(document_public_id: str) -> Delivery:
    """On its way by mail, in the caller's transaction: no worker may take it meanwhile."""
    return starting.start(documents.get(document_public_id), deliveries.choice_for(CAFE.email))


def _invalid(seller: Side, number: str) -> None:
    """An invoice whose total isn't the sum of its lines."""
    right = specimens.invoice(number, seller[2], specimens.party(CAFE), BREAD, now().date())
    payable = (right.totals.payable or Decimal(0)) + 1
    _taken(seller, ubl_write.write(replace(right, totals=replace(right.totals, payable=payable))))


def _draft(seller: Side) -> None:
    form = invoice_forms.blank(now().date())
    form |= {
        "organization": seller[1],
        "buyer_name": CAFE.name,
        "buyer_value": CAFE.number.value,
        "buyer_email": CAFE.email,
        "lines": [{**invoice_forms.BLANK_LINE, "description": BREAD.what, "price": "2.35"}],
    }
    with _acting(seller):
        drafts.save(seller[1], form)
