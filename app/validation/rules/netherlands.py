"""Peppol BIS Billing 3.0: what holds for Dutch sellers (NL-R)."""

from __future__ import annotations

from app.invoice.model import Kind
from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import Element, amount, has, own_text, text
from app.validation.rule import Rule, Test, found_at

_SELLER, _BUYER = "cac:AccountingSupplierParty/cac:Party", "cac:AccountingCustomerParty/cac:Party"
_LEGAL = "cac:PartyLegalEntity/cbc:CompanyID"
_MEANS = frozenset({"30", "48", "49", "57", "58", "59"})
REGISTERS = ("0106", "0190")  # the chamber of commerce, and the register of government bodies

CREDIT_REFERENCE = N_(
    "A credit note of a Dutch seller must name the original invoice. Fill in its number."
)
ADDRESS = N_("A Dutch address needs a street, a postcode and a city. Fill in what is missing.")
NUMBER = N_(
    "A Dutch company is known by its KvK number (scheme 0106) or OIN (scheme 0190). Fill in one of them."
)
PAYABLE = N_(
    "There is an amount to pay, but no way of paying. Add a payment method, such as a bank account."
)
METHOD = N_("“%(found)s” isn't a payment method for the Netherlands. Use 30, 48, 49, 57, 58 or 59.")
ORDER = N_(
    "A line refers to an order line, but the order isn't named. Fill in the order number of the invoice."
)


def applies(document: Document) -> bool:
    """Whether the seller is in the Netherlands."""
    return document.seller_country == "NL"


def is_complete(element: Element, _document: Document) -> bool:
    """Whether an address has a street, a city and a postcode."""
    return all(has(element, f"cbc:{n}") for n in ("StreetName", "CityName", "PostalZone"))


def original_named(_element: Element, document: Document) -> bool:
    """Whether the document names the invoice that it is about."""
    return has(document.root, "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID")


def order_named(_element: Element, document: Document) -> bool:
    """Whether the document as a whole names an order."""
    return has(document.root, "cac:OrderReference/cbc:ID")


def is_registered(schemes: str) -> bool:
    """Whether one of the kinds of number, with spaces between them, is Dutch."""
    return any(f" {register} " in f" {schemes} " for register in REGISTERS)


def _number(element: Element, _document: Document) -> bool:
    return is_registered(element.get("schemeID") or "") and own_text(element) != ""


def _both(_element: Element, document: Document) -> bool:
    return document.buyer_country == "NL"


def _can_be_paid(element: Element, document: Document) -> bool:
    payable = amount(element, "cbc:PayableAmount")
    if document.nodes("cac:PaymentMeans"):
        return True
    if payable is None:
        return False
    return payable >= 0 if document.kind is Kind.CREDIT_NOTE else payable <= 0


def _dutch_representative(_element: Element, document: Document) -> bool:
    country = "cac:TaxRepresentativeParty/cac:PostalAddress/cac:Country/cbc:IdentificationCode"
    return text(document.root, country).upper() == "NL"


def _rule(code: str, context: str, holds: Test, sentence: str, term: str) -> Rule:
    return Rule(code, context, holds, sentence, term, applies=_both)


RULES = (
    Rule("NL-R-001", "cbc:CreditNoteTypeCode", original_named, CREDIT_REFERENCE, "BT-25"),
    Rule("NL-R-002", f"{_SELLER}/cac:PostalAddress", is_complete, ADDRESS, "BG-5"),
    Rule("NL-R-003", f"{_SELLER}/{_LEGAL}", _number, NUMBER, "BT-30"),
    _rule("NL-R-004", f"{_BUYER}/cac:PostalAddress", is_complete, ADDRESS, "BG-8"),
    _rule("NL-R-005", f"{_BUYER}/{_LEGAL}", _number, NUMBER, "BT-47"),
    Rule("NL-R-006", "cac:TaxRepresentativeParty/cac:PostalAddress", is_complete, ADDRESS, "BG-12", applies=_dutch_representative),
    Rule("NL-R-007", "cac:LegalMonetaryTotal", _can_be_paid, PAYABLE, "BG-16"),
    Rule("NL-R-008", "cac:PaymentMeans", lambda e, _d: text(e, "cbc:PaymentMeansCode") in _MEANS, METHOD, "BT-81", values=found_at("cbc:PaymentMeansCode"), applies=_both),
    Rule("NL-R-009", "cac:OrderLineReference/cbc:LineID", order_named, ORDER, "BT-13"),
)  # fmt: skip
