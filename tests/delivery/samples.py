"""Invoices of invented firms, made on the spot."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
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

ISSUED = date(2026, 11, 2)


def party(name: str, scheme: str | None, value: str | None, **columns: object) -> Party:
    """A firm with one number, and what a firm needs beside it."""
    known = scheme is not None and value is not None
    fields: dict[str, object] = {
        "name": name,
        "endpoint": ParticipantId(scheme, value) if known else None,
        "legal_id": Identifier(value, scheme) if known else None,
        "address": Address(lines=("Kade 1",), city="Delft", postcode="2611 AA", country="NL"),
    }
    return Party(**(fields | columns))


def invoice(number: str, seller: Party, buyer: Party, **columns: object) -> Invoice:
    """One line of work, 100 euro and 21% VAT."""
    line = Line(
        id="1",
        name="Werk aan de gevel",
        quantity=Decimal(2),
        unit="HUR",
        price=Decimal(50),
        vat_category="S",
        vat_rate=Decimal(21),
    )
    fields: dict[str, object] = {
        "number": number,
        "issue_date": ISSUED,
        "due_date": date(2026, 12, 2),
        "currency": "EUR",
        "buyer_reference": "afdeling 4",
        "customization": ubl.PEPPOL_CUSTOMIZATION,
        "profile": ubl.PEPPOL_PROFILE,
        "seller": replace(seller, vat_id=seller.vat_id or "NL001234567B01"),
        "buyer": buyer,
        "payment_means": (PaymentMeans(code="30", account="NL91ABNA0417164300"),),
        "lines": (line,),
    }
    return compose.complete(Invoice(**(fields | columns)))


def xml(number: str, seller: Party, buyer: Party, **columns: object) -> bytes:
    """The same as it is sent."""
    return ubl_write.write(invoice(number, seller, buyer, **columns))


def with_mail(buyer: Party, email: str) -> Party:
    """The same buyer, reachable by mail."""
    return replace(buyer, contact=Contact(email=email))
