"""Who someone is: their scope and their roles, read afresh for each request, so that changes work at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    EnvironmentRole,
    MemberRole,
    Membership,
    MembershipState,
    Organization,
    User,
    UserState,
)
from app.roles import Right, Role, rights_of
from app.services import silence, tallies
from app.tenancy import Scope, StaffRole, every_environment


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in person: the user as read, what they may see, and what they may do."""

    user: Any
    scope: Scope
    roles: tuple[Role, ...]
    rights: frozenset[Right]
    organizations: Mapping[str, str] = field(default_factory=dict)  # mine: names by public id
    installation: Any = None  # what the platform knows of itself: whether anything leaves it
    tallied: Any = None  # and how far it is with counting


def person(user_id: int) -> Person | None:
    """The person of this id, unless they may not sign in any more."""
    with every_environment("sign-in: find the person and their memberships"):
        found = db.session.execute(
            select(User, silence.FACTS, tallies.FACTS)
            .options(joinedload(User.environment))
            .where(User.id == user_id)
        ).one_or_none()
        user, installation, tallied = found or (None, None, None)
        if user is None or not user.active or user.state == UserState.BLOCKED:
            return None
        memberships = db.session.execute(
            select(
                Membership.organization_id,
                Membership.role,
                Organization.public_id,
                Organization.name,
            )
            .join(Organization, Organization.id == Membership.organization_id)
            .where(Membership.user_id == user_id, Membership.state == MembershipState.ACTIVE)
        ).all()
    known = _person(user, {row.organization_id: row.role for row in memberships})
    organizations = sorted((row.name, row.public_id) for row in memberships)
    named = {public_id: name for name, public_id in organizations}
    return replace(known, organizations=named, installation=installation, tallied=tallied)


def _person(user: Any, memberships: dict[int, str]) -> Person:
    administered = frozenset(
        key for key, role in memberships.items() if role == MemberRole.ADMINISTRATOR
    )
    scope = Scope(
        person_id=user.id,
        person_name=user.name,
        environment_id=user.environment_id,
        environment_admin=user.environment_role == EnvironmentRole.ADMINISTRATOR
        and user.staff_role is None,
        organization_ids=frozenset(memberships),
        administered_ids=administered,
        staff=StaffRole(user.staff_role) if user.staff_role else None,
    )
    roles = tuple(_roles(user, scope))
    return Person(user, scope, roles, rights_of(roles))


def _roles(user: Any, scope: Scope) -> list[Role]:
    if scope.staff is not None:
        return [Role.SUPPORT if scope.staff is StaffRole.SUPPORT else Role.TECHNICAL_SUPPORT]
    wanted = {
        Role.EVERYONE: True,
        Role.ADVANCED: user.environment_role == EnvironmentRole.ADVANCED,
        Role.ENVIRONMENT_ADMINISTRATOR: scope.environment_admin,
        Role.RELATIONSHIP_MANAGER: user.relationship_manager
        and user.environment_role != EnvironmentRole.BASIC,
        Role.MEMBER: bool(scope.organization_ids),
        Role.ORGANIZATION_ADMINISTRATOR: bool(scope.administered_ids),
    }
    return [role for role, holds in wanted.items() if holds]
