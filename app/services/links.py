"""Links in mails: only their hash is kept, they end, they work once, and looking at one doesn't use it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, select, update

from app import tenancy
from app.errors import AppError, Conflict, NotFound
from app.extensions import db
from app.models import OneTimeLink, Purpose
from app.models.types import now
from app.transactions import transaction

LIFETIMES: Mapping[Purpose, timedelta] = {
    Purpose.ACTIVATE: timedelta(hours=24),
    Purpose.RESET: timedelta(hours=2),
    Purpose.INVITATION: timedelta(days=7),
}


@dataclass(frozen=True, slots=True)
class Link:
    """What a link that still works is for."""

    email: str
    user_id: int | None
    environment_id: int | None
    details: Mapping[str, str]


def make(
    purpose: Purpose,
    email: str,
    *,
    user_id: int | None = None,
    environment_id: int | None = None,
    **details: str,
) -> str:
    """Make a link in the caller's transaction; the answer is its secret, which is shown nowhere else."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        OneTimeLink(
            token_hash=_hash(token),
            purpose=purpose,
            email=email,
            user_id=user_id,
            environment_id=environment_id,
            details=details,
            expires_at=now() + LIFETIMES[purpose],
        )
    )
    return token


def look(token: str, purpose: Purpose) -> Link:
    """What this link is for, without using it: mail scanners open every link."""
    with transaction(), tenancy.every_environment("look at a link"):
        row = _find(token, purpose)
        if (refusal := _refusal(row)) is not None:
            raise refusal
        return _value(cast(OneTimeLink, row))


def take(token: str, purpose: Purpose) -> Link:
    """Use this link up, in the caller's transaction; of two at once exactly one succeeds."""
    _stand_in_line(token, purpose)
    taken = db.session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.token_hash == _hash(token),
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now(),
        )
        .values(used_at=now())
        .execution_options(synchronize_session=False)
    )
    row = _find(token, purpose)
    if cast("CursorResult[Any]", taken).rowcount != 1:
        raise _refusal(row) or _used()
    return _value(cast(OneTimeLink, row))


def _stand_in_line(token: str, purpose: Purpose) -> None:
    # Whoever uses a link ends the others to that address: two who do so at once would each hold
    # what the other waits for, so both take the same rows in the same order first.
    if (row := _find(token, purpose)) is not None:
        db.session.scalars(
            select(OneTimeLink.id)
            .where(OneTimeLink.email == row.email, OneTimeLink.purpose == purpose)
            .order_by(OneTimeLink.id)
            .with_for_update()
        ).all()


def end(email: str, purpose: Purpose) -> None:
    """End every other link of this kind to this address, in the caller's transaction."""
    db.session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.email == email,
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
        )
        .values(used_at=now())
        .execution_options(synchronize_session=False)
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _find(token: str, purpose: Purpose) -> OneTimeLink | None:
    wanted = select(OneTimeLink).where(
        OneTimeLink.token_hash == _hash(token), OneTimeLink.purpose == purpose
    )
    row: OneTimeLink | None = db.session.scalars(wanted).one_or_none()
    return row


def _refusal(row: OneTimeLink | None) -> AppError | None:
    if row is None:
        return NotFound(
            "We don't know this link. Check that you copied the whole address, or ask for a new one."
        )
    if row.used_at is not None:
        return _used()
    if row.expires_at <= now():
        return Conflict("This link was too old and has ended. Ask for a new one.")
    return None


def _used() -> AppError:
    return Conflict(
        "This link has been used, or a newer one took its place. Sign in, or ask for a new one."
    )


def _value(row: OneTimeLink) -> Link:
    return Link(row.email, row.user_id, row.environment_id, dict(row.details))
