"""What the first page needs to know: the steps to a first invoice, or what needs me today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.models import (
    Environment,
    EnvironmentKind,
    Identifier,
    Organization,
    OrganizationState,
    Request,
)
from app.services import dashboards, document_lists, installation, requests, tallies, waiting
from app.services.dashboards import NOT_ACTIVE, Administration, Desk, Failures
from app.services.tallies import Platform, Year

GONE = (OrganizationState.REJECTED, OrganizationState.CLOSING, OrganizationState.CLOSED)
MOST_COUNTED = 100  # counting further than people read costs time and tells nothing
MOST_NAMES = 8


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
    failures: Failures
    requests: int
    not_active: Sequence[Organization]

    @property
    def quiet(self) -> bool:
        """Whether nothing waits."""
        return not (self.unread or self.failures.count or self.requests or self.not_active)


@dataclass(frozen=True, slots=True)
class Home:
    """One of four first pages (a newcomer's with what waits under it), and the figures that belong to it."""

    guest: Guest | None = None
    newcomer: Newcomer | None = None
    today: Today | None = None
    desk: Desk | None = None
    year: Year | None = None  # sent and received, of who is a member of something
    administration: Administration | None = None
    platform: Platform | None = None

    @property
    def only_administrator(self) -> bool:
        """Whether one person could lock everyone out."""
        return self.administration is not None and self.administration.administrators == 1


def look(person: Any) -> Home:
    """The first page of the person at work, with a fixed number of statements."""
    scope = tenancy.current()
    if scope.staff is not None:
        return Home(desk=dashboards.desk(), platform=tallies.platform())
    if not scope.organization_ids and not scope.environment_admin:
        return Home(guest=Guest(requests.administrators(), requests.mine()))
    organizations, receives = _organizations()
    administration = dashboards.administration() if scope.environment_admin else None
    year = tallies.year()
    failures = dashboards.failures()
    waits = waiting.counts()
    if failures.count or year.sent or document_lists.ever_sent():
        asleep = [row for row in organizations if row.state in NOT_ACTIVE]
        today = Today(waits["Inbox"], failures, waits["Requests"], asleep[:MOST_NAMES])
        return Home(today=today, year=year, administration=administration)
    newcomer = Newcomer(_steps(person, organizations, receives), _to_go_on_with(organizations))
    # Who only receives, or only runs the environment, has things to do before a first invoice.
    arrived = Today(waits["Inbox"], failures, waits["Requests"], ())
    return Home(newcomer=newcomer, today=arrived, year=year, administration=administration)


def demonstration_offered() -> bool:
    """Whether this is an empty platform that only this machine can reach."""
    if not installation.demonstration_allowed():
        return False
    with tenancy.every_environment("is the platform empty"):
        customers = select(Environment.id).where(Environment.kind == EnvironmentKind.CUSTOMER)
        return db.session.scalars(customers.limit(1)).first() is None


def _organizations() -> tuple[list[Organization], bool]:
    """Those that may be seen, oldest first, and whether one of the reader's own receives.

    An administrator of many sees the first ones named.
    """
    mine = tenancy.current().organization_ids
    on = select(Identifier.id).where(
        Identifier.organization_id.in_(mine), Identifier.receive.is_(True)
    )
    found = db.session.execute(
        select(Organization, on.exists())
        .where(Organization.state.not_in((OrganizationState.CLOSING, OrganizationState.CLOSED)))
        .order_by(Organization.id)
        .limit(MOST_COUNTED)
    ).all()
    return [row[0] for row in found], any(row[1] for row in found)


def _steps(
    person: Any, organizations: Sequence[Organization], receives: bool
) -> tuple[tuple[Step, StepState], ...]:
    usable = [row for row in organizations if row.state not in GONE]
    done = {
        Step.PROFILE: bool(person.first_name and person.last_name),
        Step.ORGANIZATION: bool(usable),
        Step.ACTIVATE: any(row.state == OrganizationState.ACTIVE for row in usable),
        Step.RECEIVE: not person.ask_receive or receives,
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
