"""Every few seconds: attempts whose worker died, and deliveries whose nudge was lost."""

from __future__ import annotations

import logging

from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.invoice.wording import N_
from app.models import Delivery, DeliveryState, Document, DocumentVersion, Organization, Route
from app.models.types import now
from app.outcome import Outcome, Result
from app.queue import enqueue
from app.services import claiming, mailing, outcomes, silence, starting
from app.services.outcomes import INTERRUPTED, Parcel
from app.transactions import transaction

log = logging.getLogger(__name__)
AT_ONCE = 200

NOTHING_LEFT = N_("We were interrupted before anything was handed over.")
MAYBE_LEFT = N_("We were interrupted while handing it over; it may or may not have arrived.")


def sweep() -> int:
    """Settle what was left behind and nudge for what is due; the answer is how many were settled."""
    if silence.held():
        return 0
    settled = 0
    for parcel, handing in _left_behind():
        try:
            settled += _settle(parcel, handing)
        except Exception:
            # The next sweep tries again; this one goes on with the others.
            log.exception("delivery %s could not be settled", parcel.delivery_id)
    for route in Route:
        if claiming.any_due(route):
            enqueue(starting.task_of(route))
    return settled


def _left_behind() -> list[tuple[Parcel, bool]]:
    with transaction(), tenancy.every_environment("deliveries whose worker died"):
        rows = db.session.execute(
            select(Delivery, DocumentVersion.digest, Organization.public_id)
            .join(Document, Document.id == Delivery.document_id)
            .join(DocumentVersion, DocumentVersion.document_id == Document.id)
            .join(Organization, Organization.id == Document.organization_id)
            .where(
                Delivery.state == DeliveryState.SENDING,
                Delivery.lease_until < now(),
                DocumentVersion.version == Delivery.version,
            )
            .order_by(Delivery.lease_until)
            .limit(AT_ONCE)
        ).all()
        return [(outcomes.parcel_of(*row), row[0].handing_over_at is not None) for row in rows]


def _settle(parcel: Parcel, handing: bool) -> bool:
    with tenancy.in_organization(parcel.organization_id):
        outcome = _what_became(parcel, handing)
        with transaction():
            delivery = outcomes.ours(parcel, DeliveryState.SENDING)
            # Alive after all: it went on meanwhile, and its lease with it.
            if (
                delivery is None
                or delivery.lease_until is None
                or delivery.lease_until >= now()
                or (delivery.handing_over_at is not None) != handing
            ):
                return False
            outcomes.apply(delivery, outcome)
    log.warning("delivery %s was left behind; it is %s", parcel.delivery_id, outcome.result)
    return True


def _what_became(parcel: Parcel, handing: bool) -> Outcome:
    """Nothing, if it never came to the moment of handing over; else the channel is asked."""
    if parcel.route == Route.PLATFORM or not handing:
        return Outcome(Result.UNREACHABLE, INTERRUPTED, NOTHING_LEFT)
    told = mailing.channel().status(parcel.message_key)
    if told is not None and told.result is Result.UNREACHABLE:
        return Outcome(Result.UNREACHABLE, INTERRUPTED, told.note, told.evidence)
    return told or Outcome(Result.UNKNOWN, "interrupted_handing_over", MAYBE_LEFT)
