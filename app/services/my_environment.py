"""An environment at a glance, for who runs it: its organizations with receiving and cost, people, plan.

Administrators pay for organizations of which they are no member, so the gate is opened for their numbers
and for how many documents they received; for no document itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, or_, select, tuple_
from sqlalchemy.orm import aliased

from app import tenancy
from app.extensions import db
from app.models import (
    Environment,
    EnvironmentDomain,
    EnvironmentRole,
    Identifier,
    Organization,
    Tally,
    User,
    UserState,
)
from app.services import plans, rights, tallies
from app.services.receiving import LEFT, Line

ROWS = 25


@dataclass(frozen=True, slots=True)
class Glance:
    """One organization: how its switch stands, what it received this month and what that costs."""

    line: Line
    received: int

    @property
    def organization(self) -> Organization:
        """The organization itself."""
        return self.line.organization

    @property
    def cost(self) -> Decimal:
        """Of what it received this month."""
        return self.received * self.line.plan.receive_price


@dataclass(frozen=True, slots=True)
class Overview:
    """The environment, who can be asked about it, and one page of its organizations."""

    environment: Environment
    domains: Sequence[EnvironmentDomain]
    contacts: Sequence[User]
    plan: plans.Plan
    received: int  # this month, by all organizations
    rows: Sequence[Glance]
    older: str = ""  # the organization after which the next page begins
    newer: str = ""

    @property
    def cost(self) -> Decimal:
        """Of everything that was received this month."""
        return self.received * self.plan.receive_price

    @property
    def currency(self) -> str:
        """Of prices and costs."""
        return plans.CURRENCY


def overview(after: str = "", before: str = "") -> Overview:
    """The environment of its administrator at work, with a fixed number of statements."""
    rights.need_environment_administrator()
    mine: Any = tenancy.current().environment_id
    with tenancy.every_environment("an environment at a glance for its administrator"):
        environment, received = db.session.execute(
            select(
                Environment, tallies.received_this_month(Tally.organization_id.in_(_ids(mine)))
            ).where(Environment.id == mine)
        ).one()
        plan = plans.plan(environment.plan)
        found = _page(mine, after, before)
        rows = _glances(found[:ROWS], plan)
        more = len(found) > ROWS
    if before:
        rows.reverse()
    first, last = (rows[0], rows[-1]) if rows else (None, None)
    return Overview(
        environment,
        _domains(),
        _contacts(mine),
        plan,
        received,
        rows,
        older=last.organization.public_id if last and (more or before) else "",
        newer=first.organization.public_id if first and (after or (before and more)) else "",
    )


def _ids(environment_id: int) -> Select[tuple[int]]:
    return select(Organization.id).where(Organization.environment_id == environment_id)


def _page(environment_id: int, after: str, before: str) -> Sequence[Any]:
    """Organizations by name and one more, each with what it received; backwards before one."""
    place = tuple_(Organization.name, Organization.id)
    query = select(
        Organization, tallies.received_this_month(Tally.organization_id == Organization.id)
    ).where(Organization.environment_id == environment_id, Organization.state.not_in(LEFT))
    if after or before:
        edge = _edge(environment_id, after or before)
        query = query.where(place < edge if before else place > edge)
    columns = (Organization.name, Organization.id)
    order = [column.desc() if before else column for column in columns]
    found: Sequence[Any] = db.session.execute(query.order_by(*order).limit(ROWS + 1)).all()
    return found


def _edge(environment_id: int, public_id: str) -> Any:
    other = aliased(Organization)
    here = (other.public_id == public_id, other.environment_id == environment_id)
    return tuple_(*(select(part).where(*here).scalar_subquery() for part in (other.name, other.id)))


def _glances(found: Sequence[Any], plan: plans.Plan) -> list[Glance]:
    numbers: defaultdict[int, list[Identifier]] = defaultdict(list)
    for number in db.session.scalars(
        select(Identifier)
        .where(
            Identifier.organization_id.in_([row[0].id for row in found]),
            Identifier.verified_at.is_not(None),
        )
        .order_by(Identifier.id)
    ):
        numbers[number.organization_id].append(number)
    return [
        Glance(Line(organization, tuple(numbers[organization.id]), plan, agreed=True), received)
        for organization, received in found
    ]


def _domains() -> Sequence[EnvironmentDomain]:
    found: Sequence[EnvironmentDomain] = db.session.scalars(
        select(EnvironmentDomain).order_by(EnvironmentDomain.domain)
    ).all()
    return found


def _contacts(environment_id: int) -> Sequence[User]:
    """Administrators and relationship managers, whom others may ask."""
    found: Sequence[User] = db.session.scalars(
        select(User)
        .where(
            User.environment_id == environment_id,
            User.active.is_(True),
            User.state == UserState.ACTIVE,
            or_(
                User.environment_role == EnvironmentRole.ADMINISTRATOR,
                User.relationship_manager.is_(True),
            ),
        )
        .order_by(User.last_name, User.first_name, User.id)
        .limit(ROWS)
    ).all()
    return found
