"""Signing up: from an address to an environment. Only who reads the mailbox gets past the first page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import tenancy
from app.errors import Conflict, NotAllowed
from app.extensions import db, settings
from app.invoice.generic_domains import is_generic
from app.invoice.wording import N_
from app.models import (
    Environment,
    EnvironmentDomain,
    EnvironmentRole,
    JoinPolicy,
    Purpose,
    User,
    UserState,
)
from app.models.types import now
from app.services import accounts, audit, credentials, links, mails, notifications, people
from app.services.credentials import Entry
from app.transactions import transaction


class Way(StrEnum):
    """What will happen to someone who signs up."""

    NEW = "new"  # first of a private domain: an environment named after it
    NAMED = "named"  # an address that anyone can get: an environment whose name is asked for
    JOIN = "join"  # colleagues are here already
    ASK = "ask"  # colleagues are here, and their administrators want to be asked
    INVITATION = "invitation"  # colleagues are here, and only an invitation lets one in


@dataclass(frozen=True, slots=True)
class Prospect:
    """What the page shows before anything is made."""

    email: str
    way: Way
    environment: str
    administrators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Welcome:
    """What was made, for the last page."""

    username: str
    environment: str
    made: bool
    administrators: tuple[str, ...] = ()


def start(email: str, language: str, origin: str) -> str:
    """Mail the next step to this address; the page says the same whether it is known or not."""
    to = credentials.address(email)
    accounts.may_mail(to, origin)
    with transaction(), tenancy.every_environment("sign-up"):
        person = people.by_address(to)
        if person is None:
            token = links.make(Purpose.ACTIVATE, to)
            mails.queue("activate", to, language, link=f"/activate/{token}", environment="")
        elif not accounts.told_why_not(person):
            mails.queue("exists", to, person.language, link="/login/")
    return to


def prospect(token: str) -> Prospect:
    """What will happen with this link; looking doesn't use it."""
    link = links.look(token, Purpose.ACTIVATE)
    with transaction(), tenancy.every_environment("sign-up"):
        return _prospect(link.email)


def _prospect(email: str) -> Prospect:
    domain = credentials.domain_of(email)
    if is_generic(domain):
        return Prospect(email, Way.NAMED, _proposal(email))
    found = _domain(domain)
    if found is None:
        return Prospect(email, Way.NEW, domain)
    names = tuple(person.name for person in people.administrators(found.environment_id))
    environment = db.session.get_one(Environment, found.environment_id)
    return Prospect(email, Way(found.policy), environment.name, names)


def _proposal(email: str) -> str:
    words = email.partition("@")[0].partition("+")[0].replace(".", " ").replace("_", " ")
    return words.title()


def _domain(domain: str) -> EnvironmentDomain | None:
    wanted = select(EnvironmentDomain).where(EnvironmentDomain.domain == domain)
    found: EnvironmentDomain | None = db.session.scalars(wanted).one_or_none()
    return found


def register(token: str, entry: Entry, language: str) -> Welcome:
    """Make the account, and its environment when it is the first; all of it or nothing."""
    seen = prospect(token)
    _refuse_closed(seen)
    credentials.check(entry, seen.email, names_environment=seen.way is Way.NAMED)
    kept = credentials.hashed(entry.password)
    with transaction(), tenancy.every_environment("sign-up"):
        links.take(token, Purpose.ACTIVATE)
        links.end(seen.email, Purpose.ACTIVATE)
        _refuse_known(seen.email)
        environment, made = _environment(seen.email, entry, language)
        person = _person(seen.email, entry, kept, language)
        person.environment_id = environment.id
        person.environment_role = EnvironmentRole.ADMINISTRATOR if made else EnvironmentRole.BASIC
        people.keep(person)
        return _welcome(person, environment, made)


def _refuse_closed(seen: Prospect) -> None:
    if seen.way in (Way.ASK, Way.INVITATION):
        raise NotAllowed(
            "%(environment)s lets colleagues in by invitation only. Ask one of its administrators to invite you.",
            environment=seen.environment,
        )


def _refuse_known(email: str) -> None:
    person = people.by_address(email)
    if person is not None and person.state == UserState.INVITED:
        raise Conflict("You have been invited meanwhile. Use the link in the invitation mail.")
    if person is not None:
        raise Conflict("There is an account with this address already. Sign in with it.")


def _environment(email: str, entry: Entry, language: str) -> tuple[Environment, bool]:
    """The environment to land in, and whether it was made for this person."""
    domain = credentials.domain_of(email)
    if is_generic(domain):
        return _make(credentials.one_line(entry.environment_name), None, language), True
    if (found := _domain(domain)) is None:
        try:
            with db.session.begin_nested():
                return _make(domain, domain, language), True
        except IntegrityError:
            # A colleague was a moment earlier: the domain is unique, so this one joins.
            found = _domain(domain)
    assert found is not None
    _refuse_closed(_prospect(email))
    return db.session.get_one(Environment, found.environment_id), False


def _make(name: str, domain: str | None, language: str) -> Environment:
    environment = Environment(name=name, language=language)
    db.session.add(environment)
    db.session.flush()
    if domain is not None:
        db.session.add(
            EnvironmentDomain(
                environment_id=environment.id,
                domain=domain,
                policy=JoinPolicy.JOIN,
                proven_at=now(),  # by the mail that was read there
            )
        )
        db.session.flush()
    audit.record(
        "environment made", f"environment {environment.public_id}", environment_id=environment.id
    )
    return environment


def _person(email: str, entry: Entry, kept: str, language: str) -> Any:
    return User(
        username=credentials.username(entry),
        first_name=credentials.one_line(entry.first_name),
        last_name=credentials.one_line(entry.last_name),
        email=email,
        password=kept,
        active=True,
        state=UserState.ACTIVE,
        language=language,
        terms_version=settings().terms_version,
        terms_accepted_at=now(),
    )


def _welcome(person: Any, environment: Environment, made: bool) -> Welcome:
    people.confirm(person, environment.name)
    others = [one for one in people.administrators(environment.id) if one.id != person.id]
    _tell(others, person, environment)
    return Welcome(person.username, environment.name, made, tuple(one.name for one in others))


def _tell(administrators: list[Any], person: Any, environment: Environment) -> None:
    notifications.tell(
        [one.id for one in administrators],
        N_("%(name)s has joined your environment. Make them a member of an organization."),
        "/users/",
        alert="request",
        mail="joined",
        name=person.name,
        environment=environment.name,
    )


def ask_administrators(token: str) -> Prospect:
    """Ask the administrators of a closed environment for an invitation, once per link."""
    with transaction(), tenancy.every_environment("sign-up"):
        link = links.take(token, Purpose.ACTIVATE)
        seen = _prospect(link.email)
        if seen.way is not Way.ASK:
            raise NotAllowed("Nobody has to be asked for this address.")
        found = _domain(credentials.domain_of(link.email))
        assert found is not None
        notifications.tell(
            [one.id for one in people.administrators(found.environment_id)],
            N_("%(email)s would like to join your environment. Invite them if you know them."),
            "/users/invite",
            alert="request",
            mail="request",
            email=link.email,
        )
    return seen
