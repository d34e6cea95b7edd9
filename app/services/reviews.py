"""The staff queue of organizations and numbers that wait for a look: approve, or reject with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import tenancy
from app.errors import Conflict, NotFound, Unreadable
from app.extensions import db
from app.invoice.wording import N_
from app.models import Identifier, Organization, OrganizationState
from app.services import (
    activation,
    administrators,
    audit,
    identifiers,
    notifications,
    organizations,
    rights,
)
from app.transactions import transaction

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Review:
    """What waits: a whole organization, or one number that an active organization added."""

    organization: Organization
    numbers: tuple[Identifier, ...]
    taken: tuple[Identifier, ...]  # numbers that another customer owns now
    number: Identifier | None = None


def waiting() -> list[Review]:
    """Everything that waits, oldest first: names, places and numbers, never content."""
    rights.need_staff()
    with tenancy.every_environment("reviews"):
        numbers = db.session.scalars(_numbers_to_look_at()).all()
        taken = {row.id for row in identifiers.claimed_elsewhere(numbers)}
    return _grouped(numbers, taken)


def approve(public_id: str) -> None:
    """Let an organization begin."""
    with _reviewed(public_id) as organization:
        _claim(activation.numbers_of(organization.id))
        activation.begin(organization)
        _tell(organization, N_("%(organization)s is active."), "activation_approved")


def reject(public_id: str, reason: str) -> None:
    """Refuse an organization; its administrators read the reason and may ask again."""
    said = _reason(reason)
    with _reviewed(public_id) as organization:
        organization.state = OrganizationState.REJECTED
        organization.reason = said
        _note(organization, "organization.rejected", said)
        _tell(
            organization,
            N_("%(organization)s was not activated: %(reason)s"),
            "activation_refused",
            reason=said,
        )


def approve_number(public_id: str) -> None:
    """Verify one number that an active organization added."""
    with _reviewed_number(public_id) as number:
        _claim((number,))
        _note(number.organization, "identifier.verified")
        _tell(number.organization, N_("A number of %(organization)s is verified."))


def reject_number(public_id: str, reason: str) -> None:
    """Refuse one number; it stays, unverified."""
    said = _reason(reason)
    with _reviewed_number(public_id) as number:
        number.review_asked_at = None
        number.registration_note = ""
        _note(number.organization, "identifier.rejected", said)
        _tell(
            number.organization,
            N_("A number of %(organization)s was not verified: %(reason)s"),
            reason=said,
        )


@contextmanager
def _reviewed(public_id: str) -> Iterator[Organization]:
    rights.need_staff()
    with transaction(), tenancy.every_environment("review an organization"):
        row = db.session.scalars(
            select(Organization).where(Organization.public_id == public_id).with_for_update()
        ).one_or_none()
        if row is None:
            raise NotFound("This organization isn't here.")
        if row.state != OrganizationState.UNDER_REVIEW:
            raise Conflict("This organization doesn't wait for a review any more.")
        yield row


@contextmanager
def _reviewed_number(public_id: str) -> Iterator[Identifier]:
    rights.need_staff()
    with transaction(), tenancy.every_environment("review a number"):
        row = db.session.scalars(
            select(Identifier)
            .options(joinedload(Identifier.organization))
            .where(Identifier.public_id == public_id)
            .with_for_update(of=Identifier)
        ).one_or_none()
        if row is None or row.review_asked_at is None:
            raise NotFound("This number doesn't wait for a review any more.")
        if row.organization.state != OrganizationState.ACTIVE:
            raise Conflict("This organization isn't active any more.")
        yield row


def _numbers_to_look_at() -> object:
    under_review = Organization.state == OrganizationState.UNDER_REVIEW
    asked = (Organization.state == OrganizationState.ACTIVE) & Identifier.review_asked_at.is_not(
        None
    )
    return (
        select(Identifier)
        .join(Identifier.organization)
        .options(joinedload(Identifier.organization).joinedload(Organization.environment))
        .where(under_review | asked)
        .order_by(Organization.id, Identifier.id)
        .limit(200)
    )


def _grouped(numbers: Sequence[Identifier], taken: set[int]) -> list[Review]:
    whole: dict[int, list[Identifier]] = {}
    single: list[Review] = []
    for row in numbers:
        if row.organization.state == OrganizationState.UNDER_REVIEW:
            whole.setdefault(row.organization_id, []).append(row)
        else:
            claimed = (row,) if row.id in taken else ()
            single.append(Review(row.organization, (row,), claimed, row))
    together = [
        Review(rows[0].organization, tuple(rows), tuple(row for row in rows if row.id in taken))
        for rows in whole.values()
    ]
    return together + single


def _claim(numbers: Sequence[Identifier]) -> None:
    if not identifiers.claim(numbers):
        raise Conflict(
            "Another active organization owns one of these numbers. It must give the number up first; then approve this one."
        )


def _reason(text: str) -> str:
    said = " ".join(text.split())
    if not said:
        raise Unreadable("Write why; the administrators read it.", field="reason")
    if len(said) > LONGEST_REASON:
        raise Unreadable(
            "This is too long: at most %(most)s characters.", field="reason", most=LONGEST_REASON
        )
    return said


def _tell(organization: Organization, text: str, mail: str | None = None, **values: str) -> None:
    notifications.tell(
        administrators.concerned_with(organization.id),
        text,
        f"/organizations/show/{organization.public_id}",
        mail=mail,
        organization=organization.name,
        **values,
    )


def _note(organization: Organization, action: str, reason: str = "") -> None:
    audit.record(
        action,
        organizations.subject(organization),
        environment_id=organization.environment_id,
        reason=reason,
    )
