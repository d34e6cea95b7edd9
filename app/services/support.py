"""What support staff look at: queues, failures and who is who. States, times, ids and routes; never content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from app import tenancy
from app.errors import AppError, Unreadable
from app.extensions import db
from app.models import Delivery, DeliveryState, Document, Organization, OutgoingMail
from app.models.types import now
from app.services import audit, deliveries, rights, starting
from app.services.branches import written
from app.transactions import transaction

RECENT = timedelta(days=7)
MOST_SHOWN = 100
MOST_RETRIED = 50  # a receiver that is back must not be run over
# What staff may try again; whether an unknown one arrived is for its sender to find out.
WORTH_A_TRY = (DeliveryState.RETRYING, DeliveryState.FAILED)
TROUBLED = (DeliveryState.RETRYING, DeliveryState.UNKNOWN, DeliveryState.FAILED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many stand in one state, and since when the oldest."""

    state: str
    count: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A reason for which deliveries failed lately, and how often."""

    code: str
    note: str
    count: int


@dataclass(frozen=True, slots=True)
class Queues:
    """The state of everything that is on its way."""

    deliveries: Sequence[Waiting]
    failures: Sequence[Failure]
    mails: Sequence[Waiting]
    troubled: Sequence[Delivery]


def queues() -> Queues:
    """Deliveries and mails by state, recent failures by reason, and what needs a look."""
    rights.need_staff()
    return Queues(
        deliveries=_by_state(Delivery, _on_its_way_or_failed()),
        failures=_failures(),
        mails=_by_state(OutgoingMail),
        troubled=_deliveries(Delivery.state.in_(TROUBLED), _on_its_way_or_failed()),
    )


def preview(public_ids: Sequence[str]) -> Sequence[Delivery]:
    """Which of these deliveries would be tried again; nothing happens yet."""
    rights.need_staff()
    _refuse_many(public_ids)
    return _deliveries(Delivery.public_id.in_(public_ids), Delivery.state.in_(WORTH_A_TRY))


@dataclass(frozen=True, slots=True)
class Retried:
    """What became of trying many again: how many began, and why others could not."""

    count: int
    refusals: Sequence[tuple[str, AppError]]  # number of the document, sentence


def retry(public_ids: Sequence[str]) -> Retried:
    """Try deliveries again, each in its own transaction; one that refuses doesn't stop the rest."""
    chosen = [
        (
            each.public_id,
            each.organization_id,
            each.document.organization.environment_id,
            str(each.document),
        )
        for each in preview(public_ids)
    ]
    count, refusals = 0, []
    for public_id, organization_id, environment_id, name in chosen:
        try:
            with transaction():
                with tenancy.in_organization(organization_id):
                    deliveries.retry(public_id)
                audit.record(
                    "delivery tried again by support",
                    f"delivery {public_id}",
                    environment_id=environment_id,
                )
            count += 1
        except AppError as error:
            refusals.append((name, error))
    return Retried(count, refusals)


def _refuse_many(public_ids: Sequence[str]) -> None:
    if not 1 <= len(public_ids) <= MOST_RETRIED:
        raise Unreadable("Choose from 1 to %(most)s deliveries.", most=MOST_RETRIED)


def _on_its_way_or_failed() -> ColumnElement[bool]:
    """What a queue is about; millions that arrived long ago are not read."""
    failed: ColumnElement[bool] = (Delivery.state == written(DeliveryState.FAILED)) & (
        Delivery.ended_at > now() - RECENT
    )
    return or_(Delivery.state.in_(starting.UNDER_WAY), failed)


def _by_state(
    model: type[Delivery] | type[OutgoingMail], *conditions: ColumnElement[bool]
) -> list[Waiting]:
    rows = db.session.execute(
        select(model.state, func.count(model.id), func.min(model.created_at))
        .where(*conditions)
        .group_by(model.state)
        .order_by(model.state)
    )
    return [Waiting(state, count, oldest) for state, count, oldest in rows]


def _failures() -> list[Failure]:
    rows = db.session.execute(
        select(Delivery.code, func.max(Delivery.note), func.count(Delivery.id))
        .where(Delivery.state == written(DeliveryState.FAILED), Delivery.ended_at > now() - RECENT)
        .group_by(Delivery.code)
        .order_by(func.count(Delivery.id).desc(), Delivery.code)
        .limit(MOST_SHOWN)
    )
    return [Failure(code, note, count) for code, note, count in rows]


def _deliveries(*conditions: object) -> Sequence[Delivery]:
    found: Sequence[Delivery] = db.session.scalars(
        select(Delivery)
        .options(
            joinedload(Delivery.document)
            .joinedload(Document.organization)
            .joinedload(Organization.environment)
        )
        .where(*conditions)  # type: ignore[arg-type]  # conditions of columns
        .order_by(Delivery.id.desc())
        .limit(MOST_SHOWN)
    ).all()
    return found
