"""Rules for Dutch sellers: NL-R-… of Peppol, and BR-NL-… of NLCIUS (SI-UBL 2.0)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from app.invoice.model import Kind
from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import Element, amount, find_all, has, own_text, string, text
from app.validation.report import Finding, Severity
from app.validation.rule import Rule, Test

SI_UBL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0"
G_ACCOUNT = f"{SI_UBL}#conformant#urn:fdc:nen.nl:gaccount:v1.0"

_ZERO = Decimal(0)
_SELLER, _BUYER = "cac:AccountingSupplierParty/cac:Party", "cac:AccountingCustomerParty/cac:Party"
_LEGAL = "cac:PartyLegalEntity/cbc:CompanyID"
_MEANS = frozenset({"30", "48", "49", "57", "58", "59"})
_DUTCH_NUMBERS = ("0106", "0190")
_REASON = "cac:AllowanceCharge/cbc:AllowanceChargeReasonCode"

_CREDIT_REFERENCE = N_(
    "A credit note of a Dutch seller must name the original invoice. Fill in its number."
)
_ADDRESS = N_("A Dutch address needs a street, a postcode and a city. Fill in what is missing.")
_NUMBER = N_(
    "A Dutch company is known by its KvK number (scheme 0106) or OIN (scheme 0190). Fill in one of them."
)
_PAYABLE = N_(
    "There is an amount to pay, but no way of paying. Add a payment method, such as a bank account."
)
_METHOD = N_(
    "“%(found)s” isn't a payment method for the Netherlands. Use 30, 48, 49, 57, 58 or 59."
)
_ORDER = N_("A line refers to an order line, so the invoice needs the order number.")
_REFERENCE = N_("A Dutch seller must give a buyer's reference or an order number.")
_TYPE = N_("“%(found)s” isn't a type of document for the Netherlands. Use 380, 381, 384 or 389.")
_TYPE_OF_CREDIT = N_("Type 381 goes with a credit note, and only with that.")
_CORRECTION = N_("A corrected invoice must name the original invoice. Fill in its number.")
_ADVISED_AGAINST = N_("This field isn't advised for Dutch sellers. You can leave it out: %(what)s.")
_WHEN_TO_PAY = N_("There is an amount to pay, so say when: fill in a due date or payment terms.")
_EMPTY = N_("The element is empty. Fill it in or leave it out.")
_PROFILE = N_(
    "The document doesn't say that it follows the Dutch specification (NLCIUS, SI-UBL 2.0)."
)


def _complete_address(element: Element, _document: Document) -> bool:
    return all(has(element, f"cbc:{n}") for n in ("StreetName", "CityName", "PostalZone"))


def _dutch_number(element: Element, _document: Document) -> bool:
    return element.get("schemeID") in _DUTCH_NUMBERS and own_text(element) != ""


def _dutch_seller(_element: Element, document: Document) -> bool:
    return document.seller_country == "NL"


def _both_dutch(_element: Element, document: Document) -> bool:
    return document.seller_country == "NL" and document.buyer_country == "NL"


def _original_named(_element: Element, document: Document) -> bool:
    path = "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"
    return has(document.root, path)


def _order_named(_element: Element, document: Document) -> bool:
    return has(document.root, "cac:OrderReference/cbc:ID")


def _can_be_paid(element: Element, document: Document) -> bool:
    payable = amount(element, "cbc:PayableAmount")
    if document.nodes("cac:PaymentMeans"):
        return True
    if payable is None:
        return False
    return payable >= _ZERO if document.kind is Kind.CREDIT_NOTE else payable <= _ZERO


def _representative_dutch(element: Element, _document: Document) -> bool:
    return text(element, "cac:Country/cbc:IdentificationCode").upper() == "NL"


def _method(code: str, applies: Test) -> Rule:
    return Rule(
        code, "cac:PaymentMeans", lambda e, _d: text(e, "cbc:PaymentMeansCode") in _MEANS, _METHOD,
        "BT-81", applies=applies,
        values=lambda e, _d: {"found": text(e, "cbc:PaymentMeansCode")[:20]},
    )  # fmt: skip


def _representative(element: Element, document: Document) -> bool:
    return _dutch_seller(element, document) and _representative_dutch(element, document)


PEPPOL_RULES = (
    Rule("NL-R-001", "cbc:CreditNoteTypeCode", _original_named, _CREDIT_REFERENCE, "BT-25", applies=_dutch_seller),
    Rule("NL-R-002", f"{_SELLER}/cac:PostalAddress", _complete_address, _ADDRESS, "BG-5", applies=_dutch_seller),
    Rule("NL-R-003", f"{_SELLER}/{_LEGAL}", _dutch_number, _NUMBER, "BT-30", applies=_dutch_seller),
    Rule("NL-R-004", f"{_BUYER}/cac:PostalAddress", _complete_address, _ADDRESS, "BG-8", applies=_both_dutch),
    Rule("NL-R-005", f"{_BUYER}/{_LEGAL}", _dutch_number, _NUMBER, "BT-47", applies=_both_dutch),
    Rule("NL-R-006", "cac:TaxRepresentativeParty/cac:PostalAddress", _complete_address, _ADDRESS, "BG-12", applies=_representative),
    Rule("NL-R-007", "cac:LegalMonetaryTotal", _can_be_paid, _PAYABLE, "BG-16", applies=_dutch_seller),
    _method("NL-R-008", _both_dutch),
    Rule("NL-R-009", "cac:OrderLineReference/cbc:LineID", _order_named, _ORDER, "BT-13", applies=_dutch_seller),
)  # fmt: skip


def _is_si(_element: Element, document: Document) -> bool:
    return document.customization in (SI_UBL, G_ACCOUNT)


def _claims_something(element: Element, _document: Document) -> bool:
    return has(element, "cbc:CustomizationID")


def _says_when_to_pay(element: Element, document: Document) -> bool:
    due = ("cbc:DueDate", "cac:PaymentMeans/cbc:PaymentDueDate", "cac:PaymentTerms/cbc:Note")
    payable = amount(element, "cbc:PayableAmount") or _ZERO
    if payable <= _ZERO or document.kind is Kind.CREDIT_NOTE:
        return True
    return any(has(document.root, path) for path in due)


def _si_and_dutch(element: Element, document: Document) -> bool:
    return _is_si(element, document) and document.seller_country == "NL"


def _seller_number(element: Element, _document: Document) -> bool:
    numbers = find_all(element, _LEGAL)
    return any(each.get("schemeID") in _DUTCH_NUMBERS for each in numbers) and any(
        own_text(each) for each in numbers
    )


def _buyer_address(element: Element, document: Document) -> bool:
    countries = find_all(element, "cac:Country/cbc:IdentificationCode")
    foreign = any(string(each) != "NL" for each in countries)
    return foreign or _complete_address(element, document)


def _buyer_number(element: Element, document: Document) -> bool:
    numbers = find_all(element, "cbc:CompanyID")
    if any(own_text(each) == "" for each in numbers):
        return False
    country = f"{_BUYER}/cac:PostalAddress/cac:Country/cbc:IdentificationCode"
    dutch = any(string(each) == "NL" for each in document.nodes(country))
    return not dutch or any(each.get("schemeID") in _DUTCH_NUMBERS for each in numbers)


def _type_fits(element: Element, document: Document) -> bool:
    return (own_text(element) == "381") is (document.kind is Kind.CREDIT_NOTE)


def _payable_without_means(element: Element, document: Document) -> bool:
    payable = amount(element, "cbc:PayableAmount")
    return bool(document.nodes("cac:PaymentMeans")) or (payable is not None and payable <= _ZERO)


def _correction_named(element: Element, document: Document) -> bool:
    return own_text(element) != "384" or _original_named(element, document)


_TYPES = "cbc:InvoiceTypeCode|cbc:CreditNoteTypeCode"
_NL_RULES = (
    Rule("BR-NL-1", _SELLER, _seller_number, _NUMBER, "BT-30"),
    Rule("BR-NL-2", "/*", lambda e, _d: has(e, "cbc:BuyerReference") or has(e, "cac:OrderReference/cbc:ID"), _REFERENCE, "BT-10"),
    Rule("BR-NL-3", f"{_SELLER}/cac:PostalAddress", _complete_address, _ADDRESS, "BG-5"),
    Rule("BR-NL-4", f"{_BUYER}/cac:PostalAddress", _buyer_address, _ADDRESS, "BG-8"),
    Rule("BR-NL-5", "cac:TaxRepresentativeParty/cac:PostalAddress", _buyer_address, _ADDRESS, "BG-12"),
    Rule("BR-NL-7", _TYPES, lambda e, _d: string(e) in ("380", "381", "384", "389"), _TYPE, "BT-3", values=lambda e, _d: {"found": own_text(e)[:20]}),
    Rule("BR-NL-8", _TYPES, _type_fits, _TYPE_OF_CREDIT, "BT-3"),
    Rule("BR-NL-9", _TYPES, _correction_named, _CORRECTION, "BT-25"),
    Rule("BR-NL-10", f"{_BUYER}/cac:PartyLegalEntity", _buyer_number, _NUMBER, "BT-47"),
    Rule("BR-NL-11", "cac:LegalMonetaryTotal", _payable_without_means, _PAYABLE, "BG-16"),
    _method("BR-NL-12", _si_and_dutch),
)  # fmt: skip

_ADVICE = (
    ("BR-NL-19", "cbc:TaxCurrencyCode", "BT-6"),
    ("BR-NL-20", "cbc:TaxPointDate", "BT-7"),
    ("BR-NL-21", "cac:InvoicePeriod/cbc:DescriptionCode", "BT-8"),
    ("BR-NL-24", "cac:BillingReference/cac:InvoiceDocumentReference/cbc:IssueDate", "BT-26"),
    ("BR-NL-26", f"{_SELLER}/cac:PartyLegalEntity/cbc:CompanyLegalForm", "BT-33"),
    ("BR-NL-27-1", f"{_SELLER}/cac:PostalAddress/cac:AddressLine/cbc:Line", "BT-162"),
    ("BR-NL-27-2", f"{_BUYER}/cac:PostalAddress/cac:AddressLine/cbc:Line", "BT-163"),
    ("BR-NL-27-3", "cac:TaxRepresentativeParty/cac:PostalAddress/cac:AddressLine/cbc:Line", "BT-164"),
    ("BR-NL-27-4", "cac:Delivery/cac:DeliveryLocation/cac:Address/cac:AddressLine/cbc:Line", "BT-165"),
    ("BR-NL-28-1", f"{_SELLER}/cac:PostalAddress/cbc:CountrySubentity", "BT-39"),
    ("BR-NL-28-2", f"{_BUYER}/cac:PostalAddress/cbc:CountrySubentity", "BT-54"),
    ("BR-NL-28-3", "cac:TaxRepresentativeParty/cac:PostalAddress/cbc:CountrySubentity", "BT-68"),
    ("BR-NL-28-4", "cac:Delivery/cac:DeliveryLocation/cac:Address/cbc:CountrySubentity", "BT-79"),
    ("BR-NL-30", "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:Name", "BT-85"),
    ("BR-NL-32-1", _REASON, "BT-98"),
    ("BR-NL-35", "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:TaxExemptionReasonCode", "BT-121"),
)  # fmt: skip


def _advice(code: str, context: str, term: str, holds: Test) -> Rule:
    return Rule(
        code, context, holds, _ADVISED_AGAINST, term, Severity.WARNING, applies=_si_and_dutch
    )


def _sepa_without_bic(element: Element, _document: Document) -> bool:
    bic = "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID"
    return text(element, "cbc:PaymentMeansCode") not in ("58", "59") or not has(element, bic)


def _only_vat(element: Element, _document: Document) -> bool:
    schemes = find_all(element, "cac:TaxScheme/cbc:ID")
    return not has(element, "cbc:CompanyID") or any(string(each) == "VAT" for each in schemes)


NLCIUS_RULES = (
    Rule("SI-V20-INV-R000", "/*", _is_si, _PROFILE, "BT-24", applies=_claims_something),
    Rule("BII2-T10-R001", "/*", _claims_something, _PROFILE, "BT-24"),
    # The norm itself has dropped this rule; the Dutch specification still has it.
    Rule("BR-CO-25", "cac:LegalMonetaryTotal", _says_when_to_pay, _WHEN_TO_PAY, "BT-9"),
    *(replace(rule, applies=_si_and_dutch) for rule in _NL_RULES),
    Rule("BR-NL-13", "cac:OrderLineReference/cbc:LineID", _order_named, _ORDER, "BT-13", applies=_is_si),
    *(_advice(code, context, term, lambda _e, _d: False) for code, context, term in _ADVICE),
    _advice("BR-NL-25", f"{_SELLER}/cac:PartyTaxScheme", "BT-32", _only_vat),
    _advice("BR-NL-29", "cac:PaymentMeans/cbc:PaymentMeansCode", "BT-82", lambda e, _d: e.get("name") is None),
    _advice("BR-NL-31", "cac:PaymentMeans", "BT-86", _sepa_without_bic),
    _advice("BR-NL-33", "cac:TaxTotal/cbc:TaxAmount", "BT-111", lambda e, d: e.get("currencyID") == d.currency),
)  # fmt: skip


def empty_elements(document: Document, code: str, severity: Severity) -> Iterable[Finding]:
    """Elements without content; Peppol forbids them, the Dutch rules advise against them."""
    for element in document.elements:
        if not any(isinstance(child.tag, str) for child in element) and own_text(element) == "":
            line: int | None = getattr(element, "sourceline", None)
            yield Finding(code, severity, _EMPTY, "", document.place(element), line)
