"""What someone typed into the invoice form, read into the invoice that it means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.errors import AppError, Unreadable
from app.invoice import compose, identifiers, ubl
from app.invoice.identifiers import ParticipantId
from app.invoice.model import (
    Address,
    Contact,
    Identifier,
    Invoice,
    Kind,
    Note,
    Party,
    PaymentMeans,
    Reference,
    Totals,
    VatBreakdown,
)
from app.services import forms_to_lines, typed_values
from app.services.form_reader import Reader
from app.services.invoice_forms import Form

_CREDIT_TRANSFER = "30"
_PLAIN_CUSTOMIZATION = "urn:cen.eu:en16931:2017"  # for a buyer that isn't on the network
# Numbers of tax offices name a taxpayer, not an entry in a register.
_TAX_SCHEMES = frozenset({"9925", "9930", "9944", "9957", "0211"})


@dataclass(frozen=True, slots=True)
class Parsed:
    """The invoice as far as it could be read, and what is wrong, by field of the form."""

    invoice: Invoice
    errors: Mapping[str, AppError] = field(default_factory=dict)
    # Which line of the form each line of the invoice is; the same of discounts and charges.
    positions: tuple[int, ...] = ()
    extra_positions: tuple[int, ...] = ()


def parse(form: Form, seller: Party, number: str | None = None) -> Parsed:
    """Read every field, collect every mistake, and work out the totals.

    ``number`` is the one given to it now, for a form whose own is empty.
    """
    reader = Reader(form)
    lines = forms_to_lines.lines(form)
    extras = forms_to_lines.extras(form, lines.found)
    invoice = Invoice(
        kind=_kind(form),
        number=reader.text("number") or number,
        issue_date=reader.required_day("issue_date"),
        due_date=reader.day("due_date"),
        currency=reader.read("currency", typed_values.currency),
        order_reference=reader.text("order_reference"),
        buyer_reference=reader.text("buyer_reference"),
        preceding=_preceding(reader, form),
        notes=_notes(reader),
        seller=_with_vat(seller, reader),
        buyer=_buyer(reader),
        payment_means=_payment(reader),
        vat_breakdown=_exemption(reader),
        totals=_totals(reader, form),
        allowances_charges=tuple(extras.found),
        lines=tuple(lines.found),
    )
    reader.errors |= lines.errors | extras.errors
    if not lines.found and not lines.errors:
        reader.errors["lines"] = Unreadable("Add at least one line.", field="lines")
    completed = compose.complete(_with_profile(invoice))
    return Parsed(completed, reader.errors, tuple(lines.positions), tuple(extras.positions))


def seller_of(organization: Any, its_identifiers: Iterable[Any]) -> Party:
    """The supplier's block: name, address, and the numbers that are its own."""
    own = [ParticipantId(each.scheme, each.value) for each in its_identifiers if each.owned]
    registered = [each for each in own if each.scheme not in _TAX_SCHEMES]
    taxed = [each for each in own if each.scheme in _TAX_SCHEMES]
    return Party(
        name=organization.name,
        endpoint=next(iter([*registered, *taxed]), None),
        legal_id=next((Identifier(each.value, each.scheme) for each in registered), None),
        vat_id=next((each.value for each in taxed), None),
        address=Address(
            lines=tuple(filter(None, [organization.street])),
            city=organization.city or None,
            postcode=organization.postcode or None,
            country=organization.country or None,
        ),
        contact=Contact(email=organization.email) if organization.email else None,
    )


def _kind(form: Form) -> Kind:
    return Kind.CREDIT_NOTE if form.get("kind") == Kind.CREDIT_NOTE else Kind.INVOICE


def _notes(reader: Reader) -> tuple[Note, ...]:
    said = reader.text("note", typed_values.LONGEST_NOTE)
    return (Note(said),) if said else ()


def _preceding(reader: Reader, form: Form) -> tuple[Reference, ...]:
    if _kind(form) is Kind.INVOICE:
        return ()
    number = reader.read("preceding_number", typed_values.required)
    issued = reader.day("preceding_date")
    return (Reference(number, issued),) if number else ()


def _with_vat(seller: Party, reader: Reader) -> Party:
    number = _vat_number(reader, "seller_vat")
    return replace(seller, vat_id=number or seller.vat_id)


def _vat_number(reader: Reader, name: str) -> str | None:
    written = reader.text(name)
    return "".join(each for each in written if each.isalnum()).upper() if written else None


def _buyer(reader: Reader) -> Party:
    participant = reader.read("buyer_value", lambda text, _at: _participant(reader, text))
    email = reader.read("buyer_email", typed_values.mail)
    registered = participant is not None and participant.scheme not in _TAX_SCHEMES
    vat_id = _vat_number(reader, "buyer_vat")
    if participant is not None and not registered:
        vat_id = vat_id or participant.value
    return Party(
        name=reader.read("buyer_name", typed_values.required),
        endpoint=participant,
        legal_id=Identifier(participant.value, participant.scheme)
        if participant is not None and registered
        else None,
        vat_id=vat_id,
        address=Address(
            lines=tuple(filter(None, [reader.text("buyer_street")])),
            city=reader.text("buyer_city"),
            postcode=reader.text("buyer_postcode"),
            country=reader.read("buyer_country", typed_values.country),
        ),
        contact=Contact(email=email) if email else None,
    )


def _participant(reader: Reader, written: str) -> ParticipantId | None:
    scheme = reader.text("buyer_scheme")
    return identifiers.normalise(scheme or "", written) if written else None


def _payment(reader: Reader) -> tuple[PaymentMeans, ...]:
    account = reader.read("iban", typed_values.account)
    reference = reader.text("payment_reference")
    if account is None and reference is None:
        return ()
    return (PaymentMeans(code=_CREDIT_TRANSFER, account=account, reference=reference),)


def _totals(reader: Reader, form: Form) -> Totals:
    """What the totals don't follow from: paid before, and rounding of what is left."""
    given = [name for name in ("prepaid", "rounding") if form.get(name)]
    found = {name: reader.read(name, typed_values.amount) for name in given}
    return Totals(**found)


def _exemption(reader: Reader) -> tuple[VatBreakdown, ...]:
    reason = reader.text("exemption_reason")
    return (VatBreakdown(category="E", exemption_reason=reason),) if reason else ()


def _with_profile(invoice: Invoice) -> Invoice:
    """Peppol's rules ask for an address on the network, which a buyer by e-mail has not."""
    on_network = invoice.seller.endpoint is not None and invoice.buyer.endpoint is not None
    if on_network:
        return replace(invoice, customization=ubl.PEPPOL_CUSTOMIZATION, profile=ubl.PEPPOL_PROFILE)
    return replace(invoice, customization=_PLAIN_CUSTOMIZATION)
