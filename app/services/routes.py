"""Which way a document can travel: to an inbox of this platform, else by e-mail, else a clear no.

Asked before sending, so that people see it; asked again when it is queued.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select

from app import tenancy
from app.errors import AppError, Conflict
from app.extensions import db
from app.invoice.identifiers import ParticipantId
from app.invoice.model import Invoice
from app.invoice.wording import N_
from app.models import Contact, Organization, Route
from app.services import parties, receiving

_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\".]+")

MAIL_IN_BELGIUM = N_(
    "For a business in Belgium, mail doesn't count as delivery of an e-invoice. "
    "Ask the recipient for an address on the network."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible way, whom it reaches, and what to know before choosing it."""

    route: Route
    recipient: str  # scheme:value, or a mail address
    name: str = ""  # of the organization that receives, or of the buyer
    target_organization_id: int | None = None
    warning: str = ""  # an English message


@dataclass(frozen=True, slots=True)
class Answer:
    """Every possible way, best first; without one, the sentence that says why."""

    choices: tuple[Choice, ...]
    refusal: AppError | None = None

    @property
    def best(self) -> Choice:
        """The way it goes unless someone chooses another; raises the refusal."""
        if self.refusal is not None:
            raise self.refusal
        return self.choices[0]

    def by(self, route: Route | None) -> Choice:
        """The way that someone chose, or the best."""
        for choice in self.choices:
            if route in (None, choice.route):
                return choice
        if self.refusal is None and route is not None:
            raise Conflict("The recipient cannot be reached that way.", field="route")
        return self.best


def best_for(invoice: Invoice, organization_id: int, email: str = "") -> Answer:
    """How the buyer of this invoice can be reached; ``email`` is the address that someone gave."""
    addresses = parties.addresses(invoice.buyer)
    found = [_inbox(addresses), _mail(invoice, addresses, organization_id, email.strip())]
    choices = tuple(choice for choice in found if choice is not None)
    return Answer(choices, None if choices else _refusal(invoice, addresses))


def mail_address(text: str) -> str:
    """One mail address as it was typed, or a refusal."""
    address = text.strip()
    if len(address) > 320 or not _ADDRESS.fullmatch(address):
        raise Conflict(
            "“%(text)s” isn't a mail address. Write one, such as name@example.nl.",
            field="email",
            text=address[:80],
        )
    return address


def _inbox(addresses: tuple[ParticipantId, ...]) -> Choice | None:
    for address in addresses:
        organization_id = receiving.can_receive(address.scheme, address.value)
        if organization_id is not None:
            with tenancy.every_environment("name the receiver"):
                name = db.session.scalars(
                    select(Organization.name).where(Organization.id == organization_id)
                ).one()
            return Choice(Route.PLATFORM, str(address), name, organization_id)
    return None


def _mail(
    invoice: Invoice, addresses: tuple[ParticipantId, ...], organization_id: int, given: str
) -> Choice | None:
    if given:
        address = mail_address(given)
    else:
        address = _written(invoice) or _from_contacts(invoice, addresses, organization_id)
    if not address:
        return None
    return Choice(
        Route.EMAIL,
        address,
        invoice.buyer.name or address,
        warning=MAIL_IN_BELGIUM if _belgian_business(invoice, addresses) else "",
    )


def _written(invoice: Invoice) -> str:
    contact = invoice.buyer.contact
    written = (contact.email or "").strip() if contact else ""
    return written if _ADDRESS.fullmatch(written) else ""


def _from_contacts(
    invoice: Invoice, addresses: tuple[ParticipantId, ...], organization_id: int
) -> str:
    """The address book of the organization that sends."""
    same: list[ColumnElement[bool]] = [
        and_(Contact.scheme == each.scheme, Contact.value == each.value) for each in addresses
    ]
    if invoice.buyer.vat_id:
        same.append(Contact.vat_number == invoice.buyer.vat_id)
    if not same:
        return ""
    emails = db.session.scalars(
        select(Contact.email)
        .where(Contact.organization_id == organization_id, Contact.email != "", or_(*same))
        .order_by(Contact.id.desc())
    )
    return next((str(email) for email in emails if _ADDRESS.fullmatch(email)), "")


def _belgian_business(invoice: Invoice, addresses: tuple[ParticipantId, ...]) -> bool:
    address = invoice.buyer.address
    belgian = (address is not None and address.country == "BE") or any(
        each.scheme in ("0208", "9925") for each in addresses
    )
    return belgian and bool(addresses)


def _refusal(invoice: Invoice, addresses: tuple[ParticipantId, ...]) -> AppError:
    name = invoice.buyer.name or "–"
    if addresses:
        return Conflict(
            "%(name)s doesn't receive on this platform under %(number)s, and there is no mail address. "
            "Check the number, or fill in a mail address.",
            field="email",
            name=name,
            number=", ".join(str(each) for each in addresses),
        )
    return Conflict(
        "%(name)s has no number and no mail address, so it cannot be reached. Fill in one of the two.",
        field="email",
        name=name,
    )
