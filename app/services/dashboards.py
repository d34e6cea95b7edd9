"""Figures of the first page: what fails and why, how an environment is doing, what waits for staff.

Each kind of reader costs one statement here, however much is counted: the counts stand beside each other
in it, and none goes further than what is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app import tenancy
from app.extensions import db
from app.models import (
    Delivery,
    DeliveryState,
    Document,
    Environment,
    EnvironmentRole,
    Identifier,
    Membership,
    MembershipState,
    Organization,
    OrganizationState,
    OutgoingMail,
    RegistrationState,
    Tally,
    User,
    UserState,
)
from app.models.types import now
from app.services import document_lists, plans, rights, tallies
from app.services.branches import written
from app.services.document_lists import Row

MOST_COUNTED = 100  # counting further than people read costs time and tells nothing
MOST_FAILURES = 5
NOT_ACTIVE = (
    OrganizationState.DRAFT,
    OrganizationState.UNDER_REVIEW,
    OrganizationState.REJECTED,
)
LEFT = (OrganizationState.CLOSING, OrganizationState.CLOSED)


@dataclass(frozen=True, slots=True)
class Failures:
    """What was sent and asks for a person: how many, and the newest of them."""

    count: int = 0
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Administration:
    """How an environment is doing, for who runs it; of documents only how many cost something."""

    price: Decimal  # for one received document
    administrators: int
    without_access: int  # people who are a member of nothing
    not_active: int
    receiving: int  # organizations with a number that is registered
    troubled: int  # organizations with a number that could not be registered
    received: int  # documents this month

    @property
    def cost(self) -> Decimal:
        """What those documents cost."""
        return self.received * self.price

    @property
    def currency(self) -> str:
        """Of the cost."""
        return plans.CURRENCY


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits for support staff: numbers only, never content."""

    reviews: int
    failed: int
    unknown: int
    waiting: int
    mails: int
    environments: int


def failures() -> Failures:
    """Of the reader's organizations: what could not be delivered, or of which we don't know."""
    ids = document_lists.attention_ids()
    if not ids:
        return Failures()
    found = db.session.execute(
        select(Document, Delivery)
        .join(Delivery, and_(Delivery.document_id == Document.id, Delivery.latest))
        .options(joinedload(Document.content), joinedload(Document.organization))
        .where(Document.id.in_(ids[:MOST_FAILURES]))
        .order_by(Document.id.desc())
    ).all()
    return Failures(len(ids), tuple(Row(document, delivery) for document, delivery in found))


def administration() -> Administration:
    """The figures of the environment of its administrator at work."""
    rights.need_environment_administrator()
    mine: Any = tenancy.current().environment_id
    here = select(Organization.id).where(
        Organization.environment_id == mine, Organization.state.not_in(LEFT)
    )
    with tenancy.every_environment("figures of an environment for its administrator"):
        counted = db.session.execute(
            select(
                select(Environment.plan).where(Environment.id == mine).scalar_subquery(),
                _administrators(mine),
                _without_access(mine),
                _some(Organization, Organization.id.in_(here), Organization.state.in_(NOT_ACTIVE)),
                _with_numbers(here, RegistrationState.ACTIVE),
                _with_numbers(here, RegistrationState.FAILED, RegistrationState.ELSEWHERE),
                tallies.received_this_month(Tally.organization_id.in_(here)),
            )
        ).one()
    code, *numbers = counted
    return Administration(plans.plan(code).receive_price, *numbers)


def desk() -> Desk:
    """What waits for support staff."""
    rights.need_staff()
    with tenancy.every_environment("how much waits for staff"):
        counted = db.session.execute(
            select(
                _some(Organization, _to_review()),
                _some(
                    Delivery,
                    Delivery.state == written(DeliveryState.FAILED),
                    Delivery.ended_at >= now() - tallies.RECENT,
                ),
                _some(Delivery, Delivery.state == DeliveryState.UNKNOWN),
                _some(Delivery, Delivery.state.in_((DeliveryState.QUEUED, DeliveryState.RETRYING))),
                _some(OutgoingMail, OutgoingMail.state == "failed"),
                _some(Environment),
            )
        ).one()
    return Desk(*counted)


def _some(model: Any, *conditions: ColumnElement[bool]) -> Any:
    """How many there are, counted no further than is shown."""
    some = select(model.id).where(*conditions).limit(MOST_COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _administrators(environment_id: int) -> Any:
    return _some(
        User,
        User.environment_id == environment_id,
        User.environment_role == EnvironmentRole.ADMINISTRATOR,
        *_at_work(),
    )


def _without_access(environment_id: int) -> Any:
    member = select(Membership.user_id).where(
        Membership.user_id == User.id, Membership.state != MembershipState.ENDED
    )
    return _some(
        User, User.environment_id == environment_id, *_at_work(), ~member.correlate(User).exists()
    )


def _at_work() -> Sequence[ColumnElement[bool]]:
    return (User.active.is_(True), User.state == UserState.ACTIVE)


def _with_numbers(here: Any, *states: RegistrationState) -> Any:
    numbers = select(Identifier.organization_id).where(Identifier.registration.in_(states))
    return _some(Organization, Organization.id.in_(here), Organization.id.in_(numbers))


def _to_review() -> ColumnElement[bool]:
    asked = select(Identifier.organization_id).where(Identifier.review_asked_at.is_not(None))
    active = Organization.state == OrganizationState.ACTIVE
    return or_(
        Organization.state == OrganizationState.UNDER_REVIEW, active & Organization.id.in_(asked)
    )
