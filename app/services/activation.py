"""An organization comes to life: claim its numbers, or let support staff look first; and it ends."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app import tenancy
from app.errors import Conflict
from app.extensions import db, settings
from app.invoice.wording import N_
from app.models import Identifier, Organization, OrganizationState
from app.models.types import now
from app.services import (
    administrators,
    audit,
    identifiers,
    notifications,
    organizations,
    registrations,
    rights,
)
from app.transactions import transaction

STARTS_FROM = (OrganizationState.DRAFT, OrganizationState.REJECTED)
ENDS_FROM = (*STARTS_FROM, OrganizationState.ACTIVE)
BELONGS_TO_ANOTHER = N_(
    "One of these numbers is received elsewhere: this number belongs to another customer."
)


def activate(public_id: str) -> OrganizationState:
    """Activate an organization, or put it under review; the answer says which."""
    with transaction():
        organization = _lock(public_id)
        rights.need_environment_administrator(organization.environment_id)
        _need_startable(organization)
        with tenancy.every_environment("claim the numbers of an organization"):
            numbers = numbers_of(organization.id)
            if not numbers:
                raise Conflict("Add a number to this organization first.")
            if settings().activation == "instant" and identifiers.claim(numbers):
                begin(organization)
            elif settings().activation == "instant":
                _ask_review(organization, BELONGS_TO_ANOTHER)
            else:
                _ask_review(organization, "")
        return OrganizationState(organization.state)


def begin(organization: Organization) -> None:
    """Its numbers are claimed: from now on it sends. Receiving stays off, because that is charged."""
    organization.state = OrganizationState.ACTIVE
    organization.reason = ""
    organization.activated_at = now()
    _note(organization, "organization.activated")


def close(public_id: str) -> OrganizationState:
    """Close an organization; documents stay, and its numbers are free when the network knows none."""
    with transaction():
        _lock(public_id)
        organization = organizations.manageable(public_id)
        if organization.state not in ENDS_FROM:
            raise Conflict("This organization cannot be closed now.")
        for number in identifiers.of(organization):
            number.receive = number.send = False
            registrations.stop(number)
        organization.state = OrganizationState.CLOSING
        registrations.finish_closing(organization)
        _note(organization, "organization.closed")
        return OrganizationState(organization.state)


def numbers_of(organization_id: int) -> Sequence[Identifier]:
    """The numbers of an organization in the order in which everyone claims them."""
    # One order for all: two that claim the same two numbers wait for each other, never both ways.
    rows: Sequence[Identifier] = db.session.scalars(
        select(Identifier)
        .where(Identifier.organization_id == organization_id)
        .order_by(Identifier.scheme, Identifier.value)
    ).all()
    return rows


def _lock(public_id: str) -> Organization:
    organization = organizations.find(public_id)
    db.session.refresh(organization, with_for_update=True)
    return organization


def _need_startable(organization: Organization) -> None:
    if organization.state == OrganizationState.UNDER_REVIEW:
        raise Conflict("This organization is under review already.")
    if organization.state not in STARTS_FROM:
        raise Conflict("This organization cannot be activated now.")


def _ask_review(organization: Organization, reason: str) -> None:
    organization.state = OrganizationState.UNDER_REVIEW
    organization.reason = reason
    _note(organization, "organization.review")
    link = f"/organizations/show/{organization.public_id}"
    notifications.tell(
        administrators.staff(),
        N_("%(organization)s waits for your review."),
        "/reviews/",
        organization=organization.name,
    )
    notifications.tell(
        administrators.concerned_with(organization.id),
        N_("%(organization)s is under review."),
        link,
        mail="activation_review",
        organization=organization.name,
    )


def _note(organization: Organization, action: str) -> None:
    audit.record(
        action,
        organizations.subject(organization),
        environment_id=organization.environment_id,
    )
