"""A person's own data and choices. Nobody else changes them; each function is about the person at work."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import select

from app import tenancy
from app.errors import NotAllowed, Unreadable
from app.extensions import db
from app.models import Alert, User
from app.services import audit, credentials, mails, pictures
from app.transactions import after_commit, transaction

LANGUAGES = ("nl", "en", "fr", "de")
AT_ONCE_OR_OFF = (Alert.AT_ONCE, Alert.OFF)
CHOICES = {
    "language": LANGUAGES,
    "alert_feed": tuple(Alert),
    "alert_document": AT_ONCE_OR_OFF,
    "alert_request": AT_ONCE_OR_OFF,
    "alert_group": AT_ONCE_OR_OFF,
}
FORGOTTEN = "/password/forgotten"  # where someone else's change can be undone


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person may say about themselves, and how they want to be told things."""

    first_name: str
    last_name: str
    phone: str
    language: str
    time_zone: str
    alert_feed: str
    alert_document: str
    alert_request: str
    alert_group: str
    ask_receive: bool  # show the receive-invoices question at sign-in

    def __post_init__(self) -> None:
        if not self.first_name:
            raise Unreadable("Fill in your first name.", field="first_name")
        if self.time_zone not in available_timezones():
            raise Unreadable("Choose a time zone from the list.", field="time_zone")
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise Unreadable("Choose one of the options.", field=name)


def change(profile: Profile, picture: bytes | None = None) -> None:
    """Keep what the person says about themselves, and a new picture if there is one."""
    square = pictures.square(picture) if picture else None
    digest = pictures.keep(_me().public_id, square) if square is not None else None
    with transaction():
        user = _me()
        for name in (field.name for field in fields(profile)):
            setattr(user, name, getattr(profile, name))
        if digest is not None:
            _show(user, digest)


def remove_picture() -> None:
    """Show initials again."""
    with transaction():
        _show(_me(), None)


def choose_language(language: str) -> None:
    """Keep the language that was chosen at the top of a page."""
    if language not in LANGUAGES:
        raise Unreadable("Choose one of the languages.", field="language")
    with transaction():
        _me().language = language


def change_password(current: str, new: str, again: str) -> Any:
    """Set another password and end every session; the answer is the user, to go on here."""
    user = _me()
    if not credentials.right(user.password, current):
        raise NotAllowed("This is not your present password.", field="current")
    credentials.check_password(new, again, user.email)
    kept = credentials.hashed(new)  # slow on purpose, so before the transaction
    with transaction():
        user = _me()
        user.password = kept
        user.epoch += 1
        audit.record("password changed", f"user {user.public_id}")
        mails.queue("password_changed", user.email, user.language, name=user.name, link=FORGOTTEN)
    return user


def sign_out_everywhere() -> None:
    """End every session of the person at work, this one too."""
    with transaction():
        user = _me()
        user.epoch += 1
        audit.record("signed out everywhere", f"user {user.public_id}")


def _me() -> Any:
    return db.session.scalars(select(User).where(User.id == tenancy.current().person_id)).one()


def _show(user: Any, digest: str | None) -> None:
    user.picture_digest = digest
    person = user.public_id
    after_commit(lambda: pictures.forget(person, except_digest=digest))
