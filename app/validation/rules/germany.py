"""Peppol BIS Billing 3.0: what holds between two German parties (DE-R)."""

from __future__ import annotations

import re

from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import (
    Element,
    find,
    find_all,
    has,
    own_text,
    plain,
    says,
    string,
    text,
    written,
)
from app.validation.report import Severity
from app.validation.rule import MISSING, Rule, Test, found_at
from app.validation.rules.identifiers import iban

_PARTY = "/*/cac:AccountingSupplierParty/cac:Party"
_CONTACT = f"{_PARTY}/cac:Contact"
_MEANS = "/*/cac:PaymentMeans"
_MANDATE = "cac:PaymentMeans/cac:PaymentMandate"
_ACCOUNT, _CARD, _DEBIT = "cac:PayeeFinancialAccount", "cac:CardAccount", "cac:PaymentMandate"
_PAYER = "cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID"
_CATEGORIES = ("S", "Z", "E", "AE", "K", "G", "L", "M")
_TYPES = frozenset({"326", "380", "384", "389", "381", "875", "876", "877"})

_DISCOUNT_LINE = re.compile(
    r"(?:^|\r?\n)#SKONTO#TAGE=[0-9]+#PROZENT=[0-9]+\.[0-9]{2}(?:#BASISBETRAG=-?[0-9]+\.[0-9]{2})?#\Z",
    re.ASCII,
)
_HASHED = re.compile(r"#[^\r\n]+#")
_LINE_BREAK = re.compile(r"[ \t\r\n]*\n")
_MAIL = re.compile(r"[^@ \t\r\n]+@(?:[^@. \t\r\n]+\.)+[^@. \t\r\n]+")
_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:", re.ASCII)

_NO_MEANS = N_(
    "Between German parties an invoice must say how it can be paid. Add a payment method, such as a bank account."
)
_NO_TAX_NUMBER = N_(
    "Between German parties an invoice with VAT needs a tax number of the seller. Fill in the VAT number, the tax number or the tax representative."
)
_TYPE = N_(
    "“%(found)s” isn't a usual type of document between German parties. Use 326, 380, 381, 384, 389, 875, 876 or 877."
)
_DISCOUNT = N_(
    "The payment terms hold a discount for early payment that can't be read. Write it on a line of its own, such as #SKONTO#TAGE=14#PROZENT=2.00#, with a line break behind it."
)
_FILE_TWICE = N_("Two attachments have the same file name. Give each attachment a name of its own.")
_CORRECTED = N_("A corrected invoice (384) should name the original invoice. Fill in its number.")
_CREDITOR = N_(
    "Direct debit needs the creditor identifier of the seller or the payee. Fill in the identifier that the bank has given (scheme SEPA)."
)
_DEBITED = N_(
    "Direct debit needs the account that is debited. Fill in the account number of the buyer."
)
_WEB_ADDRESS = N_(
    "“%(found)s” isn't a complete web address. Write it with its beginning, such as https://."
)
_NO_CONTACT = N_(
    "Between German parties the seller must name a contact. Fill in a name, a telephone number and an e-mail address."
)
_TELEPHONE = N_("“%(found)s” isn't a telephone number. Write one that has at least three digits.")
_BAD_MAIL = N_("“%(found)s” isn't an e-mail address. Write one with one @ and a domain behind it.")
_IBAN = N_("“%(found)s” isn't a valid IBAN. Check it for a missing digit or a typing error.")
_NEEDS_ACCOUNT = N_(
    "A credit transfer needs the account to pay to. Fill in the account number of the payee."
)
_ONLY_ACCOUNT = N_(
    "A credit transfer can't go together with a payment card or a direct debit. Remove these, or choose another payment method."
)
_NEEDS_CARD = N_("Payment by card needs the data of the card. Fill in the card number.")
_ONLY_CARD = N_(
    "Payment by card can't go together with an account to pay to or a direct debit. Remove these, or choose another payment method."
)
_NEEDS_DEBIT = N_(
    "Direct debit needs the data of the direct debit. Fill in the mandate and the account to debit."
)
_ONLY_DEBIT = N_(
    "Direct debit can't go together with an account to pay to or a payment card. Remove these, or choose another payment method."
)


def applies(document: Document) -> bool:
    """Whether both parties are in Germany."""
    return document.seller_country == "DE" and document.buyer_country == "DE"


def _filled(code: str, context: str, path: str, term: str) -> Rule:
    return Rule(
        code, context, lambda e, _d: any(own_text(x) for x in find_all(e, path)), MISSING, term
    )


def _has(code: str, context: str, path: str, sentence: str, term: str) -> Rule:
    return Rule(code, context, lambda e, _d: has(e, path), sentence, term)


def _tax_number_if_taxed(element: Element, _document: Document) -> bool:
    extras = [
        each
        for each in find_all(element, "cac:AllowanceCharge")
        if says(each, "cbc:ChargeIndicator", "false", "true")
    ]
    lines = find_all(element, "cac:InvoiceLine") + find_all(element, "cac:CreditNoteLine")
    taxed = any(says(each, "cac:TaxCategory/cbc:ID", *_CATEGORIES) for each in extras) or any(
        says(each, "cac:Item/cac:ClassifiedTaxCategory/cbc:ID", *_CATEGORIES) for each in lines
    )
    number = "cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID"
    return (
        not taxed
        or has(element, "cac:TaxRepresentativeParty")
        or any(own_text(each) for each in find_all(element, number))
    )


def _usual_type(element: Element, _document: Document) -> bool:
    types = ("cbc:InvoiceTypeCode", "cbc:CreditNoteTypeCode")
    return any(text(element, each) in _TYPES for each in types)


def _discount_can_be_read(element: Element, _document: Document) -> bool:
    terms = [find(each, "cbc:Note") for each in find_all(element, "cac:PaymentTerms")]
    return all(_reads(string(note)) for note in terms if note is not None)


def _reads(note: str) -> bool:
    lines = [plain(line) for line in note.split("\n")]
    hashed = [line for line in lines if line.startswith("#")]
    if not hashed:
        return True
    last = _HASHED.split(note)[-1]
    return all(_DISCOUNT_LINE.search(line) for line in hashed) and bool(_LINE_BREAK.match(last))


def _files_differ(element: Element, _document: Document) -> bool:
    seen: set[str] = set()
    for reference in find_all(element, "cac:AdditionalDocumentReference"):
        found = find_all(reference, "cac:Attachment/cbc:EmbeddedDocumentBinaryObject")
        names = {name for each in found if (name := each.get("filename")) is not None}
        if names & seen:
            return False
        seen |= names
    return True


def _corrected_is_named(element: Element, _document: Document) -> bool:
    types = (text(element, "cbc:InvoiceTypeCode"), text(element, "cbc:CreditNoteTypeCode"))
    return "384" not in types or has(element, "cac:BillingReference/cac:InvoiceDocumentReference")


def _creditor_is_named(element: Element, _document: Document) -> bool:
    parties = ("cac:AccountingSupplierParty/cac:Party", "cac:PayeeParty")
    return not has(element, _MANDATE) or any(
        each.get("schemeID") == "SEPA"
        for party in parties
        for each in find_all(element, f"{party}/cac:PartyIdentification/cbc:ID")
    )


def _debited_is_named(element: Element, _document: Document) -> bool:
    return not has(element, _MANDATE) or has(element, f"cac:PaymentMeans/{_PAYER}")


def _method(*codes: str) -> Test:
    return lambda element, _document: text(element, "cbc:PaymentMeansCode") in codes


def _neither(*paths: str) -> Test:
    return lambda element, _document: not any(has(element, path) for path in paths)


def _is_iban(path: str) -> Test:
    return lambda element, _document: iban(written(element, path))


_TRANSFER, _BY_CARD, _BY_DEBIT = _method("30", "58"), _method("48", "54", "55"), _method("59")
_MAIL_PATH, _PHONE_PATH = "cbc:ElectronicMail", "cbc:Telephone"
_WARNING = Severity.WARNING

_DOCUMENT = (
    _has("DE-R-001", "/*", "cac:PaymentMeans", _NO_MEANS, "BG-16"),
    _filled("DE-R-015", "/*", "cbc:BuyerReference", "BT-10"),
    Rule("DE-R-016", "/*", _tax_number_if_taxed, _NO_TAX_NUMBER, "BT-31"),
    Rule("DE-R-017", "/*", _usual_type, _TYPE, "BT-3", _WARNING, found_at("cbc:InvoiceTypeCode")),
    Rule("DE-R-018", "/*", _discount_can_be_read, _DISCOUNT, "BT-20"),
    Rule("DE-R-022", "/*", _files_differ, _FILE_TWICE, "BT-125"),
    Rule("DE-R-026", "/*", _corrected_is_named, _CORRECTED, "BG-3", _WARNING),
    Rule("DE-R-030", "/*", _creditor_is_named, _CREDITOR, "BT-90"),
    Rule("DE-R-031", "/*", _debited_is_named, _DEBITED, "BT-91"),
    Rule("DE-R-T02", "/*/cac:AdditionalDocumentReference/cac:Attachment/cac:ExternalReference", lambda e, _d: bool(_ADDRESS.match(written(e, "cbc:URI"))), _WEB_ADDRESS, "BT-124", _WARNING, found_at("cbc:URI")),
    _filled("DE-R-014", "/*/cac:TaxTotal/cac:TaxSubtotal", "cac:TaxCategory/cbc:Percent", "BT-119"),
)  # fmt: skip

_PARTIES = (
    _has("DE-R-002", "/*/cac:AccountingSupplierParty", "cac:Party/cac:Contact", _NO_CONTACT, "BG-6"),
    _filled("DE-R-003", f"{_PARTY}/cac:PostalAddress", "cbc:CityName", "BT-37"),
    _filled("DE-R-004", f"{_PARTY}/cac:PostalAddress", "cbc:PostalZone", "BT-38"),
    _filled("DE-R-005", _CONTACT, "cbc:Name", "BT-41"),
    _filled("DE-R-006", _CONTACT, _PHONE_PATH, "BT-42"),
    _filled("DE-R-007", _CONTACT, _MAIL_PATH, "BT-43"),
    Rule("DE-R-027", _CONTACT, lambda e, _d: sum(c in "0123456789" for c in text(e, _PHONE_PATH)) >= 3, _TELEPHONE, "BT-42", _WARNING, found_at(_PHONE_PATH)),
    Rule("DE-R-028", _CONTACT, lambda e, _d: bool(_MAIL.fullmatch(text(e, _MAIL_PATH))), _BAD_MAIL, "BT-43", _WARNING, found_at(_MAIL_PATH)),
    _filled("DE-R-008", "/*/cac:AccountingCustomerParty/cac:Party/cac:PostalAddress", "cbc:CityName", "BT-52"),
    _filled("DE-R-009", "/*/cac:AccountingCustomerParty/cac:Party/cac:PostalAddress", "cbc:PostalZone", "BT-53"),
    _filled("DE-R-010", "/*/cac:Delivery/cac:DeliveryLocation/cac:Address", "cbc:CityName", "BT-77"),
    _filled("DE-R-011", "/*/cac:Delivery/cac:DeliveryLocation/cac:Address", "cbc:PostalZone", "BT-78"),
)  # fmt: skip

_PAYMENT = (
    Rule("DE-R-019", _MEANS, _is_iban(f"{_ACCOUNT}/cbc:ID"), _IBAN, "BT-84", _WARNING, found_at(f"{_ACCOUNT}/cbc:ID"), _method("58")),
    Rule("DE-R-023-1", _MEANS, lambda e, _d: has(e, _ACCOUNT), _NEEDS_ACCOUNT, "BG-17", applies=_TRANSFER),
    Rule("DE-R-023-2", _MEANS, _neither(_CARD, _DEBIT), _ONLY_ACCOUNT, "BT-81", applies=_TRANSFER),
    Rule("DE-R-024-1", _MEANS, lambda e, _d: has(e, _CARD), _NEEDS_CARD, "BG-18", applies=_BY_CARD),
    Rule("DE-R-024-2", _MEANS, _neither(_ACCOUNT, _DEBIT), _ONLY_CARD, "BT-81", applies=_BY_CARD),
    Rule("DE-R-020", _MEANS, _is_iban(_PAYER), _IBAN, "BT-91", _WARNING, found_at(_PAYER), _BY_DEBIT),
    Rule("DE-R-025-1", _MEANS, lambda e, _d: has(e, _DEBIT), _NEEDS_DEBIT, "BG-19", applies=_BY_DEBIT),
    Rule("DE-R-025-2", _MEANS, _neither(_ACCOUNT, _CARD), _ONLY_DEBIT, "BT-81", applies=_BY_DEBIT),
)  # fmt: skip

RULES = (*_DOCUMENT, *_PARTIES, *_PAYMENT)
