"""Members of an organization: who may add, remove and promote whom, and who must accept first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app import tenancy
from app.errors import Conflict, NotAllowed, NotFound, Unreadable
from app.extensions import db
from app.invoice.wording import N_
from app.models import (
    MemberRole,
    Membership,
    MembershipState,
    Organization,
    OrganizationState,
    User,
    UserState,
)
from app.services import last_administrators, member_invitations, member_news, organizations
from app.transactions import transaction


def of(organization: Organization) -> Sequence[Membership]:
    """Members and invited people of an organization that one may see, by name."""
    # An environment administrator who isn't a member sees who is, also people of a partner.
    with tenancy.every_environment("members of an organization"):
        rows: Sequence[Membership] = db.session.scalars(
            select(Membership)
            .join(Membership.user)
            .options(joinedload(Membership.user).joinedload(User.environment))
            .where(
                Membership.organization_id == organization.id,
                Membership.state != MembershipState.ENDED,
            )
            .order_by(User.first_name, User.last_name, User.id)
        ).all()
    return rows


def home_of(public_id: str) -> str:
    """The organization of a membership that one may see, by public id."""
    home: str | None = db.session.scalars(
        select(Organization.public_id)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(Membership.public_id == public_id)
    ).one_or_none()
    if home is None:
        raise NotFound("This member isn't here, or isn't yours.")
    return home


def may_divide(organization: Organization) -> bool:
    """Whether the person at work may add and remove members here."""
    scope = tenancy.current()
    if organization.id in scope.administered_ids:
        return True
    return scope.environment_admin and organization.environment_id == scope.environment_id


def add(organization_public_id: str, email: str, role: str = MemberRole.MEMBER) -> Membership:
    """Make someone a member; a person of a partner environment is invited and must accept."""
    chosen = _role(role)
    with transaction():
        organization = _lock(organization_public_id)
        _need_divider(organization)  # before anyone learns who exists
        person = _person(organization, email)
        _need_right_to_add(organization, person.id)
        at_once = person.environment_id == organization.environment_id
        row = _row(organization, person.id)
        row.role, row.ended_at = chosen, None
        row.state = MembershipState.ACTIVE if at_once else MembershipState.INVITED
        db.session.add(row)
        db.session.flush()
        member_news.note(
            organization, "member.added" if at_once else "member.invited", person.id, role=chosen
        )
        member_news.welcome(organization, row, person)
        return row


def change_role(public_id: str, role: str) -> str:
    """Give a member another role; the answer is the organization."""
    chosen = _role(role)
    with transaction():
        row, organization = _lock_member(public_id)
        _need_right_to_change(organization, row)
        if row.role == chosen:
            return organization.public_id
        if row.role == MemberRole.ADMINISTRATOR:
            last_administrators.keep_one(organization, row.user_id)
        row.role = chosen
        member_news.note(organization, "member.role", row.user_id, role=chosen)
        member_news.tell_changed(
            organization, row, N_("%(person)s has another role in %(organization)s now.")
        )
        return organization.public_id


def remove(public_id: str) -> bool:
    """End a membership or withdraw an invitation; the answer is whether it was one's own."""
    with transaction():
        row, organization = _lock_member(public_id)
        own = row.user_id == tenancy.current().person_id  # everyone may leave
        if not own:
            _need_right_to_change(organization, row)
        if row.role == MemberRole.ADMINISTRATOR and row.state == MembershipState.ACTIVE:
            last_administrators.keep_one(organization, row.user_id)
        row.end()
        member_news.note(organization, "member.removed", row.user_id)
        member_news.tell_changed(
            organization, row, N_("%(person)s is no longer a member of %(organization)s.")
        )
        return own


def _role(text: str) -> MemberRole:
    if text not in MemberRole.__members__.values():
        raise Unreadable("Choose a role from the list.", field="role")
    return MemberRole(text)


def _lock(public_id: str) -> Organization:
    # One at a time per organization: two administrators must not remove each other at once.
    organization = organizations.find(public_id)
    db.session.refresh(organization, with_for_update=True)
    return organization


def _lock_member(public_id: str) -> tuple[Membership, Organization]:
    found = select(Membership).where(
        Membership.public_id == public_id, Membership.state != MembershipState.ENDED
    )
    row: Membership | None = db.session.scalars(
        found.options(joinedload(Membership.organization))
    ).one_or_none()
    if row is None or row.organization is None:
        raise NotFound("This member isn't here, or isn't yours.")
    organization = _lock(row.organization.public_id)
    db.session.refresh(row)
    return row, organization


def _person(organization: Organization, email: str) -> Any:
    """Someone of this organization's environment or of a partner's; others look as if unknown."""
    typed = " ".join(email.split()).lower()
    if not typed:
        raise Unreadable("Enter the e-mail address of the person.", field="email")
    with tenancy.every_environment("find a person to add"):
        person = db.session.scalars(
            select(User).where(
                func.lower(User.email) == typed,
                User.staff_role.is_(None),
                User.state != UserState.BLOCKED,
                User.active.is_(True),
            )
        ).one_or_none()
        known = person is not None and (
            person.environment_id == organization.environment_id
            or member_invitations.partners(organization.environment_id, person.environment_id)
        )
    if not known:
        raise Unreadable(
            "Nobody with this address is in your environment or that of a partner. Invite them to your environment first.",
            field="email",
        )
    return person


def _need_right_to_add(organization: Organization, person_id: int) -> None:
    scope = tenancy.current()
    if organization.state in (OrganizationState.CLOSING, OrganizationState.CLOSED):
        raise Conflict("Nobody can be added to a closed organization.")
    if organization.id in scope.administered_ids or not last_administrators.of(organization.id):
        return
    if person_id == scope.person_id:
        raise NotAllowed(
            "You cannot add yourself. Ask an administrator of this organization: %(names)s.",
            names=last_administrators.names(organization.id),
        )
    if organization.state != OrganizationState.ACTIVE:
        raise Conflict("Activate this organization first; then you can add members.")


def _need_right_to_change(organization: Organization, row: Membership) -> None:
    scope = tenancy.current()
    if organization.id in scope.administered_ids:
        return
    _need_divider(organization)
    if row.user_id == scope.person_id:
        raise NotAllowed(
            "You cannot change your own membership. Ask an administrator of this organization: %(names)s.",
            names=last_administrators.names(organization.id),
        )


def _need_divider(organization: Organization) -> None:
    if not may_divide(organization):
        raise NotAllowed("Only an administrator can change who is a member.")


def _row(organization: Organization, person_id: int) -> Membership:
    row: Membership | None = db.session.scalars(
        select(Membership).where(
            Membership.organization_id == organization.id, Membership.user_id == person_id
        )
    ).one_or_none()
    if row is None:
        return Membership(
            organization_id=organization.id, organization=organization, user_id=person_id
        )
    if row.state == MembershipState.ACTIVE:
        raise Conflict("This person is a member already.", field="email")
    if row.state == MembershipState.INVITED:
        raise Conflict("This person has been invited already and has to accept.", field="email")
    return row
