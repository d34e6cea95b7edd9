"""What people hear, and the audit log keeps, when members of an organization change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.invoice.wording import N_
from app.models import Membership, MembershipState, Organization, User
from app.services import administrators, audit, notifications, organizations


def welcome(organization: Organization, row: Membership, person: Any) -> None:
    """Tell someone that they are a member, or are asked to be one; and the administrators."""
    if row.state == MembershipState.INVITED:
        notifications.tell(
            [person.id],
            N_("%(organization)s asks you to become a member."),
            f"/members/invitation/{row.public_id}",
            alert="request",
            mail="request",
            organization=organization.name,
        )
    else:
        notifications.tell(
            [person.id],
            N_("You are a member of %(organization)s now."),
            f"/organizations/show/{organization.public_id}",
            alert="group",
            mail="membership",
            organization=organization.name,
        )
    _tell_administrators(organization, person, N_("%(person)s was added to %(organization)s."))


def tell_changed(organization: Organization, row: Membership, text: str) -> None:
    """Tell the administrators and the person that something about a membership changed."""
    with tenancy.every_environment("name of a member"):
        person = db.session.scalars(select(User).where(User.id == row.user_id)).one()
    _tell_administrators(organization, person, text)
    _tell([person.id], organization, person, text, "/organizations/")  # it may be out of sight now


def note(organization: Organization, action: str, person_id: int, **details: Any) -> None:
    """Keep in the audit log what happened to a membership."""
    audit.record(
        action,
        organizations.subject(organization),
        environment_id=organization.environment_id,
        person=person_id,
        **details,
    )


def _tell_administrators(organization: Organization, person: Any, text: str) -> None:
    others = [user_id for user_id in administrators.of(organization.id) if user_id != person.id]
    _tell(others, organization, person, text, f"/members/{organization.public_id}/")


def _tell(
    user_ids: Sequence[int], organization: Organization, person: Any, text: str, link: str
) -> None:
    told = [user_id for user_id in user_ids if user_id != tenancy.current().person_id]
    notifications.tell(told, text, link, person=person.name, organization=organization.name)
