"""NLCIUS (SI-UBL 2.0): what the Dutch specification asks beyond EN 16931 (BR-NL), G accounts too (BR-GA)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from app.invoice.model import Kind
from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import (
    Element,
    amount,
    amounts,
    find_all,
    has,
    own_text,
    string,
    text,
    written,
)
from app.validation.report import Finding, Severity
from app.validation.rule import Rule, Test, found_at
from app.validation.rules import netherlands as dutch

SI_UBL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0"
G_ACCOUNT = f"{SI_UBL}#conformant#urn:fdc:nen.nl:gaccount:v1.0"

_ZERO = Decimal(0)
_SELLER, _BUYER = "cac:AccountingSupplierParty/cac:Party", "cac:AccountingCustomerParty/cac:Party"
_LEGAL = "cac:PartyLegalEntity/cbc:CompanyID"
_METHODS = frozenset({"30", "48", "49", "57", "58", "59"})
_CLAIM, _G_CLAIM = (
    "#compliant#urn:fdc:nen.nl:nlcius:v1.0",
    "#conformant#urn:fdc:nen.nl:gaccount:v1.0",
)
_CODE = "cbc:PaymentMeansCode"

_REFERENCE = N_(
    "A Dutch seller must give a buyer's reference or an order number. Ask your customer for one of them and fill it in."
)
_TYPE = N_("“%(found)s” isn't a type of document for the Netherlands. Use 380, 381, 384 or 389.")
_TYPE_OF_CREDIT = N_(
    "“%(found)s” doesn't fit this kind of document. Use 381 for a credit note, and only for that."
)
_CORRECTION = N_("A corrected invoice must name the original invoice. Fill in its number.")
_ADVISED_AGAINST = N_("This field isn't advised for Dutch sellers. You can leave it out: %(what)s.")
EMPTY = N_("The element <%(name)s> is empty. Fill it in or leave it out.")
_PROFILE = N_(
    "The document doesn't say that it follows the Dutch specification (NLCIUS, SI-UBL 2.0). Fill in urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0 as specification."
)
_G_PROFILE = N_(
    "The document doesn't say that it follows the Dutch specification for G accounts. Fill in urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0#conformant#urn:fdc:nen.nl:gaccount:v1.0 as specification."
)
_TWO_TERMS = N_(
    "An invoice with a G account is paid in two parts, so it has payment terms twice. Add or remove payment terms."
)
_TWO_MEANS = N_(
    "An invoice with a G account is paid in two parts, so it has two ways of paying. Give the ordinary account and the G account."
)
_PARTS = N_(
    "The two parts come to %(found)s, but the amount to pay is %(expected)s. Correct the amounts of the two parts."
)
_G_ONCE = N_(
    "One way of paying must be the G account, and only one. Give it the identifier GACCOUNT."
)
_TERMS_TO_MEANS = N_(
    "Payment terms don't say to which account they belong. Name the identifier of one way of paying."
)
_MEANS_NAMED = N_("A way of paying has no identifier. Give it one, such as GACCOUNT.")
_UNKNOWN_MEANS = N_(
    "“%(found)s” isn't the identifier of a way of paying in this invoice. Use the identifier of one of them."
)


def _claims_si(_element: Element, document: Document) -> bool:
    return _CLAIM in document.customization or _G_CLAIM in document.customization


def dutch_si(element: Element, document: Document) -> bool:
    """Whether a Dutch seller claims to follow the specification; most of its rules are for those."""
    return document.seller_country == "NL" and _claims_si(element, document)


def _schemes(numbers: Iterable[Element]) -> str:
    found = (each.get("schemeID") for each in numbers)
    return " ".join(scheme for scheme in found if scheme is not None)


def _seller_number(element: Element, _document: Document) -> bool:
    numbers = find_all(element, _LEGAL)
    return dutch.is_registered(_schemes(numbers)) and any(own_text(each) for each in numbers)


def _address(element: Element, document: Document) -> bool:
    countries = find_all(element, "cac:Country/cbc:IdentificationCode")
    foreign = any(string(each) != "NL" for each in countries)
    return foreign or dutch.is_complete(element, document)


def _buyer_number(element: Element, document: Document) -> bool:
    own = find_all(element, "cbc:CompanyID")
    if own and not any(own_text(each) for each in own):
        return False
    country = f"{_BUYER}/cac:PostalAddress/cac:Country/cbc:IdentificationCode"
    countries = document.nodes(country)
    if not document.once("NL buyer", lambda: any(string(each) == "NL" for each in countries)):
        return True
    numbers = document.nodes(f"{_BUYER}/{_LEGAL}")
    return document.once("buyer registered", lambda: dutch.is_registered(_schemes(numbers)))


def _type_fits(element: Element, document: Document) -> bool:
    return (string(element) == "381") is (document.kind is Kind.CREDIT_NOTE)


def _can_be_paid(element: Element, document: Document) -> bool:
    if document.kind is Kind.CREDIT_NOTE:
        return True
    payable = amount(element, "cbc:PayableAmount")
    return bool(document.nodes("cac:PaymentMeans")) or (payable is not None and payable <= _ZERO)


def _correction_named(element: Element, document: Document) -> bool:
    return string(element) != "384" or dutch.original_named(element, document)


def _sepa_without_bic(element: Element, _document: Document) -> bool:
    bic = "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID"
    return text(element, _CODE) not in ("58", "59") or not has(element, bic)


def _only_vat(element: Element, _document: Document) -> bool:
    schemes = find_all(element, "cac:TaxScheme/cbc:ID")
    return not has(element, "cbc:CompanyID") or any(string(each) == "VAT" for each in schemes)


def _in_invoice_currency(element: Element, document: Document) -> bool:
    codes = document.nodes("cbc:DocumentCurrencyCode")
    currencies = document.once("currencies", lambda: {string(each) for each in codes})
    return element.get("currencyID") in currencies


_ITSELF = found_at(".")
_TYPES = "cbc:InvoiceTypeCode|cbc:CreditNoteTypeCode"
_MUST = (
    Rule("BR-NL-1", _SELLER, _seller_number, dutch.NUMBER, "BT-30"),
    Rule("BR-NL-2", "/*", lambda e, _d: has(e, "cbc:BuyerReference") or has(e, "cac:OrderReference/cbc:ID"), _REFERENCE, "BT-10"),
    Rule("BR-NL-3", f"{_SELLER}/cac:PostalAddress", dutch.is_complete, dutch.ADDRESS, "BG-5"),
    Rule("BR-NL-4", f"{_BUYER}/cac:PostalAddress", _address, dutch.ADDRESS, "BG-8"),
    Rule("BR-NL-5", "cac:TaxRepresentativeParty/cac:PostalAddress", _address, dutch.ADDRESS, "BG-12"),
    Rule("BR-NL-7", _TYPES, lambda e, _d: string(e) in ("380", "381", "384", "389"), _TYPE, "BT-3", values=_ITSELF),
    Rule("BR-NL-8", _TYPES, _type_fits, _TYPE_OF_CREDIT, "BT-3", values=_ITSELF),
    Rule("BR-NL-9", _TYPES, _correction_named, _CORRECTION, "BT-25"),
    Rule("BR-NL-10", f"{_BUYER}/cac:PartyLegalEntity", _buyer_number, dutch.NUMBER, "BT-47"),
    Rule("BR-NL-11", "cac:LegalMonetaryTotal", _can_be_paid, dutch.PAYABLE, "BG-16"),
    Rule("BR-NL-12", "cac:PaymentMeans", lambda e, _d: text(e, _CODE) in _METHODS, dutch.METHOD, "BT-81", values=found_at(_CODE)),
)  # fmt: skip
_ORDERED = Rule(
    "BR-NL-13", "cac:OrderLineReference/cbc:LineID", dutch.order_named, dutch.ORDER, "BT-13",
    applies=_claims_si,
)  # fmt: skip

# Fields that Dutch sellers had better leave empty, with the rule that says so. The numbers
# BR-NL-32-2 and -3 are for lines, but BR-NL-32-1 speaks about these before they do.
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
    ("BR-NL-32-1", "cac:AllowanceCharge/cbc:AllowanceChargeReasonCode", "BT-98"),
    ("BR-NL-35", "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:TaxExemptionReasonCode", "BT-121"),
)  # fmt: skip


def _advice(code: str, context: str, term: str, holds: Test) -> Rule:
    return Rule(code, context, holds, _ADVISED_AGAINST, term, Severity.WARNING, applies=dutch_si)


_FOR_DUTCH_SELLERS = (
    *(replace(rule, applies=dutch_si) for rule in _MUST),
    *(_advice(code, context, term, lambda _e, _d: False) for code, context, term in _ADVICE),
    _advice("BR-NL-25", f"{_SELLER}/cac:PartyTaxScheme", "BT-32", _only_vat),
    _advice("BR-NL-29", f"cac:PaymentMeans/{_CODE}", "BT-82", lambda e, _d: e.get("name") is None),
    _advice("BR-NL-31", "cac:PaymentMeans", "BT-86", _sepa_without_bic),
    _advice("BR-NL-33", "cac:TaxTotal/cbc:TaxAmount", "BT-111", _in_invoice_currency),
)
COMMON_RULES = (
    *_FOR_DUTCH_SELLERS,
    _ORDERED,
)
VERSION_RULES = (
    Rule("SI-V20-INV-R000", "cbc:CustomizationID", lambda e, _d: own_text(e).startswith(SI_UBL), _PROFILE, "BT-24"),
    Rule("BII2-T10-R001", "/*", lambda e, _d: has(e, "cbc:CustomizationID"), _PROFILE, "BT-24"),
)  # fmt: skip


def empty_elements(document: Document) -> Iterable[Finding]:
    """Elements without content, but not those that another rule for Dutch sellers looks at."""
    judged: set[Element] = set()
    if dutch_si(document.root, document):
        for rule in _FOR_DUTCH_SELLERS:
            judged.update(document.nodes(rule.context))
    if _claims_si(document.root, document):
        judged.update(document.nodes(_ORDERED.context))
    for element in document.empty:
        if element not in judged:
            yield empty_element(document, element, "SI-UBL-2", Severity.WARNING)


def empty_element(document: Document, element: Element, code: str, severity: Severity) -> Finding:
    """What to say about one element without content."""
    line: int | None = getattr(element, "sourceline", None)
    name = str(element.tag).rpartition("}")[2]
    return Finding(code, severity, EMPTY, "", document.place(element), line, {"name": name})


def _parts(element: Element) -> Decimal:
    return amounts(element, "cac:PaymentTerms/cbc:Amount")


def _parts_are_right(element: Element, _document: Document) -> bool:
    return amount(element, "cac:LegalMonetaryTotal/cbc:PayableAmount") == _parts(element)


def _one_g_account(element: Element, _document: Document) -> bool:
    found = find_all(element, "cac:PaymentMeans/cbc:ID")
    return sum(string(each) == "GACCOUNT" for each in found) == 1


def _known_means(element: Element, document: Document) -> bool:
    known = document.once(
        "means", lambda: {string(e) for e in find_all(document.root, "cac:PaymentMeans/cbc:ID")}
    )
    return string(element) in known


def _is_invoice(_element: Element, document: Document) -> bool:
    return document.kind is Kind.INVOICE


def _g_rule(code: str, context: str, holds: Test, sentence: str, term: str) -> Rule:
    return Rule(code, context, holds, sentence, term, applies=_is_invoice)


_TERMS, _MEANS = "/*/cac:PaymentTerms", "/*/cac:PaymentMeans"
G_ACCOUNT_RULES = (
    Rule("BR-GA-0", "cbc:CustomizationID", lambda e, _d: string(e) == G_ACCOUNT, _G_PROFILE, "BT-24"),
    _g_rule("BR-GA-1", "/*", lambda e, _d: len(find_all(e, "cac:PaymentTerms")) == 2, _TWO_TERMS, "BT-20"),
    _g_rule("BR-GA-2", "/*", lambda e, _d: len(find_all(e, "cac:PaymentMeans")) == 2, _TWO_MEANS, "BG-16"),
    replace(
        _g_rule("BR-GA-3", "/*", _parts_are_right, _PARTS, "BT-115"),
        values=lambda e, _d: {"found": _parts(e), "expected": written(e, "cac:LegalMonetaryTotal/cbc:PayableAmount")},
    ),
    _g_rule("BR-GA-7", "/*", _one_g_account, _G_ONCE, "BG-16"),
    _g_rule("BR-GA-4", _TERMS, lambda e, _d: len(find_all(e, "cbc:PaymentMeansID")) == 1, _TERMS_TO_MEANS, "BT-20"),
    _g_rule("BR-GA-5", _MEANS, lambda e, _d: len(find_all(e, "cbc:ID")) == 1, _MEANS_NAMED, "BG-16"),
    replace(_g_rule("BR-GA-6", f"{_TERMS}/cbc:PaymentMeansID", _known_means, _UNKNOWN_MEANS, "BT-20"), values=_ITSELF),
)  # fmt: skip
