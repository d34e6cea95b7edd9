"""Receiving e-invoices: who can, the wish to, what it costs and who agreed to that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import tenancy
from app.errors import Conflict, NotFound
from app.extensions import db
from app.models import (
    Identifier,
    Organization,
    OrganizationState,
    ReceiveAgreement,
    RegistrationState,
    User,
)
from app.services import audit, identifiers, organizations, plans, registrations
from app.transactions import transaction

LEFT = (OrganizationState.CLOSING, OrganizationState.CLOSED)


class Switch(StrEnum):
    """How the switch *Receive e-invoices* of an organization stands."""

    OFF = "off"
    PARTLY = "partly"
    ON = "on"


@dataclass(frozen=True, slots=True)
class Line:
    """One organization in the question whether to receive, and what it costs there."""

    organization: Organization
    identifiers: tuple[Identifier, ...]  # the verified ones
    plan: plans.Plan
    agreed: bool  # to this price; otherwise Enable asks

    @property
    def switch(self) -> Switch:
        """On, off, or partly when the verified identifiers differ."""
        on = [identifier.receive for identifier in self.identifiers]
        if not any(on):
            return Switch.OFF
        return Switch.ON if all(on) else Switch.PARTLY

    @property
    def busy(self) -> bool:
        """Whether the network is being asked now."""
        return any(row.registration in registrations.IN_WORK for row in self.identifiers)

    @property
    def receiving(self) -> bool:
        """Whether documents arrive for at least one identifier."""
        return any(
            row.receive and row.registration == RegistrationState.ACTIVE for row in self.identifiers
        )

    @property
    def troubles(self) -> list[Identifier]:
        """The identifiers that could not be registered."""
        wrong = (RegistrationState.ELSEWHERE, RegistrationState.FAILED)
        return [row for row in self.identifiers if row.registration in wrong]

    @property
    def active(self) -> bool:
        """Whether the organization has been activated."""
        return self.organization.state == OrganizationState.ACTIVE

    @property
    def open(self) -> bool:
        """Whether there is something to decide: enable it, or activate it first."""
        waiting = self.organization.state == OrganizationState.UNDER_REVIEW
        return self.switch is Switch.OFF and not waiting


def can_receive(scheme: str, value: str) -> int | None:
    """The organization on this platform that receives under this number now, by exact match."""
    return receivers_of([f"{scheme}:{value}"]).get(f"{scheme}:{value}")


def receivers_of(numbers: Iterable[str]) -> dict[str, int]:
    """Which organizations receive under these numbers (``scheme:value``) now, by exact match.

    A named service for choosing the route *same platform*: only when the organization is active,
    the identifier's Receive is on **and** its registration in the network is active.
    """
    wanted = [number.partition(":") for number in set(numbers)]
    with tenancy.every_environment("find receivers on this platform"):
        found = db.session.execute(
            select(Identifier.scheme, Identifier.value, Identifier.organization_id)
            .join(Organization, Organization.id == Identifier.organization_id)
            .where(
                Identifier.scheme.in_({scheme for scheme, _, _ in wanted}),
                Identifier.value.in_({value for _, _, value in wanted}),
                Identifier.receive.is_(True),
                Identifier.registration == RegistrationState.ACTIVE,
                Organization.state == OrganizationState.ACTIVE,
            )
        ).all()
    return {f"{row.scheme}:{row.value}": row.organization_id for row in found}


def lines() -> list[Line]:
    """Every organization for which the person at work may decide, by name."""
    scope = tenancy.current()
    rows = db.session.scalars(
        select(Organization)
        .options(joinedload(Organization.environment))
        .where(Organization.id.in_(scope.organization_ids), Organization.state.not_in(LEFT))
        .order_by(Organization.name, Organization.id)
    ).all()
    return _lines([row for row in rows if organizations.may_manage(row)])


def line(organization: Organization) -> Line:
    """The same for one organization, whose row has been read."""
    return _lines([organization])[0]


def set_receive(organization_public_id: str, on: bool, agreed: bool = False) -> None:
    """Turn receiving on or off for every verified identifier of an organization."""
    with transaction():
        organization = organizations.manageable(organization_public_id)
        found = _lines([organization])[0]
        if on:
            _allow(found, agreed)
        _switch(organization, found.identifiers, on)


def set_receive_of(identifier_public_id: str, on: bool, agreed: bool = False) -> str:
    """Turn receiving on or off for one identifier; the answer is its organization."""
    with transaction():
        identifier = identifiers.manageable(identifier_public_id)
        organization = identifier.organization
        if on:
            _allow(_lines([organization])[0], agreed)
            identifiers.need_verified(identifier)
        _switch(organization, (identifier,), on)
        return organization.public_id


def ask_at_sign_in(on: bool) -> None:
    """Show the question at each sign-in, or never again."""
    with transaction():
        user = db.session.scalars(
            select(User).where(User.id == tenancy.current().person_id)
        ).one_or_none()
        if user is None:
            raise NotFound("You are not here any more. Sign in again.")
        user.ask_receive = on


def _switch(organization: Organization, chosen: Sequence[Identifier], on: bool) -> None:
    changed = [row for row in chosen if row.receive != on]
    for row in changed:
        row.receive = on
        if on:
            registrations.start(row)
        else:
            registrations.stop(row)
    if changed:
        audit.record(
            "receive.on" if on else "receive.off",
            organizations.subject(organization),
            environment_id=organization.environment_id,
            schemes=[row.scheme for row in changed],
        )


def _allow(found: Line, agreed: bool) -> None:
    if not found.active:
        raise Conflict("Activate %(name)s first.", name=found.organization.name)
    if not found.identifiers:
        raise Conflict("Verify a number of %(name)s first.", name=found.organization.name)
    if found.agreed:
        return
    if not agreed:
        raise Conflict(
            "Receiving costs %(currency)s %(price)s for each received document. Agree to that first.",
            currency=plans.CURRENCY,
            price=found.plan.receive_price,
        )
    scope = tenancy.current()
    db.session.add(
        ReceiveAgreement(
            organization_id=found.organization.id,
            user_id=scope.person_id,
            person_name=scope.person_name,
            price=found.plan.receive_price,
            currency=plans.CURRENCY,
        )
    )


def _lines(rows: Sequence[Organization]) -> list[Line]:
    keys = [row.id for row in rows]
    numbers = _verified(keys)
    prices = _agreed_prices(keys)
    answer = []
    for row in rows:
        plan = plans.plan(row.environment.plan if row.environment else "")
        agreed = plan.receiving or plan.receive_price in prices[row.id]
        answer.append(Line(row, tuple(numbers[row.id]), plan, agreed))
    return answer


def _verified(organization_ids: list[int]) -> defaultdict[int, list[Identifier]]:
    found: defaultdict[int, list[Identifier]] = defaultdict(list)
    rows = select(Identifier).where(
        Identifier.organization_id.in_(organization_ids), Identifier.verified_at.is_not(None)
    )
    for row in db.session.scalars(rows.order_by(Identifier.id)):
        found[row.organization_id].append(row)
    return found


def _agreed_prices(organization_ids: list[int]) -> defaultdict[int, set[Decimal]]:
    found: defaultdict[int, set[Decimal]] = defaultdict(set)
    rows = select(ReceiveAgreement.organization_id, ReceiveAgreement.price).where(
        ReceiveAgreement.organization_id.in_(organization_ids)
    )
    for organization_id, price in db.session.execute(rows):
        found[organization_id].add(price)
    return found
