"""A delivery begins: one row, and never two under way for the same document."""

from __future__ import annotations

import hashlib

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.errors import Conflict
from app.extensions import db
from app.invoice.wording import N_
from app.models import (
    Delivery,
    DeliveryState,
    Direction,
    Document,
    Identifier,
    Organization,
    OrganizationState,
    Readiness,
    Route,
)
from app.models.types import now
from app.queue import Task, enqueue
from app.services import history
from app.services.routes import Choice

UNDER_WAY = (
    DeliveryState.QUEUED.value,
    DeliveryState.SENDING.value,
    DeliveryState.RETRYING.value,
    DeliveryState.UNKNOWN.value,
)
DONE = (DeliveryState.SENT.value, DeliveryState.DELIVERED.value)


def start(document: Document, choice: Choice) -> Delivery:
    """Put a document on its way in the caller's transaction; of two at once, both get the first."""
    refuse_unsendable(document)
    first = under_way(document)
    if first is not None:
        return first
    delivery = Delivery(
        organization_id=document.organization_id,
        document_id=document.id,
        version=document.version,
        route=choice.route,
        recipient=choice.recipient,
        target_organization_id=choice.target_organization_id,
        message_key=message_key(document, choice),
        state=DeliveryState.QUEUED,
        next_at=now(),
    )
    try:
        with db.session.begin_nested():
            _supersede_earlier(document)
            db.session.add(delivery)
    except IntegrityError as error:
        first = under_way(document)
        if first is None:
            raise Conflict("This document was changed this very moment. Try again.") from error
        return first
    document.queued_at = document.queued_at or delivery.next_at
    history.note(document, N_("Queued"), route=choice.route)
    enqueue(task_of(choice.route))
    return delivery


def _supersede_earlier(document: Document) -> None:
    """Of the deliveries of a document only the latest counts in lists."""
    if document.queued_at is not None:
        earlier = update(Delivery).where(Delivery.document_id == document.id, Delivery.latest)
        db.session.execute(earlier.values(latest=False))


def task_of(route: str) -> Task:
    """The work that brings documents on their way by this route."""
    return Task.DELIVER if route == Route.PLATFORM else Task.DELIVER_BY_MAIL


def message_key(document: Document, choice: Choice) -> str:
    """The same for the same version to the same recipient by the same way: a repeat is recognised."""
    parts = (document.public_id, str(document.version), choice.recipient.lower(), choice.route)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def under_way(document: Document) -> Delivery | None:
    """The delivery of this document that hasn't ended."""
    found: Delivery | None = db.session.scalars(
        select(Delivery).where(Delivery.document_id == document.id, Delivery.state.in_(UNDER_WAY))
    ).one_or_none()
    return found


def newest(document: Document) -> Delivery | None:
    """The last delivery of a document, whatever became of it."""
    found: Delivery | None = db.session.scalars(
        select(Delivery).where(Delivery.document_id == document.id).order_by(Delivery.id.desc())
    ).first()
    return found


def arrived_before(document: Document, choice: Choice) -> Delivery | None:
    """A delivery of this very message that went well."""
    found: Delivery | None = db.session.scalars(
        select(Delivery)
        .where(
            Delivery.document_id == document.id,
            Delivery.message_key == message_key(document, choice),
            Delivery.state.in_(DONE),
        )
        .order_by(Delivery.id.desc())
    ).first()
    return found


def refuse_unsendable(document: Document) -> None:
    """Only a document without errors, of an active organization whose Send is on."""
    if document.direction != Direction.OUT:
        raise Conflict("This document came in; it can be answered, not sent.")
    if document.readiness == Readiness.CHECKING:
        raise Conflict("We are still reading this document. Try again in a moment.")
    if document.readiness != Readiness.READY:
        raise Conflict("Only a document without errors can be sent. Correct it first.")
    refuse_inactive(document.organization_id)


def refuse_inactive(organization_id: int) -> None:
    """Only an active organization sends, and only while the switch Send is on."""
    organization = db.session.scalars(
        select(Organization).where(Organization.id == organization_id)
    ).one()
    if organization.state != OrganizationState.ACTIVE:
        raise Conflict(
            "%(name)s isn't active. Activate the organization, then send.", name=organization.name
        )
    sends = select(Identifier.id).where(
        Identifier.organization_id == organization_id,
        Identifier.owned.is_(True),
        Identifier.send.is_(True),
    )
    if db.session.scalars(sends).first() is None:
        raise Conflict(
            "Sending is off for %(name)s. Switch Send on for one of its numbers.",
            name=organization.name,
        )
