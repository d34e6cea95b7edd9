"""The address book: what is checked of an entry before the framework's own forms keep it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from app import tenancy
from app.errors import NotAllowed, Unreadable
from app.extensions import db
from app.invoice import identifiers
from app.models import Contact, Organization, OrganizationState
from app.services import organizations, rights
from app.transactions import transaction

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_COUNTRY = re.compile(r"[A-Z]{2}")
# What stands in the address book, and as which field of an invoice form.
FIELDS = {
    "name": "name",
    "scheme": "scheme",
    "value": "value",
    "vat_number": "vat",
    "email": "email",
    "country": "country",
    "street": "street",
    "postcode": "postcode",
    "city": "city",
}
LONGEST = {"name": 200, "street": 200, "postcode": 20, "city": 100, "vat_number": 20}
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


def keep(organization_public_id: str, typed: Mapping[str, str]) -> bool:
    """Add the customer of an invoice to the address book of who sends it; false when it is there already."""
    with transaction():
        organization = organizations.find(organization_public_id)
        rights.need_member(organization.id)
        contact = Contact(organization_id=organization.id, **_columns(typed))
        prepare(contact)
        if _known(contact):
            return False
        db.session.add(contact)
        return True


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


def _columns(typed: Mapping[str, str]) -> dict[str, str]:
    """The fields of an invoice form that stand in the address book."""
    columns = {
        name: typed.get(f"buyer_{field}", "").strip()[: LONGEST.get(name)]
        for name, field in FIELDS.items()
    }
    return {**columns, "scheme": columns["scheme"] if columns["value"] else ""}


def _known(contact: Contact) -> bool:
    """By its number; who has none, by name."""
    same = (
        (Contact.scheme == contact.scheme) & (Contact.value == contact.value)
        if contact.value
        else func.lower(Contact.name) == contact.name.lower()
    )
    of_theirs = Contact.organization_id == contact.organization_id
    return (
        db.session.scalars(select(Contact.id).where(of_theirs, same).limit(1)).first() is not None
    )


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
