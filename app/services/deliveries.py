"""What people do with deliveries: send, cancel, try again, decide, correct the address."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.errors import Conflict, NotFound
from app.extensions import db
from app.invoice import original
from app.invoice.identifiers import ParticipantId
from app.invoice.model import Invoice
from app.invoice.wording import N_
from app.models import Attempt, Delivery, DeliveryState, Document, Route
from app.models.delivery import GONE_ON
from app.models.types import now
from app.queue import enqueue
from app.services import (
    audit,
    delivering,
    documents,
    history,
    receiving,
    rights,
    routes,
    starting,
    sweeping,
)
from app.services.routes import Answer, Choice
from app.transactions import transaction

log = logging.getLogger(__name__)
deliver_due = delivering.deliver_due
sweep = sweeping.sweep

ENDED_BADLY = (DeliveryState.FAILED.value, DeliveryState.CANCELLED.value)


def ways(document_public_id: str, email: str = "") -> Answer:
    """How a document can travel, best first; shown before anyone presses Send."""
    document = documents.get(document_public_id)
    rights.need_member(document.organization_id)
    return routes.best_for(_invoice(document), document.organization_id, email)


def queue(document_public_id: str, *, route: Route | None = None, email: str = "") -> str:
    """Send a document. Pressed twice it is sent once: the second gets the first delivery."""
    return _start(
        document_public_id,
        lambda answer: answer.by(Route.EMAIL if email and route is None else route),
        email,
        starting.arrived_before,
    )


def resend(document_public_id: str, *, route: Route | None = None, email: str = "") -> str:
    """Send a document once more on purpose, also when it arrived before."""
    return _start(document_public_id, lambda answer: answer.by(route), email, None)


def correct_and_resend(delivery_public_id: str, address: str) -> str:
    """Send the document of a delivery that failed to another address: a mail address, or scheme:number."""
    with transaction():
        delivery = _of_mine(delivery_public_id)
        document, choice = delivery.document, choice_for(address)
        if delivery.state == DeliveryState.RETRYING:
            _cancel(delivery)
            db.session.flush()
        elif delivery.state not in ENDED_BADLY:
            raise _not_now(delivery)
        again = starting.start(document, choice)
        history.note(document, N_("Address corrected, sent again"))
    return again.public_id


def retry(delivery_public_id: str) -> str:
    """Try again: at once when it waits for its next try, else by a new delivery of the same message."""
    with transaction():
        delivery = _of_mine(delivery_public_id)
        document = delivery.document
        if delivery.state == DeliveryState.RETRYING:
            delivery.next_at = now()
            history.note(document, N_("Tried again at once"))
            enqueue(starting.task_of(delivery.route))
            return delivery.public_id
        if delivery.state not in ENDED_BADLY:
            raise _not_now(delivery)
        target = delivery.target_organization_id
        again = starting.start(
            document,
            Choice(Route(delivery.route), delivery.recipient, target_organization_id=target),
        )
    return again.public_id


def cancel(delivery_public_id: str) -> None:
    """Stop a delivery that isn't being handed over."""
    with transaction():
        _cancel(_of_mine(delivery_public_id))


def resolve(delivery_public_id: str, arrived: bool) -> None:
    """Someone asked the recipient: it arrived, or it has to be sent again."""
    with transaction():
        delivery = _of_mine(delivery_public_id)
        if delivery.state != DeliveryState.UNKNOWN:
            raise _not_now(delivery)
        # Whoever was late has nothing to add any more.
        delivery.lease_token = None
        if arrived:
            delivery.move_to(DeliveryState.DELIVERED)
            delivery.ended_at, delivery.next_at = now(), None
            delivery.code = "confirmed_by_person"
            delivery.note = N_("Someone confirmed that it arrived.")
            history.note(delivery.document, N_("It arrived: confirmed by a person"))
        else:
            delivery.move_to(DeliveryState.RETRYING)
            delivery.next_at = now()
            history.note(delivery.document, N_("Sent again: decided by a person"))
            enqueue(starting.task_of(delivery.route))
        audit.record("delivery.resolve", f"delivery {delivery.public_id}", arrived=arrived)


def of_document(document: Document) -> list[Delivery]:
    """Every delivery of a document, newest first."""
    return list(
        db.session.scalars(
            select(Delivery).where(Delivery.document_id == document.id).order_by(Delivery.id.desc())
        )
    )


def attempts_of(document: Document) -> list[Attempt]:
    """Every attempt for a document, newest first."""
    return list(
        db.session.scalars(
            select(Attempt).where(Attempt.document_id == document.id).order_by(Attempt.id.desc())
        )
    )


def choice_for(address: str) -> Choice:
    """The way to an address that someone typed."""
    text = address.strip()
    if "@" in text:
        return Choice(Route.EMAIL, routes.mail_address(text))
    participant = ParticipantId.parse(text)
    organization_id = receiving.can_receive(participant.scheme, participant.value)
    if organization_id is None:
        raise Conflict(
            "Nobody on this platform receives under %(number)s. Check it, or fill in a mail address.",
            field="address",
            number=str(participant),
        )
    return Choice(Route.PLATFORM, str(participant), target_organization_id=organization_id)


def _start(
    document_public_id: str,
    choose: Callable[[Answer], Choice],
    email: str,
    known: Callable[[Document, Choice], Delivery | None] | None,
) -> str:
    document = documents.get(document_public_id)
    rights.need_member(document.organization_id)
    starting.refuse_unsendable(document)
    invoice = _invoice(document)  # a file is read: not while rows are locked
    with transaction():
        document = documents.get(document_public_id)
        open_one = starting.under_way(document)
        if open_one is not None:
            return open_one.public_id
        choice = choose(routes.best_for(invoice, document.organization_id, email))
        first = known(document, choice) if known else None
        if first is not None:
            return first.public_id
        return starting.start(document, choice).public_id


def _invoice(document: Document) -> Invoice:
    return original.read(documents.xml_of(document.public_id)).invoice


def _of_mine(public_id: str) -> Delivery:
    """A delivery of one of my organizations, locked; somebody else's isn't there."""
    found: Delivery | None = db.session.scalars(
        select(Delivery)
        .options(joinedload(Delivery.document))
        .where(Delivery.public_id == public_id)
        .with_for_update(of=Delivery)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound("This isn't here, or it isn't yours.")
    rights.need_member(found.organization_id)
    return found


def _cancel(delivery: Delivery) -> None:
    delivery.move_to(DeliveryState.CANCELLED)
    delivery.next_at, delivery.ended_at = None, now()
    history.note(delivery.document, N_("Cancelled"))
    audit.record("delivery.cancel", f"delivery {delivery.public_id}")


def _not_now(delivery: Delivery) -> Conflict:
    log.info("delivery %s is %s by now", delivery.id, delivery.state)
    return Conflict(GONE_ON)
