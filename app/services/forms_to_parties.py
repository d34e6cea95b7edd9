"""Who stands on the invoice of a form: the supplier, the customer, and where it was delivered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from app.errors import Unreadable
from app.invoice import identifiers
from app.invoice.identifiers import ParticipantId
from app.invoice.model import Address, Contact, Delivery, Identifier, Party
from app.services import typed_values
from app.services.form_reader import Reader
from app.validation.codes import codes

# Numbers of tax offices name a taxpayer, not an entry in a register.
TAX_SCHEMES = frozenset({"9925", "9930", "9944", "9957", "0211"})


def seller_of(organization: Any, its_identifiers: Iterable[Any]) -> Party:
    """The supplier's block: name, address, and the numbers that are its own."""
    own = [ParticipantId(each.scheme, each.value) for each in its_identifiers if each.owned]
    registered = [each for each in own if each.scheme not in TAX_SCHEMES]
    taxed = [each for each in own if each.scheme in TAX_SCHEMES]
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


def seller(known: Party, reader: Reader) -> Party:
    """The supplier, with the VAT number that was typed."""
    number = reader.read("seller_vat", _vat_number)
    return replace(known, vat_id=number or known.vat_id)


def buyer(reader: Reader) -> Party:
    """The customer."""
    participant = reader.read("buyer_value", lambda text, _at: _participant(reader, text))
    email = reader.read("buyer_email", typed_values.mail)
    taxed = participant is not None and participant.scheme in TAX_SCHEMES
    vat_id = reader.read("buyer_vat", _vat_number)
    return Party(
        name=reader.read("buyer_name", typed_values.required),
        endpoint=participant,
        legal_id=_legal(reader, participant),
        vat_id=vat_id or (participant.value if participant is not None and taxed else None),
        address=replace(
            _address(reader, "buyer"), country=reader.read("buyer_country", typed_values.country)
        ),
        contact=Contact(email=email) if email else None,
    )


def delivery(reader: Reader, buyer_country: str | None) -> Delivery | None:
    """Where and when it was delivered, if that was filled in."""
    name, day = reader.text("delivery_name"), reader.day("delivery_date")
    address = _address(reader, "delivery")
    typed = reader.text("delivery_country")
    if typed:
        country = reader.read("delivery_country", typed_values.country)
    else:
        country = buyer_country if address != Address() else None
    placed = replace(address, country=country)
    if placed == Address():
        return Delivery(name=name, date=day) if name or day else None
    return Delivery(name=name, date=day, address=placed)


def _address(reader: Reader, whose: str) -> Address:
    street = reader.text(f"{whose}_street")
    return Address(
        lines=(street,) if street else (),
        city=reader.text(f"{whose}_city"),
        postcode=reader.text(f"{whose}_postcode"),
    )


def _participant(reader: Reader, written: str) -> ParticipantId | None:
    scheme = reader.text("buyer_scheme")
    return identifiers.normalise(scheme or "", written) if written else None


def _legal(reader: Reader, participant: ParticipantId | None) -> Identifier | None:
    """The number in a register: its own field, else that to which it is sent."""
    scheme = reader.text("buyer_legal_scheme")
    own = reader.read(
        "buyer_legal_value",
        lambda text, _at: identifiers.normalise(scheme or "", text) if text else None,
    )
    known = own or participant
    if known is None or known.scheme in TAX_SCHEMES:
        return None
    return Identifier(known.value, known.scheme)


def _vat_number(typed: str, field: str) -> str | None:
    written = typed_values.text(typed, field) or ""
    number = "".join(each for each in written if each.isalnum()).upper()
    if number and number[:2] not in codes("vat_country"):
        raise Unreadable(
            "A VAT number begins with the two letters of its country, such as NL or BE.",
            field=field,
        )
    return number or None
