"""Someone of a partner environment is asked to become a member, and answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from app import tenancy
from app.errors import Conflict, NotFound
from app.extensions import db
from app.invoice.wording import N_
from app.models import (
    Membership,
    MembershipState,
    Organization,
    Partnership,
    PartnershipState,
)
from app.services import member_news
from app.transactions import transaction


@dataclass(frozen=True, slots=True)
class Invitation:
    """An organization of a partner that asks the person at work to become a member."""

    public_id: str
    organization: str
    environment: str
    role: str


def invitations() -> list[Invitation]:
    """The invitations that wait for the person at work, for their inbox of requests."""
    with tenancy.every_environment("invitations of a person"):
        rows = db.session.scalars(_invited()).all()
        return [_as_invitation(row) for row in rows]


def invitation(public_id: str) -> Invitation:
    """One invitation of the person at work."""
    with tenancy.every_environment("an invitation of a person"):
        return _as_invitation(_my_invitation(public_id))


def answer(public_id: str, accept: bool) -> None:
    """Accept or decline an invitation to become a member."""
    with transaction(), tenancy.every_environment("a person answers an invitation"):
        row = _my_invitation(public_id, lock=True)
        organization = row.organization
        if accept and not partners(organization.environment_id, row.user.environment_id):
            raise Conflict("The partnership has ended, so this invitation cannot be accepted.")
        if accept:
            row.state = MembershipState.ACTIVE
        else:
            row.end()
        member_news.note(
            organization, "member.accepted" if accept else "member.declined", row.user_id
        )
        said = (
            N_("%(person)s is a member of %(organization)s now.")
            if accept
            else N_("%(person)s declined to become a member of %(organization)s.")
        )
        member_news.tell_changed(organization, row, said)


def partners(one: int, other: int) -> bool:
    """Whether these two environments are partners now."""
    between = or_(
        and_(Partnership.environment_id == one, Partnership.partner_environment_id == other),
        and_(Partnership.environment_id == other, Partnership.partner_environment_id == one),
    )
    link = select(Partnership.id).where(Partnership.state == PartnershipState.ACTIVE, between)
    return db.session.scalars(link.limit(1)).first() is not None


def _invited() -> Any:
    return (
        select(Membership)
        .options(
            joinedload(Membership.organization).joinedload(Organization.environment),
            joinedload(Membership.user),
        )
        .where(
            Membership.user_id == tenancy.current().person_id,
            Membership.state == MembershipState.INVITED,
        )
        .order_by(Membership.id)
    )


def _my_invitation(public_id: str, lock: bool = False) -> Membership:
    found = _invited().where(Membership.public_id == public_id)
    row: Membership | None = db.session.scalars(
        found.with_for_update(of=Membership) if lock else found
    ).one_or_none()
    if row is None:
        raise NotFound("This invitation isn't here any more, or it isn't yours.")
    return row


def _as_invitation(row: Membership) -> Invitation:
    organization = row.organization
    return Invitation(row.public_id, organization.name, organization.environment.name, row.role)
