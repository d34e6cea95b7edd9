"""Signing in, and a new password for who forgot theirs. Strangers never learn who has an account."""

from __future__ import annotations

import logging
from typing import Any

from app import tenancy
from app.errors import Conflict, NotAllowed
from app.extensions import db
from app.models import Purpose, User, UserState
from app.models.types import now
from app.services import attempts, audit, credentials, invitations, links, mails, people
from app.transactions import transaction

log = logging.getLogger(__name__)


def sign_in(name: str, password: str, origin: str) -> Any:
    """The person with this username or address and password; one refusal for everyone else."""
    typed = credentials.one_line(name).lower()
    attempts.count(attempts.SIGN_IN, typed, origin)
    attempts.check(attempts.SIGN_IN_ORIGIN, origin)
    person = _recognise(typed, password)
    if person is None:
        # Not forgiven by a success: whoever guesses may have an account of their own.
        attempts.count(attempts.SIGN_IN_ORIGIN, origin)
        raise NotAllowed(
            "The username or the password isn't right. Check both, or set a new password."
        )
    attempts.forgive(attempts.SIGN_IN, typed, origin)
    _note(person.id)
    return person


def _recognise(name: str, password: str) -> Any | None:
    with transaction(), tenancy.every_environment("sign-in"):
        person = people.by_name(name) if name else None
    open_to = person is not None and person.active and person.state == UserState.ACTIVE
    # Always one comparison, so that the time it takes doesn't say who has an account.
    right = credentials.right(person.password if person and open_to else None, password)
    return person if right else None


def _note(user_id: int) -> None:
    with transaction(), tenancy.every_environment("sign-in"):
        person: Any = db.session.get_one(User, user_id)
        person.last_login = now().replace(tzinfo=None)  # the framework's column has no zone
        person.login_count = (person.login_count or 0) + 1
    log.info("user %s signed in", user_id)


def forgotten(email: str, language: str, origin: str) -> str:
    """Mail a link for a new password; the page says the same whether there is an account or not."""
    to = credentials.address(email)
    may_mail(to, origin)
    with transaction(), tenancy.every_environment("password forgotten"):
        person = people.by_address(to)
        if person is None:
            mails.queue("no_account", to, language, link="/sign-up/", environment="")
        elif not told_why_not(person):
            token = links.make(Purpose.RESET, to, user_id=person.id)
            mails.queue("reset", to, person.language, link=f"/password/{token}")
    return to


def may_mail(address: str, origin: str) -> None:
    """Refuse a stranger who has mails sent too often."""
    attempts.count(attempts.MAIL_ADDRESS, address)
    attempts.count(attempts.MAIL_ORIGIN, origin)


def told_why_not(person: Any) -> bool:
    """Who was invited gets the invitation again, who is blocked hears whom to ask; others nothing."""
    if person.state == UserState.INVITED:
        invitations.mail_again(person)
    elif person.state == UserState.BLOCKED or not person.active:
        mails.queue("blocked", person.email, person.language, link="/login/")
    else:
        return False
    return True


def password_link(token: str) -> str:
    """The address that a link for a new password belongs to."""
    return links.look(token, Purpose.RESET).email


def set_password(token: str, password: str, again: str) -> None:
    """Set a new password, once per link, and end every session of this person."""
    link = links.look(token, Purpose.RESET)
    credentials.check_password(password, again, link.email)
    kept = credentials.hashed(password)
    with transaction(), tenancy.every_environment("set a new password"):
        links.take(token, Purpose.RESET)
        links.end(link.email, Purpose.RESET)
        person: Any = db.session.get_one(User, link.user_id)
        if person.state != UserState.ACTIVE:
            raise Conflict("This account cannot be used now. Ask an administrator.")
        person.password = kept
        person.epoch += 1
        audit.record(
            "password set", f"user {person.public_id}", environment_id=person.environment_id
        )
        mails.queue(
            "password_changed",
            person.email,
            person.language,
            link="/password/forgotten",
            name=person.name,
        )
