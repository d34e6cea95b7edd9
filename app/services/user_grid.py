"""Who works for which organization: one grid of users × organizations, changed all at once or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app import tenancy
from app.errors import Conflict, Unreadable
from app.extensions import db
from app.models import (
    MemberRole,
    Membership,
    MembershipState,
    Organization,
    OrganizationState,
    User,
    UserState,
)
from app.services import members, rights
from app.transactions import transaction

USERS_ON_A_PAGE = 25
ORGANIZATIONS_ON_A_PAGE = 10
MOST_CHANGES = 250
MOST_CHOICES = 50
NONE = ""

Place = tuple[str, str]  # public ids: user, organization


@dataclass(frozen=True, slots=True)
class Grid:
    """A part of the grid: roles by place, and whether there is more to the right or below."""

    users: Sequence[Any]
    organizations: Sequence[Organization]
    roles: Mapping[Place, str]
    fixed: frozenset[Place]  # my own, where I don't administer the organization
    more_users: bool
    more_organizations: bool


def show(users_page: int = 0, organizations_page: int = 0) -> Grid:
    """One part of the grid."""
    rights.need_environment_administrator()
    people = _page(_users(), users_page, USERS_ON_A_PAGE)
    columns = _page(_organizations(), organizations_page, ORGANIZATIONS_ON_A_PAGE)
    shown, active = people[:USERS_ON_A_PAGE], columns[:ORGANIZATIONS_ON_A_PAGE]
    rows = _memberships([user.id for user in shown], [one.id for one in active])
    scope = tenancy.current()
    return Grid(
        users=shown,
        organizations=active,
        roles={place: row.role for place, row in rows.items()},
        fixed=frozenset(
            (user.public_id, one.public_id)
            for user in shown
            for one in active
            if user.id == scope.person_id and one.id not in scope.administered_ids
        ),
        more_users=len(people) > USERS_ON_A_PAGE,
        more_organizations=len(columns) > ORGANIZATIONS_ON_A_PAGE,
    )


def organizations_to_choose() -> Sequence[Organization]:
    """The active organizations that a new user may become a member of at once."""
    rights.need_environment_administrator()
    found: Sequence[Organization] = db.session.scalars(_organizations().limit(MOST_CHOICES)).all()
    return found


def change(wanted: Mapping[Place, str], seen: Mapping[Place, str]) -> int:
    """Make memberships as wanted where that differs from what the person saw; the answer is how many."""
    rights.need_environment_administrator()
    changes = {place: role for place, role in wanted.items() if role != seen.get(place, NONE)}
    if len(changes) > MOST_CHANGES:
        raise Unreadable("Change at most %(most)s memberships at a time.", most=MOST_CHANGES)
    if not set(changes.values()) <= {NONE, *MemberRole}:
        raise Unreadable("Choose a role from the list.")
    with transaction():
        people, organizations = _named(changes)
        rows = _memberships(
            [user.id for user in people.values()], [one.id for one in organizations.values()]
        )
        # Administrators first: who takes over must be there before who leaves.
        for place, role in sorted(changes.items(), key=lambda item: item[1] or "z"):
            _refuse_stale(rows.get(place), seen.get(place, NONE))
            _set(people[place[0]], place[1], rows.get(place), role)
    return len(changes)


def _set(user: Any, organization: str, row: Membership | None, role: str) -> None:
    if row is None:
        members.add(organization, user.email, role)
    elif role == NONE:
        members.remove(row.public_id)
    else:
        members.change_role(row.public_id, role)


def _refuse_stale(row: Membership | None, seen: str) -> None:
    if (row.role if row else NONE) != seen:
        raise Conflict(
            "Someone else changed this grid meanwhile. Nothing was saved; look again and repeat."
        )


def _named(changes: Mapping[Place, str]) -> tuple[dict[str, Any], dict[str, Organization]]:
    people = db.session.scalars(
        _users().where(User.public_id.in_({user for user, _one in changes}))
    ).all()
    organizations = db.session.scalars(
        _organizations().where(Organization.public_id.in_({one for _user, one in changes}))
    ).all()
    known = {user.public_id for user in people}, {one.public_id for one in organizations}
    if any(user not in known[0] or one not in known[1] for user, one in changes):
        raise Conflict(
            "Someone or something of this grid is no longer here. Nothing was saved; look again."
        )
    return {user.public_id: user for user in people}, {one.public_id: one for one in organizations}


def _users() -> Any:
    return (
        select(User)
        .where(
            User.environment_id == tenancy.current().environment_id,
            User.state == UserState.ACTIVE,
        )
        .order_by(User.last_name, User.first_name, User.id)
    )


def _organizations() -> Any:
    return (
        select(Organization)
        .where(
            Organization.environment_id == tenancy.current().environment_id,
            Organization.state == OrganizationState.ACTIVE,
        )
        .order_by(Organization.name, Organization.id)
    )


def _page(query: Any, number: int, size: int) -> Sequence[Any]:
    found: Sequence[Any] = db.session.scalars(query.offset(number * size).limit(size + 1)).all()
    return found


def _memberships(user_ids: list[int], organization_ids: list[int]) -> dict[Place, Membership]:
    found = db.session.execute(
        select(Membership, User.public_id, Organization.public_id)
        .join(User, User.id == Membership.user_id)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(
            Membership.user_id.in_(user_ids),
            Membership.organization_id.in_(organization_ids),
            Membership.state != MembershipState.ENDED,
        )
    )
    return {(user, organization): row for row, user, organization in found}
