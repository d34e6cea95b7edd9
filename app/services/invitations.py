"""Inviting colleagues: an invitation always wins over the domain of an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from app import tenancy
from app.errors import Conflict, NotFound, Unreadable
from app.extensions import db, settings
from app.invoice.wording import N_
from app.models import (
    EnvironmentRole,
    MemberRole,
    Membership,
    MembershipState,
    OneTimeLink,
    Organization,
    Purpose,
    User,
    UserState,
)
from app.models.types import now
from app.services import attempts, audit, credentials, links, mails, notifications, people, rights
from app.services.credentials import Entry
from app.transactions import transaction

LONGEST_USERNAME = 128


@dataclass(frozen=True, slots=True)
class Guest:
    """Whom to invite, with which role, as member of which organizations (public id, role)."""

    email: str
    role: str = EnvironmentRole.BASIC
    first_name: str = ""
    last_name: str = ""
    memberships: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the page shows to someone who was invited."""

    email: str
    inviter: str
    environment: str
    username: str
    first_name: str
    last_name: str


def invite(guest: Guest) -> str:
    """Invite a colleague into the environment of the person at work; the answer is their public id."""
    rights.need_environment_administrator()
    scope = tenancy.current()
    attempts.count(attempts.INVITATIONS, str(scope.environment_id))
    email = credentials.address(guest.email)
    role = _role(guest.role)
    with transaction(), tenancy.every_environment("invite a colleague"):
        _refuse_known(email, scope.environment_id)
        person: Any = _invited(email, role, guest, scope.environment_id)
        people.keep(person)
        for public_id, member_role in guest.memberships:
            _member(person, public_id, member_role, scope.environment_id)
        audit.record("user invited", f"user {person.public_id}", role=role)
        _mail(person, scope.person_name)
    return str(person.public_id)


def _role(text: str) -> EnvironmentRole:
    if text not in set(EnvironmentRole):
        raise Unreadable("Choose one of the roles.", field="role")
    return EnvironmentRole(text)


def _refuse_known(email: str, environment_id: int | None) -> None:
    known = people.by_address(email)
    if known is None:
        return
    if known.environment_id != environment_id:
        # Where the account is, is nobody's business here.
        raise Conflict(
            "This address cannot be invited, because it is in use already. Ask for another address.",
            field="email",
        )
    if known.state == UserState.INVITED:
        raise Conflict(
            "This address has been invited already. Use “Send again” on the page Users.",
            field="email",
        )
    raise Conflict("Someone with this address is in your environment already.", field="email")


def _invited(email: str, role: str, guest: Guest, environment_id: int | None) -> Any:
    return User(
        # A name for the lists until they choose their own.
        username=email[:LONGEST_USERNAME],
        first_name=credentials.one_line(guest.first_name)[:64] or email.partition("@")[0][:64],
        last_name=credentials.one_line(guest.last_name)[:64],
        email=email,
        password=None,
        active=False,
        state=UserState.INVITED,
        environment_id=environment_id,
        environment_role=role,
        language=_inviters_language(),
    )


def _inviters_language() -> str:
    wanted = select(User.language).where(User.id == tenancy.current().person_id)
    return str(db.session.scalars(wanted).first() or "nl")


def _member(person: Any, public_id: str, role: str, environment_id: int | None) -> None:
    wanted = select(Organization).where(
        Organization.public_id == public_id, Organization.environment_id == environment_id
    )
    organization = db.session.scalars(wanted).one_or_none()
    if organization is None:
        raise NotFound("This organization isn't here, or it isn't yours.", field="memberships")
    if role not in set(MemberRole):
        raise Unreadable("Choose one of the roles.", field="memberships")
    db.session.add(
        Membership(
            organization_id=organization.id,
            user_id=person.id,
            role=role,
            state=MembershipState.INVITED,
        )
    )


def _mail(person: Any, inviter: str) -> None:
    """Send a fresh link; the ones before it end."""
    links.end(person.email, Purpose.INVITATION)
    token = links.make(
        Purpose.INVITATION,
        person.email,
        user_id=person.id,
        environment_id=person.environment_id,
        inviter=inviter,
    )
    mails.queue(
        "invitation", person.email, person.language, link=f"/invitation/{token}", inviter=inviter
    )


def mail_again(person: Any) -> None:
    """Send an invitation again for whoever asks at sign-in, under the gate of the caller."""
    newest = select(OneTimeLink).where(
        OneTimeLink.user_id == person.id, OneTimeLink.purpose == Purpose.INVITATION
    )
    last = db.session.scalars(newest.order_by(OneTimeLink.id.desc()).limit(1)).first()
    _mail(person, str(last.details.get("inviter", "")) if last else person.environment.name)


def send_again(public_id: str) -> str:
    """Send the invitation again; the answer is the address."""
    rights.need_environment_administrator()
    scope = tenancy.current()
    attempts.count(attempts.INVITATIONS, str(scope.environment_id))
    with transaction(), tenancy.every_environment("send an invitation again"):
        person = _open(public_id, scope.environment_id)
        audit.record("user invited again", f"user {public_id}")
        _mail(person, scope.person_name)
        return str(person.email)


def withdraw(public_id: str) -> str:
    """Take an invitation back: the link ends and nothing of the person stays; the answer is the address."""
    rights.need_environment_administrator()
    scope = tenancy.current()
    with transaction(), tenancy.every_environment("withdraw an invitation"):
        person = _open(public_id, scope.environment_id)
        email = str(person.email)
        for model in (Membership, OneTimeLink):
            db.session.execute(delete(model).where(model.user_id == person.id))
        db.session.delete(person)
        audit.record("invitation withdrawn", f"user {public_id}")
    return email


def _open(public_id: str, environment_id: int | None) -> Any:
    wanted = select(User).where(User.public_id == public_id, User.environment_id == environment_id)
    person: Any = db.session.scalars(wanted.options(joinedload(User.environment))).one_or_none()
    if person is None:
        raise NotFound("This person isn't here, or isn't of your environment.")
    if person.state != UserState.INVITED:
        raise Conflict("This invitation has been accepted already.")
    return person


def invitation(token: str) -> Invitation:
    """What this link invites to; looking doesn't use it."""
    link = links.look(token, Purpose.INVITATION)
    with transaction(), tenancy.every_environment("invitation"):
        person = _person(link.user_id)
        named = bool(person.last_name)
        return Invitation(
            email=link.email,
            inviter=link.details.get("inviter", ""),
            environment=person.environment.name,
            username=person.username,
            first_name=person.first_name if named else "",
            last_name=person.last_name,
        )


def _person(user_id: int | None) -> Any:
    wanted = select(User).options(joinedload(User.environment)).where(User.id == user_id)
    person = db.session.scalars(wanted).one()
    if person.state != UserState.INVITED:
        raise Conflict("This invitation has been accepted already. Sign in.")
    return person


def accept(token: str, entry: Entry, language: str) -> Invitation:
    """Become a colleague: the account works from now on, and so do the memberships that came with it."""
    seen = invitation(token)
    credentials.check(entry, seen.email)
    kept = credentials.hashed(entry.password)
    with transaction(), tenancy.every_environment("accept an invitation"):
        link = links.take(token, Purpose.INVITATION)
        person = _person(link.user_id)
        _fill_in(person, entry, kept, language)
        people.keep(person)
        _join(person)
        _confirm(person, seen)
    return seen


def _fill_in(person: Any, entry: Entry, kept: str, language: str) -> None:
    person.username = credentials.username(entry)
    person.first_name = credentials.one_line(entry.first_name)
    person.last_name = credentials.one_line(entry.last_name)
    person.password = kept
    person.active = True
    person.state = UserState.ACTIVE
    person.language = language
    person.terms_version = settings().terms_version
    person.terms_accepted_at = now()


def _join(person: Any) -> None:
    db.session.flush()
    mine = (Membership.user_id == person.id, Membership.state == MembershipState.INVITED)
    db.session.execute(
        update(Membership)
        .where(*mine)
        .values(state=MembershipState.ACTIVE)
        .execution_options(synchronize_session=False)
    )


def _confirm(person: Any, seen: Invitation) -> None:
    people.confirm(person, seen.environment)
    notifications.tell(
        [one.id for one in people.administrators(person.environment_id) if one.id != person.id],
        N_("%(name)s has accepted the invitation."),
        "/users/",
        name=person.name,
    )
