"""The first beat: take deliveries that are due, so that of several workers each gets its own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Select, select, update

from app import tenancy
from app.extensions import db, settings
from app.models import (
    Attempt,
    Delivery,
    DeliveryState,
    Document,
    DocumentVersion,
    Organization,
    Route,
)
from app.models.delivery import IS_WAITING
from app.models.types import now
from app.services import outcomes, silence
from app.services.outcomes import Parcel
from app.services.turns import Turns
from app.transactions import transaction

_turns = {route: Turns() for route in Route}


def claim_some(route: Route, at_most: int) -> list[Parcel]:
    """Take up to so many that are due, in one transaction; what another worker takes is passed by."""
    due = _due(route)

    def due_of(organization_id: int, share: int) -> Sequence[int]:
        its = due.where(Delivery.organization_id == organization_id).order_by(Delivery.next_at)
        return _locked(its.with_only_columns(Delivery.id).limit(share))

    if silence.held():
        return []
    with transaction(), tenancy.every_environment("claim deliveries that are due"):
        return _begin(_turns[route].serve(due, at_most, due_of))


def claim(delivery_id: int) -> Parcel | None:
    """Take this one if it still waits: of two workers one gets it."""
    if silence.held():
        return None
    with transaction():
        one = select(Delivery.id).where(
            Delivery.id == delivery_id, IS_WAITING, Delivery.next_at <= now()
        )
        taken = _begin(_locked(one))
    return taken[0] if taken else None


def any_due(route: Route) -> bool:
    """Whether something could be claimed now."""
    with transaction(), tenancy.every_environment("is anything due"):
        return db.session.scalar(_due(route).limit(1)) is not None


def lease() -> timedelta:
    """How long a claim holds before a sweep looks at it."""
    return timedelta(seconds=settings().lease_seconds)


def _due(route: Route) -> Select[tuple[int]]:
    """The organizations of the deliveries that are due."""
    return select(Delivery.organization_id).where(
        Delivery.route == route, IS_WAITING, Delivery.next_at <= now()
    )


def _locked(these: Select[tuple[int]]) -> Sequence[int]:
    # First locked, then changed: an update with this select inside it may take more than its limit.
    return list(db.session.scalars(these.with_for_update(skip_locked=True)))


def _begin(locked: Sequence[int]) -> list[Parcel]:
    """Claim these, write down their attempts, and give what sending them needs."""
    if not locked:
        return []
    _claim(locked)
    rows = db.session.execute(
        select(Delivery, DocumentVersion.digest, Organization.public_id)
        .join(Document, Document.id == Delivery.document_id)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .join(Organization, Organization.id == Document.organization_id)
        .where(Delivery.id.in_(locked), DocumentVersion.version == Delivery.version)
        .order_by(Delivery.id)
        .execution_options(populate_existing=True)
    ).all()
    db.session.add_all([_attempt(delivery) for delivery, _, _ in rows])
    return [outcomes.parcel_of(*row) for row in rows]


def _claim(locked: Sequence[int]) -> None:
    moment = now()
    db.session.execute(
        update(Delivery)
        .where(Delivery.id.in_(locked))
        .values(
            state=DeliveryState.SENDING,
            lease_token=str(uuid.uuid4()),
            lease_until=moment + lease(),
            handing_over_at=None,
            next_at=None,
            attempts=Delivery.attempts + 1,
        )
        .execution_options(synchronize_session=False)
    )


def _attempt(delivery: Delivery) -> Attempt:
    return Attempt(
        organization_id=delivery.organization_id,
        document_id=delivery.document_id,
        delivery_id=delivery.id,
        number=delivery.attempts,
    )
