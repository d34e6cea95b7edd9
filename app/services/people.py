"""Finding people by what they typed, under a gate that the caller has opened.

Addresses and usernames are kept in small letters, so that the unique indexes serve as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.errors import Conflict
from app.extensions import db
from app.models import EnvironmentRole, User, UserState
from app.services import audit, mails


def by_address(email: str) -> Any | None:
    """The person with this address, in whatever state and environment."""
    wanted = select(User).options(joinedload(User.environment))
    return db.session.scalars(wanted.where(User.email == email)).one_or_none()


def by_name(name: str) -> Any | None:
    """The person with this username or address; capitals make no difference."""
    # A username with an @ is its owner's own address, so at most one person fits.
    fits = or_(User.username == name, User.email == name)
    return db.session.scalars(select(User).where(fits)).one_or_none()


def confirm(person: Any, environment: str) -> None:
    """Note that someone has an account now, with which terms, and mail them so."""
    audit.record(
        "user registered",
        f"user {person.public_id}",
        environment_id=person.environment_id,
        terms_version=person.terms_version,
    )
    mails.queue(
        "registered",
        person.email,
        person.language,
        link="/login/",
        name=person.first_name,
        username=person.username,
        environment=environment,
    )


def administrators(environment_id: int) -> Sequence[Any]:
    """Who divides the work in an environment."""
    wanted = select(User).where(
        User.environment_id == environment_id,
        User.environment_role == EnvironmentRole.ADMINISTRATOR,
        User.active.is_(True),
        User.state == UserState.ACTIVE,
    )
    found: Sequence[Any] = db.session.scalars(wanted.order_by(User.id)).all()
    return found


def keep(person: Any) -> None:
    """Store a person, or say that the username was taken a moment ago."""
    taken = select(User.id).where(
        User.username == person.username, User.public_id != person.public_id
    )
    refusal = Conflict("This username is taken; choose another one.", field="username")
    with db.session.no_autoflush:
        if db.session.scalars(taken).first() is not None:
            raise refusal
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError as error:  # someone else was a moment earlier
        raise refusal from error
