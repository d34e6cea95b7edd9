"""What the invoice form offers: the own organizations that may send, and the address book."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.errors import Conflict, NotFound
from app.extensions import db
from app.invoice import vat_choices
from app.invoice.model import Party
from app.models import Contact, Identifier, Organization, Readiness
from app.models.types import now
from app.services import attachments, documents, routes, test_receiver, uploads
from app.services.forms_to_invoice import parse
from app.services.forms_to_parties import seller_of
from app.services.invoice_forms import Form, blank, current
from app.services.routes import Answer


@dataclass(frozen=True, slots=True)
class Supplier:
    """An organization that may send, with what of it stands on an invoice."""

    organization: Organization
    party: Party

    @property
    def public_id(self) -> str:
        """As the form names it."""
        return self.organization.public_id

    @property
    def defaults(self) -> dict[str, str]:
        """The fields of the form that follow from the organization."""
        return {"seller_vat": self.party.vat_id or "", "iban": self.organization.iban}


def suppliers() -> list[Supplier]:
    """Every active organization of which the person at work is a member."""
    found = uploads.active_organizations()
    numbers = db.session.scalars(
        select(Identifier)
        .where(Identifier.organization_id.in_([each.id for each in found]))
        .order_by(Identifier.id)
    ).all()
    return [
        Supplier(each, seller_of(each, [own for own in numbers if own.organization_id == each.id]))
        for each in found
    ]


def sample(supplier: Supplier | None, today: date) -> Form:
    """An invoice to the built-in test receiver, complete enough to be sent at once."""
    firm = test_receiver.FIRM
    form = blank(today) | {
        "buyer_name": firm.name,
        "buyer_scheme": firm.number.scheme,
        "buyer_value": firm.number.value,
        "buyer_vat": firm.vat_id,
        "buyer_street": firm.street,
        "buyer_postcode": firm.postcode,
        "buyer_city": firm.city,
        "buyer_country": firm.country,
        "buyer_reference": "TEST",
        "iban": firm.iban,
    }
    form["lines"][0] |= {"description": "Sample", "quantity": "2", "price": "50,00"}
    if supplier is not None:
        form |= {"organization": supplier.public_id}
        form |= {name: value for name, value in supplier.defaults.items() if value}
        if supplier.party.vat_id is None:  # who has no VAT number may not charge VAT
            form["lines"][0] |= {"vat_category": "O", "vat_rate": ""}
            form["buyer_vat"] = ""  # an invoice outside VAT names no VAT number at all
    return form


def standard_rate(country: str) -> str:
    """What most lines of a supplier in this country have, as it is typed."""
    rates = vat_choices.rates(country)
    return str(rates[0]).replace(".", ",") if rates else ""


def form_of(document_public_id: str) -> Form:
    """A draft's form as it was typed; what was sent has none any more."""
    return opened(document_public_id)[0]


def opened(document_public_id: str) -> tuple[Form, str]:
    """The same, and the mark of this state of it."""
    document = documents.get(document_public_id)
    if document.readiness != Readiness.DRAFT or document.content is None:
        raise Conflict("This invoice has been sent; it can be corrected, not edited.")
    form: Form = {"lines": [], "extras": []} | deepcopy(current(document.content.form or {}))
    return form, document.content.form_mark


def attachments_of(document_public_id: str) -> list[dict[str, Any]]:
    """The files that are kept with a draft."""
    return attachments.of(form_of(document_public_id))


def reach(form: Mapping[str, str]) -> Answer:
    """How the customer in a half-filled form can be reached, as far as it can be read."""
    supplier = next((e for e in suppliers() if e.public_id == form.get("organization")), None)
    if supplier is None:
        return Answer((), NotFound("Choose the organization that sends this invoice."))
    parsed = parse(blank(now().date()) | dict(form), supplier.party)
    wrong = [
        parsed.errors[name] for name in ("buyer_value", "buyer_email") if name in parsed.errors
    ]
    if wrong:
        return Answer((), wrong[0])
    return routes.best_for(parsed.invoice, supplier.organization.id)


def fields_of(contact: Contact) -> dict[str, str]:
    """The fields of the form that a contact fills in."""
    return {
        "buyer_name": contact.name,
        "buyer_scheme": contact.scheme or "0106",
        "buyer_value": contact.value,
        "buyer_vat": contact.vat_number,
        "buyer_email": contact.email,
        "buyer_street": contact.street,
        "buyer_postcode": contact.postcode,
        "buyer_city": contact.city,
        "buyer_country": contact.country,
    }
