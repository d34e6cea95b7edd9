"""Invoices of invented firms, for the demonstration and the test receiver: small, whole and correct."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.invoice import compose, ubl, ubl_write
from app.invoice.identifiers import ParticipantId
from app.invoice.model import (
    Address,
    Contact,
    Identifier,
    Invoice,
    Line,
    Party,
    PaymentMeans,
)

RATES = {"NL": Decimal(21), "BE": Decimal(21)}


@dataclass(frozen=True, slots=True)
class Firm:
    """An invented firm with a number, a VAT number and an address."""

    name: str
    number: ParticipantId
    vat_id: str
    country: str
    street: str
    postcode: str
    city: str
    iban: str = ""
    email: str = ""


def party(firm: Firm) -> Party:
    """The firm as it stands on an invoice."""
    return Party(
        name=firm.name,
        endpoint=firm.number,
        legal_id=Identifier(firm.number.value, firm.number.scheme),
        vat_id=firm.vat_id,
        address=Address(
            lines=(firm.street,), city=firm.city, postcode=firm.postcode, country=firm.country
        ),
        contact=Contact(email=firm.email) if firm.email else None,
    )


@dataclass(frozen=True, slots=True)
class Order:
    """What is invoiced: some pieces of one thing at a price."""

    what: str
    pieces: int
    price: Decimal


def invoice(number: str, seller: Firm, buyer: Party, order: Order, issued: date) -> Invoice:
    """An invoice with one line, worked out; across the border the VAT is reversed."""
    country = buyer.address.country if buyer.address else seller.country
    domestic = country == seller.country
    line = Line(
        id="1",
        name=order.what,
        quantity=Decimal(order.pieces),
        unit="C62",
        price=order.price,
        vat_category="S" if domestic else "AE",
        vat_rate=RATES[seller.country] if domestic else Decimal(0),
    )
    return compose.complete(
        Invoice(
            number=number,
            issue_date=issued,
            due_date=issued + timedelta(days=30),
            currency="EUR",
            order_reference="2026-7",
            buyer_reference="inkoop",
            customization=ubl.PEPPOL_CUSTOMIZATION,
            profile=ubl.PEPPOL_PROFILE,
            seller=party(seller),
            buyer=buyer,
            payment_means=(PaymentMeans(code="30", account=seller.iban),),
            lines=(line,),
        )
    )


def xml(number: str, seller: Firm, buyer: Party, order: Order, issued: date) -> bytes:
    """The same, as it is handed in."""
    return ubl_write.write(invoice(number, seller, buyer, order, issued))
