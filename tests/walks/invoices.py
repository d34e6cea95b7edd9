"""Invoices as other software makes them, for the organizations of the walks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from app.invoice import compose, ubl, ubl_write
from app.invoice.identifiers import ParticipantId
from app.invoice.model import Address, Identifier, Invoice, Line, Party, PaymentMeans


def party(name: str, number: str, vat_id: str | None = None) -> Party:
    """A Dutch organization as it stands on an invoice."""
    return Party(
        name=name,
        endpoint=ParticipantId("0106", number),
        legal_id=Identifier(number, "0106"),
        vat_id=vat_id,
        address=Address(lines=("Kade 5",), city="Utrecht", postcode="3511 XX", country="NL"),
    )


def xml(number: str, seller: tuple[str, str], buyer: tuple[str, str]) -> bytes:
    """An invoice of one line; seller and buyer are a name and a KvK number."""
    line = Line(
        id="1",
        name="Advice",
        quantity=Decimal(2),
        unit="HUR",
        price=Decimal("95.50"),
        vat_category="S",
        vat_rate=Decimal(21),
    )
    invoice = Invoice(
        number=number,
        issue_date=date(2026, 11, 20),
        due_date=date(2026, 12, 20),
        currency="EUR",
        buyer_reference="Inkoop",
        customization=ubl.PEPPOL_CUSTOMIZATION,
        profile=ubl.PEPPOL_PROFILE,
        seller=party(*seller, vat_id="NL859837445B01"),
        buyer=party(*buyer),
        payment_means=(PaymentMeans(code="30", account="NL91ABNA0417164300"),),
        lines=(line,),
    )
    return ubl_write.write(compose.complete(invoice))
