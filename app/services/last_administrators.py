"""An organization keeps an administrator: the last one cannot be removed, demoted or blocked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app import tenancy
from app.errors import Conflict
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


def of(organization_id: int) -> Sequence[Any]:
    """The people who administer an organization and can sign in."""
    return _members(organization_id, MemberRole.ADMINISTRATOR)


def names(organization_id: int) -> str:
    """Their names, for a sentence."""
    return _listed(of(organization_id))


def keep_one(organization: Organization, leaving: int) -> None:
    """Refuse what would leave this organization without an administrator; say who could take over."""
    if any(person.id != leaving for person in of(organization.id)):
        return
    others = [
        person for person in _members(organization.id, MemberRole.MEMBER) if person.id != leaving
    ]
    if others:
        raise Conflict(
            "This is the last administrator of %(organization)s. Make someone else administrator first: %(names)s.",
            organization=organization.name,
            names=_listed(others),
        )
    raise Conflict(
        "This is the last administrator of %(organization)s, and it has no other members. Add someone as administrator first.",
        organization=organization.name,
    )


def administered_by(user_id: int) -> Sequence[Organization]:
    """The organizations that this person administers, locked until the caller has decided."""
    found: Sequence[Organization] = db.session.scalars(
        select(Organization)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(
            Membership.user_id == user_id,
            Membership.role == MemberRole.ADMINISTRATOR,
            Membership.state == MembershipState.ACTIVE,
            Organization.state != OrganizationState.CLOSED,
        )
        .order_by(Organization.id)
        .with_for_update(of=Organization)
    ).all()
    return found


def _members(organization_id: int, role: MemberRole) -> Sequence[Any]:
    with tenancy.every_environment("who administers an organization"):
        people: Sequence[Any] = db.session.scalars(
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.organization_id == organization_id,
                Membership.role == role,
                Membership.state == MembershipState.ACTIVE,
                User.active.is_(True),
                User.state == UserState.ACTIVE,
            )
            .order_by(User.id)
        ).all()
    return people


def _listed(people: Sequence[Any]) -> str:
    return ", ".join(person.name for person in people[:5])
