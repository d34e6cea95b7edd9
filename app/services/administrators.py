"""Whom to tell: the administrators of an organization, of its environment, and support staff."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app import tenancy
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


def of(organization_id: int) -> Sequence[int]:
    """The people who administer this organization."""
    with tenancy.every_environment("whom to tell: organization administrators"):
        found: Sequence[int] = db.session.scalars(
            select(Membership.user_id)
            .where(
                Membership.organization_id == organization_id,
                Membership.role == MemberRole.ADMINISTRATOR,
                Membership.state == MembershipState.ACTIVE,
            )
            .order_by(Membership.user_id)
        ).all()
    return found


def concerned_with(organization_id: int) -> list[int]:
    """The administrators of this organization and those of its environment."""
    with tenancy.every_environment("whom to tell: environment administrators"):
        others = db.session.scalars(
            select(User.id)
            .join(Organization, Organization.environment_id == User.environment_id)
            .where(
                Organization.id == organization_id,
                User.environment_role == EnvironmentRole.ADMINISTRATOR,
                User.staff_role.is_(None),
                User.state == UserState.ACTIVE,
            )
        ).all()
    return sorted({*of(organization_id), *others})


def staff() -> Sequence[int]:
    """Support staff of the operator."""
    with tenancy.every_environment("whom to tell: staff"):
        found: Sequence[int] = db.session.scalars(
            select(User.id).where(User.staff_role.is_not(None)).order_by(User.id)
        ).all()
    return found
