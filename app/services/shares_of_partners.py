"""What ends with a partnership: documents that one side shared with people of the other."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, or_, select, update

from app import tenancy
from app.extensions import db
from app.models import DocumentShare, Group, GroupMember, Organization, User
from app.models.types import now
from app.transactions import transaction


def end(one: int, other: int) -> None:
    """End every share between two environments, both ways, and leave each other's groups."""
    db.session.flush()  # what the caller did is judged by the caller's scope, not by this gate
    with transaction(), tenancy.every_environment("a partnership ends: its shares end"):
        crossing = or_(_shared(one, other), _shared(other, one))
        db.session.execute(
            update(DocumentShare)
            .where(DocumentShare.ended_at.is_(None), crossing)
            .values(ended_at=now())
            .execution_options(synchronize_session=False)
        )
        for owner, guest in ((one, other), (other, one)):
            _leave_groups(owner, guest)


def _shared(owner: int, guest: int) -> Any:
    organizations = select(Organization.id).where(Organization.environment_id == owner)
    return and_(
        DocumentShare.organization_id.in_(organizations),
        DocumentShare.user_id.in_(_people(guest)),
    )


def _leave_groups(owner: int, guest: int) -> None:
    groups = select(Group.id).where(Group.environment_id == owner)
    found = db.session.scalars(
        select(GroupMember).where(
            GroupMember.group_id.in_(groups), GroupMember.user_id.in_(_people(guest))
        )
    )
    for member in found.all():
        db.session.delete(member)


def _people(environment_id: int) -> Any:
    return select(User.id).where(User.environment_id == environment_id)
