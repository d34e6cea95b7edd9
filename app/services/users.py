"""What administrators do with the people of their environment; nobody is left without an administrator."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app import tenancy
from app.errors import NotFound, Unreadable
from app.extensions import db
from app.models import EnvironmentRole, User, UserState
from app.services import audit, rights, takeover
from app.transactions import transaction


def change_role(public_id: str, role: str) -> None:
    """Give someone another role in the environment; it works at once, without a new sign-in."""
    with transaction():
        user = _mine(public_id)
        if role not in set(EnvironmentRole):
            raise Unreadable("Choose one of the roles in the list.", field="role")
        if user.environment_role == role:
            return
        if role != EnvironmentRole.ADMINISTRATOR:
            takeover.need_other_environment_administrator(user)
        before, user.environment_role = user.environment_role, role
        if role == EnvironmentRole.BASIC:
            user.relationship_manager = False
        audit.record("role changed", f"user {public_id}", before=before, after=role)


def set_relationship_manager(public_id: str, on: bool) -> None:
    """Let someone find partners and answer relationship requests, or not any more."""
    with transaction():
        user = _mine(public_id)
        if on and user.environment_role == EnvironmentRole.BASIC:
            raise Unreadable(
                "Only advanced users and administrators can be relationship manager. Change the role first.",
                field="relationship_manager",
            )
        if user.relationship_manager == on:
            return
        user.relationship_manager = on
        audit.record("relationship manager changed", f"user {public_id}", after=on)


def block(public_id: str) -> None:
    """Someone may not sign in any more, at once; what they did stays under their name."""
    with transaction():
        user = _mine(public_id)
        if user.state == UserState.BLOCKED:
            return
        takeover.need_others_everywhere(user)
        user.state = UserState.BLOCKED
        user.epoch += 1  # ends every session
        audit.record("user blocked", f"user {public_id}")


def unblock(public_id: str) -> None:
    """Someone may sign in again."""
    with transaction():
        user = _mine(public_id)
        if user.state != UserState.BLOCKED:
            return
        user.state = UserState.ACTIVE if user.active else UserState.INVITED
        audit.record("user unblocked", f"user {public_id}")


def of_my_environment() -> list[Any]:
    """Everyone of the environment who isn't blocked, by name."""
    rights.need_environment_administrator()
    found = db.session.scalars(
        select(User)
        .where(
            User.environment_id == tenancy.current().environment_id,
            User.state != UserState.BLOCKED,
        )
        .order_by(User.last_name, User.first_name, User.id)
    )
    return list(found)


def _mine(public_id: str) -> Any:
    """A person of the environment that the person at work runs."""
    rights.need_environment_administrator()
    user = db.session.scalars(
        select(User).where(
            User.public_id == public_id, User.environment_id == tenancy.current().environment_id
        )
    ).one_or_none()
    if user is None:
        raise NotFound("This person isn't here, or isn't of your environment.")
    return user
