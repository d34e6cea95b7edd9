"""The people of whoever runs the platform: they belong to no customer's environment."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app import tenancy
from app.errors import Conflict, NotFound
from app.extensions import db, settings
from app.models import Setting, User, UserState
from app.models.types import now
from app.services import attempts, audit, credentials, installation, people
from app.services.credentials import Entry
from app.tenancy import StaffRole
from app.transactions import transaction


@dataclass(frozen=True, slots=True)
class Operator:
    """One of them, for the list."""

    username: str
    email: str
    name: str
    role: str
    active: bool


def create(email: str, entry: Entry, language: str, role: str = StaffRole.TECHNICAL) -> str:
    """Make a staff account; the answer is its username."""
    to = credentials.address(email)
    credentials.check(entry, to)
    kept = credentials.hashed(entry.password)
    with transaction(), tenancy.every_environment("make a staff account"):
        return _keep(to, entry, kept, (language, StaffRole(role)))


def _keep(email: str, entry: Entry, kept: str, choices: tuple[str, StaffRole]) -> str:
    if people.by_address(email) is not None:
        raise Conflict("There is an account with this address already.", field="email")
    language, role = choices
    person: Any = User(
        username=credentials.username(entry),
        first_name=credentials.one_line(entry.first_name),
        last_name=credentials.one_line(entry.last_name),
        email=email,
        password=kept,
        active=True,
        state=UserState.ACTIVE,
        staff_role=role,
        ask_receive=False,
        language=language,
        terms_version=settings().terms_version,
        terms_accepted_at=now(),
    )
    people.keep(person)
    audit.record("staff account made", f"user {person.public_id}", role=role)
    return str(person.username)


def everyone() -> tuple[Operator, ...]:
    """All staff accounts."""
    with transaction(), tenancy.every_environment("list staff accounts"):
        wanted = select(User).where(User.staff_role.is_not(None)).order_by(User.id)
        return tuple(
            Operator(one.username, one.email, one.name, one.staff_role, bool(one.active))
            for one in db.session.scalars(wanted)
        )


def check_setup(token: str, origin: str) -> None:
    """Refuse the set-up page without the token from the terminal, and for good once it was used."""
    attempts.count(attempts.SET_UP, origin)
    _check(token)
    attempts.forgive(attempts.SET_UP, origin)


def _check(token: str) -> None:
    expected = installation.setup_token()
    # Compared in the same time whatever is wrong with it.
    if not hmac.compare_digest((expected or "").encode(), token.encode()) or not expected:
        raise NotFound("This page isn't here, or it isn't yours.")


def set_up(token: str, email: str, entry: Entry, language: str) -> str:
    """Make the first staff account with the token from the terminal; it works once."""
    _check(token)
    to = credentials.address(email)
    credentials.check(entry, to)
    kept = credentials.hashed(entry.password)
    with transaction(), tenancy.every_environment("make the first staff account"):
        _take_setup_token()
        return _keep(to, entry, kept, (language, StaffRole.TECHNICAL))


def _take_setup_token() -> None:
    # Locked, so that of two who press the button at once the second finds nothing.
    wanted = select(Setting).where(Setting.name == "setup_token").with_for_update()
    kept = db.session.scalars(wanted).one_or_none()
    if kept is None:
        raise NotFound("This page isn't here, or it isn't yours.")
    db.session.delete(kept)
