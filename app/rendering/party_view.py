"""A party made ready for the template: who it is, where, and under which numbers."""

from __future__ import annotations

from dataclasses import dataclass

from app.invoice.model import Address, Delivery, Identifier, Invoice, Party
from app.rendering import words
from app.rendering.facts import Fact, identifier_text, known
from app.rendering.formats import Formats


@dataclass(frozen=True, slots=True)
class PartyView:
    """One party: name, address and numbers, line by line."""

    role: str
    name: str
    trading_name: str
    lines: tuple[str, ...]
    facts: tuple[Fact, ...]


def seller_view(f: Formats, invoice: Invoice) -> PartyView:
    """Who asks to be paid; it stands at the head of the page."""
    return _party(f, words.SELLER, invoice.seller)


def other_parties(f: Formats, invoice: Invoice) -> tuple[PartyView, ...]:
    """The buyer, where it was delivered, and who else has to do with it."""
    found = [_party(f, words.BUYER, invoice.buyer)]
    if invoice.delivery is not None:
        found.append(_place(f, invoice.delivery))
    if invoice.payee:
        found.append(_party(f, words.PAYEE, invoice.payee))
    if invoice.tax_representative:
        found.append(_party(f, words.TAX_REPRESENTATIVE, invoice.tax_representative))
    return tuple(each for each in found if each.name or each.lines or each.facts)


def _place(f: Formats, delivery: Delivery) -> PartyView:
    return PartyView(
        role=f.label(words.DELIVERED_TO),
        name=delivery.name or "",
        trading_name="",
        lines=_address(f, delivery.address),
        facts=known(f, (words.LOCATION, identifier_text(delivery.location))),
    )


def _party(f: Formats, role: str, party: Party) -> PartyView:
    contact = party.contact
    people = (contact.name, contact.phone, contact.email) if contact else ()
    return PartyView(
        role=f.label(role),
        name=party.name or "",
        trading_name=party.trading_name if party.trading_name not in (None, party.name) else "",
        lines=tuple(filter(None, (*_address(f, party.address), *people))),
        facts=_numbers(f, party),
    )


def _numbers(f: Formats, party: Party) -> tuple[Fact, ...]:
    legal = identifier_text(party.legal_id)
    others = dict.fromkeys(identifier_text(each) for each in party.identifiers)
    others.pop(legal, None)
    return known(
        f,
        (words.REGISTRATION, legal),
        (words.VAT_NUMBER, party.vat_id or ""),
        (words.TAX_NUMBER, party.tax_registration or ""),
        (words.IDENTIFIER, ", ".join(others)),
        (words.ELECTRONIC_ADDRESS, _endpoint(party)),
        ("", party.legal_form or ""),
    )


def _endpoint(party: Party) -> str:
    """The address on the network; one that only repeats a number above it says nothing new."""
    if party.endpoint is None:
        return ""
    said = {(each.value, each.scheme) for each in (*party.identifiers, party.legal_id) if each}
    if (party.endpoint.value, party.endpoint.scheme) in said:
        return ""
    return identifier_text(Identifier(party.endpoint.value, party.endpoint.scheme))


def _address(f: Formats, address: Address | None) -> tuple[str, ...]:
    if address is None:
        return ()
    city = "  ".join(filter(None, (address.postcode, address.city)))
    lines = (*address.lines, city, address.subdivision, f.country(address.country))
    return tuple(line for line in lines if line)
