"""The address book: what is checked of an entry before the framework's own forms keep it."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from app import tenancy
from app.errors import NotAllowed, Unreadable
from app.extensions import db
from app.invoice import identifiers
from app.models import Contact, Organization, OrganizationState
from app.services import rights

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_COUNTRY = re.compile(r"[A-Z]{2}")
VAT_SCHEMES = {"NL": "9944", "BE": "9925", "DE": "9930", "FR": "9957"}


def prepare(contact: Contact) -> None:
    """Tidy an entry and refuse what is wrong with it, each at its field."""
    need_own(contact)
    contact.name = " ".join((contact.name or "").split())
    if not contact.name:
        raise Unreadable("Enter the name of the customer or supplier.", field="name")
    for column in ("street", "postcode", "city"):
        setattr(contact, column, " ".join((getattr(contact, column) or "").split()))
    contact.country = _country(contact.country)
    contact.scheme, contact.value = _identifier(contact.scheme or "", contact.value or "")
    contact.vat_number = _vat_number(contact.country, contact.vat_number or "")
    contact.email = _email(contact.email or "")


def need_own(contact: Contact) -> None:
    """Members of its organization change an entry; others of the environment may only use it."""
    if not contact.organization_id and contact.organization:
        # A form chooses the row; the wall judges the id, which is filled in only when writing.
        contact.organization_id = contact.organization.id
    if contact.organization_id not in tenancy.current().organization_ids:
        raise NotAllowed("This contact belongs to an organization of which you are not a member.")


def own_organizations() -> list[Any]:
    """The organizations for which the person at work may keep contacts."""
    found = db.session.scalars(
        select(Organization)
        .where(
            Organization.id.in_(tenancy.current().organization_ids),
            Organization.state != OrganizationState.CLOSED,
        )
        .order_by(Organization.name)
    )
    return list(found)


def for_organization(organization_id: int) -> list[Contact]:
    """The entries that an invoice of this organization may be addressed to."""
    rights.need_member(organization_id)
    environment = select(Organization.environment_id).where(Organization.id == organization_id)
    found = db.session.scalars(
        select(Contact)
        .join(Contact.organization)
        .where(
            (Contact.organization_id == organization_id)
            | (
                Contact.shared.is_(True)
                & (Organization.environment_id == environment.scalar_subquery())
            )
        )
        .order_by(Contact.name, Contact.id)
    )
    return list(found)


def _country(text: str) -> str:
    code = (text or "").strip().upper()
    if not _COUNTRY.fullmatch(code):
        raise Unreadable("Write the country as its two letters, such as NL or BE.", field="country")
    return code


def _identifier(scheme: str, value: str) -> tuple[str, str]:
    if not value.strip():
        return "", ""
    if not scheme:
        raise Unreadable("Say what kind of number this is.", field="scheme")
    participant = identifiers.normalise(scheme, value)
    return participant.scheme, participant.value


def _vat_number(country: str, text: str) -> str:
    tidy = text.strip()
    if not tidy:
        return ""
    scheme = VAT_SCHEMES.get(country)
    if scheme is None:
        return re.sub(r"[\s.]", "", tidy).upper()
    try:
        return identifiers.normalise(scheme, tidy).value
    except Unreadable as error:
        raise Unreadable(error.text, field="vat_number", **error.values) from error


def _email(text: str) -> str:
    tidy = text.strip()
    if tidy and not _ADDRESS.fullmatch(tidy):
        raise Unreadable("“%(text)s” is not an e-mail address.", field="email", text=tidy[:80])
    return tidy
