"""A right invoice of Piet Holding to Anna Afval as XML, and changed in one place."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.invoice import ubl_write
from app.invoice.identifiers import ParticipantId
from app.invoice.model import Address, Identifier, Party
from app.services.forms_to_invoice import parse
from app.services.invoice_forms import blank

SELLER_KVK, BUYER_KVK = "53087412", "60145238"
SELLER_VAT = "NL859837445B01"
SELLER = Party(
    name="Piet Holding",
    endpoint=ParticipantId("0106", SELLER_KVK),
    legal_id=Identifier(SELLER_KVK, "0106"),
    vat_id=SELLER_VAT,
    address=Address(("Dorpsstraat 1",), "Utrecht", "1234 AB", country="NL"),
)
BUYER = {
    "buyer_name": "Anna Afval",
    "buyer_value": BUYER_KVK,
    "buyer_street": "Kade 5",
    "buyer_postcode": "3511 XX",
    "buyer_city": "Utrecht",
    "buyer_reference": "Inkoop",
    "iban": "NL91ABNA0417164300",
}


def xml(number: str = "2026-1", seller: Party = SELLER, price: str = "100", **fields: Any) -> bytes:
    """An invoice of one line; ``fields`` are those of the form."""
    form = blank(date(2026, 11, 20)) | BUYER | fields
    form["lines"][0] |= {"description": "Advice", "price": price}
    parsed = parse(form, seller, number)
    assert not parsed.errors, {name: str(error) for name, error in parsed.errors.items()}
    return ubl_write.write(parsed.invoice)
