"""What the first page needs to know: the steps to a first invoice, or what needs me today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from app import tenancy
from app.extensions import db
from app.models import (
    Delivery,
    DeliveryState,
    Environment,
    EnvironmentKind,
    Identifier,
    Organization,
    OrganizationState,
    OutgoingMail,
    Request,
    RequestState,
)
from app.models.types import now
from app.services import document_lists, installation, requests, rights
from app.services.branches import written

GONE = (OrganizationState.REJECTED, OrganizationState.CLOSING, OrganizationState.CLOSED)
NOT_ACTIVE = (
    OrganizationState.DRAFT,
    OrganizationState.UNDER_REVIEW,
    OrganizationState.REJECTED,
)
MOST_COUNTED = 100  # counting further than people read costs time and tells nothing
MOST_NAMES = 8
RECENT = timedelta(days=7)


class Step(StrEnum):
    """From a new account to the first invoice, in this order."""

    PROFILE = "profile"
    ORGANIZATION = "organization"
    ACTIVATE = "activate"
    RECEIVE = "receive"
    INVOICE = "invoice"


class StepState(StrEnum):
    """One step is next; those after it can wait."""

    DONE = "done"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Guest:
    """Someone without anything to see: whom they can ask, and what they asked already."""

    administrators: Sequence[Any]
    request: Request | None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Someone on the way to the first invoice."""

    steps: tuple[tuple[Step, StepState], ...]
    organization: Organization | None  # the one to go on with

    @property
    def done(self) -> int:
        """How many steps have been taken."""
        return sum(state is StepState.DONE for _step, state in self.steps)

    @property
    def may_send(self) -> bool:
        """Whether the last step may be taken before the one that is next."""
        return dict(self.steps)[Step.ACTIVATE] is StepState.DONE


@dataclass(frozen=True, slots=True)
class Today:
    """What needs a person now."""

    unread: int
    attention: int
    requests: int
    not_active: Sequence[Organization]

    @property
    def quiet(self) -> bool:
        """Whether nothing waits."""
        return not (self.unread or self.attention or self.requests or self.not_active)


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits for support staff: numbers only, never content."""

    reviews: int
    failed: int
    unknown: int
    waiting: int
    mails: int
    environments: int


@dataclass(frozen=True, slots=True)
class Home:
    """One of four first pages (a newcomer's with what waits under it), and a warning when one person could lock everyone out."""

    guest: Guest | None = None
    newcomer: Newcomer | None = None
    today: Today | None = None
    desk: Desk | None = None
    only_administrator: bool = False


def look(person: Any) -> Home:
    """The first page of the person at work, with a fixed number of statements."""
    scope = tenancy.current()
    if scope.staff is not None:
        return Home(desk=_desk())
    if not scope.organization_ids and not scope.environment_admin:
        return Home(guest=Guest(requests.administrators(), requests.mine()))
    organizations = _organizations()
    only = scope.environment_admin and len(requests.administrators()) == 1
    if document_lists.ever_sent():
        return Home(today=_today(organizations), only_administrator=only)
    newcomer = Newcomer(_steps(person, organizations), _to_go_on_with(organizations))
    # Who only receives, or only runs the environment, has things to do before a first invoice.
    arrived = Today(document_lists.unread(), 0, _open_requests(), ())
    return Home(newcomer=newcomer, today=arrived, only_administrator=only)


def demonstration_offered() -> bool:
    """Whether this is an empty platform that only this machine can reach."""
    if not installation.demonstration_allowed():
        return False
    with tenancy.every_environment("is the platform empty"):
        customers = select(Environment.id).where(Environment.kind == EnvironmentKind.CUSTOMER)
        return db.session.scalars(customers.limit(1)).first() is None


def _organizations() -> Sequence[Organization]:
    # Those that may be seen, oldest first; an administrator of many sees the first ones named.
    found: Sequence[Organization] = db.session.scalars(
        select(Organization)
        .where(Organization.state.not_in((OrganizationState.CLOSING, OrganizationState.CLOSED)))
        .order_by(Organization.id)
        .limit(MOST_COUNTED)
    ).all()
    return found


def _receives() -> bool:
    mine = tenancy.current().organization_ids
    on = select(Identifier.id).where(
        Identifier.organization_id.in_(mine), Identifier.receive.is_(True)
    )
    return db.session.scalars(on.limit(1)).first() is not None


def _steps(
    person: Any, organizations: Sequence[Organization]
) -> tuple[tuple[Step, StepState], ...]:
    usable = [row for row in organizations if row.state not in GONE]
    done = {
        Step.PROFILE: bool(person.first_name and person.last_name),
        Step.ORGANIZATION: bool(usable),
        Step.ACTIVATE: any(row.state == OrganizationState.ACTIVE for row in usable),
        Step.RECEIVE: not person.ask_receive or _receives(),
        Step.INVOICE: False,
    }
    scope = tenancy.current()
    if not scope.administered_ids and not scope.environment_admin:
        del done[Step.RECEIVE]  # others decide that
    upcoming = next(step for step, is_done in done.items() if not is_done)
    return tuple((step, _state(is_done, step is upcoming)) for step, is_done in done.items())


def _state(is_done: bool, is_next: bool) -> StepState:
    if is_done:
        return StepState.DONE
    return StepState.NEXT if is_next else StepState.LATER


def _to_go_on_with(organizations: Sequence[Organization]) -> Organization | None:
    usable = [row for row in organizations if row.state not in GONE]
    drafts = [row for row in usable if row.state == OrganizationState.DRAFT]
    return next(iter(drafts or usable), None)


def _today(organizations: Sequence[Organization]) -> Today:
    asleep = [row for row in organizations if row.state in NOT_ACTIVE]
    return Today(
        unread=document_lists.unread(),
        attention=document_lists.attention(),
        requests=_open_requests(),
        not_active=asleep[:MOST_NAMES],
    )


def _open_requests() -> int:
    """Those of others to my environment, for who may answer them."""
    scope = tenancy.current()
    if not scope.environment_admin:
        return 0
    return _counted(
        Request,
        Request.state == RequestState.OPEN,
        Request.environment_id == scope.environment_id,
        Request.user_id != scope.person_id,
    )


def _desk() -> Desk:
    rights.need_staff()
    with tenancy.every_environment("how much waits for staff"):
        return Desk(
            reviews=_reviews(),
            failed=_counted(
                Delivery,
                Delivery.state == written(DeliveryState.FAILED),
                Delivery.ended_at >= now() - RECENT,
            ),
            unknown=_counted(Delivery, Delivery.state == DeliveryState.UNKNOWN),
            waiting=_counted(
                Delivery, Delivery.state.in_((DeliveryState.QUEUED, DeliveryState.RETRYING))
            ),
            mails=_counted(OutgoingMail, OutgoingMail.state == "failed"),
            environments=_counted(Environment),
        )


def _reviews() -> int:
    under_review = Organization.state == OrganizationState.UNDER_REVIEW
    asked = select(Identifier.organization_id).where(Identifier.review_asked_at.is_not(None))
    active = Organization.state == OrganizationState.ACTIVE
    return _counted(Organization, or_(under_review, active & Organization.id.in_(asked)))


def _counted(model: Any, *conditions: ColumnElement[bool]) -> int:
    """How many there are, counted no further than is shown."""
    some = select(model.id).where(*conditions).limit(MOST_COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0
