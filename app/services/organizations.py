"""Organizations of one's own: add by hand, edit, find; and who may manage one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from babel import Locale
from sqlalchemy import func, select

from app import tenancy
from app.errors import AppError, Conflict, NotAllowed, NotFound, Unreadable
from app.extensions import db
from app.invoice.identifiers import ParticipantId, normalise
from app.models import (
    AuditEntry,
    Environment,
    Identifier,
    MemberRole,
    Membership,
    Organization,
    OrganizationState,
)
from app.services import audit, plans, rights
from app.transactions import transaction

LONGEST: Mapping[str, int] = {"name": 200, "street": 200, "postcode": 20, "city": 100, "email": 320}
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_NOT_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
COUNTRIES = frozenset(
    str(code)
    for code in Locale("en").territories
    if re.fullmatch("[A-Z]{2}", str(code)) and code not in _NOT_COUNTRIES
)


@dataclass(frozen=True, slots=True)
class Details:
    """What an organization is called, where it is, and how to reach it."""

    name: str
    country: str
    street: str = ""
    postcode: str = ""
    city: str = ""
    email: str = ""


def subject(organization: Organization) -> str:
    """How the audit log names an organization."""
    return f"organization:{organization.public_id}"


def find(public_id: str) -> Organization:
    """One organization that the person at work may see."""
    row: Organization | None = db.session.scalars(
        select(Organization).where(Organization.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound("This organization isn't here, or it isn't yours.")
    return row


def may_manage(organization: Organization) -> bool:
    """Its administrators, and administrators of its environment who are members of it."""
    scope = tenancy.current()
    if organization.id in scope.administered_ids:
        return True
    of_environment = scope.environment_admin and organization.environment_id == scope.environment_id
    return of_environment and organization.id in scope.organization_ids


def is_member(organization: Organization) -> bool:
    """Whether the person at work sees its numbers and documents."""
    return organization.id in tenancy.current().organization_ids


def may_activate(organization: Organization) -> bool:
    """Administrators of its environment, while it has not begun."""
    scope = tenancy.current()
    waits = organization.state in (OrganizationState.DRAFT, OrganizationState.REJECTED)
    return waits and scope.environment_admin and organization.environment_id == scope.environment_id


def manageable(public_id: str) -> Organization:
    """One organization whose details the person at work may change."""
    organization = find(public_id)
    if not may_manage(organization):
        raise NotAllowed("Only an administrator of this organization can do this.")
    return organization


def problems(details: Details, numbers: Mapping[str, str]) -> list[AppError]:
    """Everything that is wrong with what was typed, each at its field; numbers are by scheme."""
    found = _wrong_details(details)
    given = {scheme: text for scheme, text in numbers.items() if text.strip()}
    if not given:
        found.append(Unreadable("Enter at least one number.", field="numbers"))
    for scheme, text in given.items():
        try:
            normalise(scheme, text)
        except AppError as error:
            found.append(type(error)(error.text, field=f"number_{scheme}", **error.values))
    return found


def add(details: Details, numbers: Mapping[str, str]) -> str:
    """Add an organization by hand; whoever adds it becomes its administrator."""
    rights.need_environment_administrator()
    for problem in problems(details, numbers):
        raise problem
    with transaction():
        scope = tenancy.current()
        _refuse_more_than_the_plan_holds()
        organization = Organization(environment_id=scope.environment_id, **asdict(_tidy(details)))
        db.session.add(organization)
        db.session.flush()
        _make_administrator(organization)
        audit.record("organization.added", subject(organization))
        _add_numbers(organization.id, numbers)
    return organization.public_id


def edit(public_id: str, details: Details) -> None:
    """Change the details of an organization."""
    with transaction():
        organization = manageable(public_id)
        refuse_closed(organization)
        for problem in _wrong_details(details):
            raise problem
        fresh = asdict(_tidy(details))
        changed = [name for name, value in fresh.items() if getattr(organization, name) != value]
        for name in changed:
            setattr(organization, name, fresh[name])
        if changed:
            audit.record(
                "organization.edited",
                subject(organization),
                environment_id=organization.environment_id,
                fields=changed,
            )


def refuse_closed(organization: Organization) -> None:
    """What is closed stays as it was."""
    if organization.state in (OrganizationState.CLOSING, OrganizationState.CLOSED):
        raise Conflict("A closed organization cannot be changed.")


def history(organization: Organization, at_most: int = 50) -> Sequence[AuditEntry]:
    """What happened to an organization, for its members, its environment's administrators and staff."""
    scope = tenancy.current()
    administrator = scope.environment_admin and organization.environment_id == scope.environment_id
    if not (is_member(organization) or administrator or scope.staff):
        raise NotFound("This organization isn't here, or it isn't yours.")
    with tenancy.every_environment("history of an organization"):
        entries: Sequence[AuditEntry] = db.session.scalars(
            select(AuditEntry)
            .where(
                AuditEntry.environment_id == organization.environment_id,
                AuditEntry.subject == subject(organization),
            )
            .order_by(AuditEntry.id.desc())
            .limit(at_most)
        ).all()
    return entries


def _wrong_details(details: Details) -> list[AppError]:
    found: list[AppError] = []
    if not details.name.strip():
        found.append(Unreadable("Enter the name of the organization.", field="name"))
    if details.country.upper() not in COUNTRIES:
        found.append(Unreadable("Choose a country from the list.", field="country"))
    if details.email.strip() and not _EMAIL.fullmatch(details.email.strip()):
        found.append(
            Unreadable(
                "Write an e-mail address, such as office@example.nl, or leave it empty.",
                field="email",
            )
        )
    for name, most in LONGEST.items():
        if len(getattr(details, name).strip()) > most:
            found.append(
                Unreadable("This is too long: at most %(most)s characters.", field=name, most=most)
            )
    return found


def _tidy(details: Details) -> Details:
    plain = {name: " ".join(value.split()) for name, value in asdict(details).items()}
    return Details(**{**plain, "country": plain["country"].upper()})


def _refuse_more_than_the_plan_holds() -> None:
    environment_id = tenancy.current().environment_id
    environment = db.session.scalars(
        # Locked, so that two who add at the same moment cannot both take the last place.
        select(Environment).where(Environment.id == environment_id).with_for_update()
    ).one()
    most = plans.plan(environment.plan).organizations
    counted = db.session.scalar(
        select(func.count(Organization.id)).where(
            Organization.environment_id == environment_id,
            Organization.state.not_in((OrganizationState.REJECTED, OrganizationState.CLOSED)),
        )
    )
    if most is not None and (counted or 0) >= most:
        raise Conflict(
            "Your plan holds %(most)s organizations, and you have them all. Close one that you don't need, or ask support for a larger plan.",
            most=most,
        )


def _make_administrator(organization: Organization) -> None:
    db.session.add(
        Membership(
            organization=organization,
            user_id=tenancy.current().person_id,
            role=MemberRole.ADMINISTRATOR,
        )
    )
    db.session.flush()


def _add_numbers(organization_id: int, numbers: Mapping[str, str]) -> None:
    # The request's scope was made before this organization was.
    with tenancy.in_organization(organization_id):
        for scheme, text in numbers.items():
            if text.strip():
                given: ParticipantId = normalise(scheme, text)
                db.session.add(
                    Identifier(
                        organization_id=organization_id, scheme=given.scheme, value=given.value
                    )
                )
