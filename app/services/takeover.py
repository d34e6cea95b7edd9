"""The last administrator stays: refusals that say who else could take over.

The environment's row is locked first: of two administrators who demote each other at the same
moment the second sees what the first did.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app import tenancy
from app.errors import Conflict
from app.extensions import db
from app.models import (
    Environment,
    EnvironmentRole,
    User,
    UserState,
)
from app.services import last_administrators

MOST_NAMES = 5


def need_others_everywhere(user: Any) -> None:
    """Somebody else must run the environment, and each organization that this person runs."""
    need_other_environment_administrator(user)
    with tenancy.every_environment("take over: organizations that would lose their administrator"):
        for organization in last_administrators.administered_by(user.id):
            if organization.environment_id == user.environment_id:
                last_administrators.keep_one(organization, user.id)
            elif all(other.id == user.id for other in last_administrators.of(organization.id)):
                # Names of a partner's organization and people are not ours to tell.
                raise Conflict(
                    "%(name)s is the last administrator of an organization of a partner. Add another administrator there first.",
                    name=user.name,
                )


def need_other_environment_administrator(user: Any) -> None:
    """Refuse when the environment would be left without an administrator."""
    if user.environment_role != EnvironmentRole.ADMINISTRATOR or user.state != UserState.ACTIVE:
        return
    db.session.execute(
        select(Environment.id).where(Environment.id == user.environment_id).with_for_update()
    ).all()
    others = _colleagues(user)
    if any(other.environment_role == EnvironmentRole.ADMINISTRATOR for other in others):
        return
    if not others:
        raise Conflict(
            "%(name)s is the last administrator of your environment, and nobody else is here to take over. Invite a colleague first.",
            name=user.name,
        )
    raise Conflict(
        "%(name)s is the last administrator of your environment. Make someone else administrator first: %(others)s could take over.",
        name=user.name,
        others=", ".join(other.name for other in others[:MOST_NAMES]),
    )


def _colleagues(user: Any) -> list[Any]:
    found = db.session.scalars(
        select(User)
        .where(
            User.environment_id == user.environment_id,
            User.id != user.id,
            User.state == UserState.ACTIVE,
            User.active.is_(True),
        )
        .order_by(User.environment_role == EnvironmentRole.BASIC, User.last_name, User.id)
    )
    return list(found)
