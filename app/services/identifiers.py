"""The numbers of an organization: add, remove, verify, and the switch Send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app import tenancy
from app.errors import Conflict, NotAllowed, NotFound
from app.extensions import db, settings
from app.invoice.identifiers import normalise
from app.invoice.wording import N_
from app.models import Identifier, Organization, OrganizationState, RegistrationState
from app.models.types import now
from app.services import administrators, audit, notifications, organizations
from app.transactions import transaction

ELSEWHERE = N_("This number is received elsewhere: it belongs to another customer.")

# What *verified* means, by the platform's policy of activation. Form and check digits are always
# judged first, and nobody else on the platform may own the number.
VERIFIED: Mapping[str, str] = {
    "instant": N_("Its form and check digits are right, and it belongs to nobody else here."),
    "review": N_("Support staff checked that it is yours, and it belongs to nobody else here."),
}
CHANGEABLE = (OrganizationState.DRAFT, OrganizationState.REJECTED, OrganizationState.ACTIVE)


def verified_means() -> str:
    """What *verified* means on this platform; an English sentence."""
    return VERIFIED[settings().activation]


def of(organization: Organization) -> Sequence[Identifier]:
    """The numbers of an organization; the wall shows them to its members only."""
    rows: Sequence[Identifier] = db.session.scalars(
        select(Identifier)
        .where(Identifier.organization_id == organization.id)
        .order_by(Identifier.id)
    ).all()
    return rows


def manageable(public_id: str) -> Identifier:
    """One number that the person at work may change, with its organization."""
    row: Identifier | None = db.session.scalars(
        select(Identifier)
        .options(joinedload(Identifier.organization))
        .where(Identifier.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound("This number isn't here, or it isn't yours.")
    if not organizations.may_manage(row.organization):
        raise NotAllowed("Only an administrator of this organization can do this.")
    return row


def add(organization_public_id: str, scheme: str, text: str) -> str:
    """Add a number, tidied and checked; verifying it is the next step."""
    with transaction():
        organization = organizations.manageable(organization_public_id)
        _need_changeable(organization)
        given = normalise(scheme, text)
        row = Identifier(organization_id=organization.id, scheme=given.scheme, value=given.value)
        try:
            with db.session.begin_nested():
                db.session.add(row)
        except IntegrityError as error:
            raise Conflict("This organization has that number already.", field="value") from error
        _note(organization, "identifier.added", row)
    return row.public_id


def remove(public_id: str) -> str:
    """Remove a number that the network doesn't know; the answer is its organization."""
    with transaction():
        row = manageable(public_id)
        organization = row.organization
        _need_changeable(organization)
        if row.receive:
            raise Conflict("Turn Receive off first.")
        if row.registration == RegistrationState.REMOVING:
            raise Conflict("The network is still removing this number. Try again in a minute.")
        if _is_last(row):
            raise Conflict("An organization needs at least one number. Add another one first.")
        _note(organization, "identifier.removed", row)
        db.session.delete(row)
        return organization.public_id


def verify(public_id: str) -> bool:
    """Claim a number of an active organization; false when support staff look at it first."""
    with transaction():
        row = manageable(public_id)
        if row.organization.state != OrganizationState.ACTIVE:
            raise Conflict("Activate the organization; its numbers are verified then.")
        if row.verified_at is not None:
            return True
        instant = settings().activation == "instant"
        if instant and claim((row,)):
            _note(row.organization, "identifier.verified", row)
            return True
        _ask_review(row, ELSEWHERE if instant else "")
        return False


def set_send(public_id: str, on: bool) -> str:
    """Whether documents may be sent under this number; the answer is its organization."""
    with transaction():
        row = manageable(public_id)
        need_verified(row)
        if row.send != on:
            row.send = on
            _note(row.organization, "send.on" if on else "send.off", row)
        return row.organization.public_id


def claim(rows: Sequence[Identifier]) -> bool:
    """Make these numbers owned and verified, all or none; false when one belongs to another customer.

    The database decides: of two customers that claim one number at the same moment, one gets it.
    """
    moment = now()
    try:
        with db.session.begin_nested():
            for row in rows:
                row.owned = row.send = True
                row.verified_at = moment
                row.registration_note = ""
                row.review_asked_at = None
    except IntegrityError:
        return False
    return True


def need_verified(row: Identifier) -> None:
    """Refuse what only a verified number of an active organization may do."""
    if row.verified_at is None or row.organization.state != OrganizationState.ACTIVE:
        raise Conflict("Verify this number first.")


def claimed_elsewhere(rows: Sequence[Identifier]) -> list[Identifier]:
    """Those of these numbers that another customer owns now; for support staff only."""
    with tenancy.every_environment("who owns a number that is claimed again"):
        return [row for row in rows if _owned_by_another(row)]


def _need_changeable(organization: Organization) -> None:
    if organization.state not in CHANGEABLE:
        raise Conflict("The numbers of this organization cannot be changed now.")


def _is_last(row: Identifier) -> bool:
    """Whether nothing would be left: no number at all, or no verified one where it is active."""
    others = select(func.count(Identifier.id)).where(
        Identifier.organization_id == row.organization_id, Identifier.id != row.id
    )
    if row.organization.state == OrganizationState.ACTIVE and row.verified_at is not None:
        others = others.where(Identifier.verified_at.is_not(None))
    return not db.session.scalar(others)


def _ask_review(row: Identifier, note: str) -> None:
    if row.review_asked_at is not None:
        return
    row.review_asked_at = now()
    row.registration_note = note
    _note(row.organization, "identifier.review", row)
    notifications.tell(
        administrators.staff(),
        N_("A number of %(organization)s waits for your review."),
        "/reviews/",
        organization=row.organization.name,
    )


def _note(organization: Organization, action: str, row: Identifier) -> None:
    # The kind of number only: administrators of the environment read this and may not see the number.
    audit.record(
        action,
        organizations.subject(organization),
        environment_id=organization.environment_id,
        scheme=row.scheme,
    )


def _owned_by_another(row: Identifier) -> bool:
    owner = select(Identifier.id).where(
        Identifier.scheme == row.scheme,
        Identifier.value == row.value,
        Identifier.owned.is_(True),
        Identifier.id != row.id,
    )
    return db.session.scalar(owner) is not None
