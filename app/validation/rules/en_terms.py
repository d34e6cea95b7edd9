"""EN 16931: what must be there (BR-01 … BR-65, BR-CO-03 … BR-CO-26)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import (
    Element,
    amount,
    find_all,
    has,
    is_false,
    is_true,
    own_text,
    says,
    string,
    text,
    under_vat,
)
from app.validation.report import Severity
from app.validation.rule import MISSING, NEGATIVE, Rule, Test, filled, found_at, present

_LINE = "cac:InvoiceLine|cac:CreditNoteLine"
_SELLER, _BUYER = "cac:AccountingSupplierParty", "cac:AccountingCustomerParty"
_COUNTRY = "cac:Country/cbc:IdentificationCode"
_EXTRA = "/*/cac:AllowanceCharge"
_LINE_EXTRA = "cac:InvoiceLine/cac:AllowanceCharge|cac:CreditNoteLine/cac:AllowanceCharge"
_REASON = "cbc:AllowanceChargeReason|cbc:AllowanceChargeReasonCode"
_QUANTITY = ("cbc:InvoicedQuantity", "cbc:CreditedQuantity")

_NO_SCHEME = N_("%(what)s has no scheme. Say which kind of number it is.")
_PERIOD = N_("The period ends before it begins. Correct the dates.")
_PERIOD_EMPTY = N_("The period has no start and no end. Fill in at least one of them.")
_TWO_TAX_DATES = N_("The VAT date and its code are both given. Remove one of them.")
_PAYEE = N_(
    "The payee needs a name, and must be somebody else than the seller. Leave it out when it is the seller."
)
_CARD = N_(
    "The card number is too long: only its last digits may be shown. Shorten it to at most ten characters."
)
_SELLER_ID = N_(
    "The seller can't be recognized. Give the VAT number, the registration number or another identifier."
)


def _vat_category(element: Element, path: str) -> bool:
    return any(under_vat(each) and has(each, "cbc:ID") for each in find_all(element, path))


def _with_reason(code: str, co_code: str, context: str, which: Test, term: str) -> tuple[Rule, ...]:
    """The norm asks for the reason of an allowance or charge under two numbers."""

    def holds(element: Element, _document: Document) -> bool:
        return any(has(element, path) for path in _REASON.split("|"))

    return tuple(
        Rule(each, context, holds, MISSING, term, applies=which) for each in (code, co_code)
    )


def _allowance(element: Element, _document: Document) -> bool:
    return is_false(element)


def _charge(element: Element, _document: Document) -> bool:
    return is_true(element)


def _has_vat_category(element: Element, _document: Document) -> bool:
    return _vat_category(element, "cac:TaxCategory")


def _not_negative(path: str, *, required: bool) -> Test:
    def holds(element: Element, _document: Document) -> bool:
        if not has(element, path):
            return not required
        value = amount(element, path)
        return value is not None and value >= 0

    return holds


def _in_order(element: Element, _document: Document) -> bool:
    try:
        start, end = (
            date.fromisoformat(text(element, path)[:10])
            for path in ("cbc:StartDate", "cbc:EndDate")
        )
    except ValueError:
        return True
    return end >= start


def _has_start_or_end(element: Element, _document: Document) -> bool:
    return has(element, "cbc:StartDate") or has(element, "cbc:EndDate")


def _of_line(element: Element, _document: Document) -> bool:
    parent = element.getparent()
    return parent is not None and str(parent.tag).endswith(("InvoiceLine", "CreditNoteLine"))


def _not_of_line(element: Element, document: Document) -> bool:
    return not _of_line(element, document)


def _payee_is_another(element: Element, document: Document) -> bool:
    def texts(parent: Element, path: str) -> set[str]:
        return {string(each) for each in find_all(parent, path)}

    name, number, seller = (
        "cac:PartyName/cbc:Name",
        "cac:PartyIdentification/cbc:ID",
        f"{_SELLER}/cac:Party",
    )
    names, numbers = texts(element, name), texts(element, number)
    seller_names = document.once("seller names", lambda: texts(document.root, f"{seller}/{name}"))
    seller_numbers = document.once(
        "seller numbers", lambda: texts(document.root, f"{seller}/{number}")
    )
    return bool(names) and not names & seller_names and not numbers & seller_numbers


def _credit_transfer(element: Element, _document: Document) -> bool:
    return text(element, "cbc:PaymentMeansCode") in ("30", "58")


def _account_of_credit_transfer(element: Element, _document: Document) -> bool:
    parent = element.getparent()
    return parent is not None and says(parent, "cbc:PaymentMeansCode", "30", "58")


def _account_when_needed(element: Element, document: Document) -> bool:
    return not _credit_transfer(element, document) or has(
        element, "cac:PayeeFinancialAccount/cbc:ID"
    )


def _recognizable(element: Element, _document: Document) -> bool:
    party = "cac:Party"
    if has(element, f"{party}/cac:PartyLegalEntity/cbc:CompanyID"):
        return True
    numbers = find_all(element, f"{party}/cac:PartyIdentification/cbc:ID")
    if any(each.get("schemeID") != "SEPA" for each in numbers):
        return True
    return any(
        under_vat(each) and has(each, "cbc:CompanyID")
        for each in find_all(element, f"{party}/cac:PartyTaxScheme")
    )


def _one_tax_date(element: Element, _document: Document) -> bool:
    return not (
        has(element, "cbc:TaxPointDate") and has(element, "cac:InvoicePeriod/cbc:DescriptionCode")
    )


def _total_in_tax_currency(element: Element, document: Document) -> bool:
    stated = {each.get("currencyID") for each in document.nodes("cac:TaxTotal/cbc:TaxAmount")}
    return all(string(each) in stated for each in find_all(element, "cbc:TaxCurrencyCode"))


def _rate_given(element: Element, _document: Document) -> bool:
    vat = [each for each in find_all(element, "cac:TaxCategory") if under_vat(each)]
    return any(has(each, "cbc:Percent") or text(each, "cbc:ID") == "O" for each in vat)


def _attribute(code: str, context: str, name: str, term: str) -> Rule:
    return Rule(code, context, lambda e, _d: e.get(name) is not None, _NO_SCHEME, term)


def _unit_given(element: Element, _document: Document) -> bool:
    return any(
        each.get("unitCode") is not None for path in _QUANTITY for each in find_all(element, path)
    )


_DOCUMENT = (
    filled("BR-01", "/*", "cbc:CustomizationID", "BT-24"),
    filled("BR-02", "/*", "cbc:ID", "BT-1"),
    filled("BR-03", "/*", "cbc:IssueDate", "BT-2"),
    Rule("BR-04", "/*", lambda e, _d: bool(text(e, "cbc:InvoiceTypeCode") or text(e, "cbc:CreditNoteTypeCode")), MISSING, "BT-3"),
    filled("BR-05", "/*", "cbc:DocumentCurrencyCode", "BT-5"),
    filled("BR-06", "/*", f"{_SELLER}/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName", "BT-27"),
    filled("BR-07", "/*", f"{_BUYER}/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName", "BT-44"),
    present("BR-08", "/*", f"{_SELLER}/cac:Party/cac:PostalAddress", "BG-5"),
    filled("BR-09", f"{_SELLER}/cac:Party/cac:PostalAddress", _COUNTRY, "BT-40"),
    present("BR-10", "/*", f"{_BUYER}/cac:Party/cac:PostalAddress", "BG-8"),
    filled("BR-11", f"{_BUYER}/cac:Party/cac:PostalAddress", _COUNTRY, "BT-55"),
    present("BR-12", "cac:LegalMonetaryTotal", "cbc:LineExtensionAmount", "BT-106"),
    present("BR-13", "cac:LegalMonetaryTotal", "cbc:TaxExclusiveAmount", "BT-109"),
    present("BR-14", "cac:LegalMonetaryTotal", "cbc:TaxInclusiveAmount", "BT-112"),
    present("BR-15", "cac:LegalMonetaryTotal", "cbc:PayableAmount", "BT-115"),
    present("BR-16", "/*", "cac:InvoiceLine|cac:CreditNoteLine", "BG-25"),
    Rule("BR-17", "cac:PayeeParty", _payee_is_another, _PAYEE, "BT-59"),
    filled("BR-18", "cac:TaxRepresentativeParty", "cac:PartyName/cbc:Name", "BT-62"),
    present("BR-19", "cac:TaxRepresentativeParty", "cac:PostalAddress", "BG-12"),
    filled("BR-20", "cac:TaxRepresentativeParty/cac:PostalAddress", _COUNTRY, "BT-69"),
    Rule("BR-53", "/*", _total_in_tax_currency, MISSING, "BT-111"),
    Rule("BR-CO-03", "/*", _one_tax_date, _TWO_TAX_DATES, "BT-7"),
    Rule("BR-CO-26", _SELLER, _recognizable, _SELLER_ID, "BT-29"),
)  # fmt: skip

_LINES = (
    filled("BR-21", _LINE, "cbc:ID", "BT-126"),
    present("BR-22", _LINE, "|".join(_QUANTITY), "BT-129"),
    Rule("BR-23", _LINE, _unit_given, MISSING, "BT-130"),
    present("BR-24", _LINE, "cbc:LineExtensionAmount", "BT-131"),
    filled("BR-25", _LINE, "cac:Item/cbc:Name", "BT-153"),
    present("BR-26", _LINE, "cac:Price/cbc:PriceAmount", "BT-146"),
    Rule("BR-27", _LINE, _not_negative("cac:Price/cbc:PriceAmount", required=True), NEGATIVE, "BT-146", values=found_at("cac:Price/cbc:PriceAmount")),
    Rule("BR-28", _LINE, _not_negative("cac:Price/cac:AllowanceCharge/cbc:BaseAmount", required=False), NEGATIVE, "BT-148", values=found_at("cac:Price/cac:AllowanceCharge/cbc:BaseAmount")),
    Rule("BR-29", "cac:InvoicePeriod", _in_order, _PERIOD, "BT-74", applies=_not_of_line),
    Rule("BR-30", "cac:InvoicePeriod", _in_order, _PERIOD, "BT-135", applies=_of_line),
    Rule("BR-CO-04", _LINE, lambda e, _d: _vat_category(e, "cac:Item/cac:ClassifiedTaxCategory"), MISSING, "BT-151"),
    Rule("BR-CO-19", "cac:InvoicePeriod", lambda e, d: _has_start_or_end(e, d) or has(e, "cbc:DescriptionCode"), _PERIOD_EMPTY, "BG-14", applies=_not_of_line),
    Rule("BR-CO-20", "cac:InvoicePeriod", _has_start_or_end, _PERIOD_EMPTY, "BG-26", applies=_of_line),
    Rule("BR-54", "cac:AdditionalItemProperty", lambda e, _d: has(e, "cbc:Name") and has(e, "cbc:Value"), MISSING, "BT-160"),
    _attribute("BR-64", "cac:InvoiceLine/cac:Item/cac:StandardItemIdentification/cbc:ID|cac:CreditNoteLine/cac:Item/cac:StandardItemIdentification/cbc:ID", "schemeID", "BT-157"),
    _attribute("BR-65", "cac:InvoiceLine/cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode|cac:CreditNoteLine/cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode", "listID", "BT-158"),
)  # fmt: skip

_EXTRAS = (
    replace(present("BR-31", _EXTRA, "cbc:Amount", "BT-92"), applies=_allowance),
    Rule("BR-32", _EXTRA, _has_vat_category, MISSING, "BT-95", applies=_allowance),
    *_with_reason("BR-33", "BR-CO-21", _EXTRA, _allowance, "BT-97"),
    replace(present("BR-36", _EXTRA, "cbc:Amount", "BT-99"), applies=_charge),
    Rule("BR-37", _EXTRA, _has_vat_category, MISSING, "BT-102", applies=_charge),
    *_with_reason("BR-38", "BR-CO-22", _EXTRA, _charge, "BT-104"),
    replace(present("BR-41", _LINE_EXTRA, "cbc:Amount", "BT-136"), applies=_allowance),
    *_with_reason("BR-42", "BR-CO-23", _LINE_EXTRA, _allowance, "BT-139"),
    replace(present("BR-43", _LINE_EXTRA, "cbc:Amount", "BT-141"), applies=_charge),
    *_with_reason("BR-44", "BR-CO-24", _LINE_EXTRA, _charge, "BT-144"),
)

_SUBTOTAL = "cac:TaxTotal/cac:TaxSubtotal"
_VAT = (
    present("BR-45", _SUBTOTAL, "cbc:TaxableAmount", "BT-116"),
    present("BR-46", _SUBTOTAL, "cbc:TaxAmount", "BT-117"),
    Rule("BR-47", _SUBTOTAL, _has_vat_category, MISSING, "BT-118"),
    Rule("BR-48", _SUBTOTAL, _rate_given, MISSING, "BT-119"),
    Rule("BR-56", "cac:TaxRepresentativeParty", lambda e, _d: any(under_vat(x) and has(x, "cbc:CompanyID") for x in find_all(e, "cac:PartyTaxScheme")), MISSING, "BT-63"),
    present("BR-CO-18", "/*", "cac:TaxTotal/cac:TaxSubtotal", "BG-23"),
)  # fmt: skip

_PAYMENT = (
    present("BR-49", "cac:PaymentMeans", "cbc:PaymentMeansCode", "BT-81"),
    Rule("BR-50", "cac:PaymentMeans/cac:PayeeFinancialAccount", lambda e, _d: text(e, "cbc:ID") != "", MISSING, "BT-84", applies=_account_of_credit_transfer),
    Rule("BR-51", "cac:PaymentMeans/cac:CardAccount/cbc:PrimaryAccountNumberID", lambda e, _d: len(own_text(e)) <= 10, _CARD, "BT-87", Severity.WARNING),
    Rule("BR-61", "cac:PaymentMeans", _account_when_needed, MISSING, "BT-84"),
)  # fmt: skip

_OTHER = (
    filled("BR-52", "cac:AdditionalDocumentReference", "cbc:ID", "BT-122"),
    present("BR-55", "cac:BillingReference", "cac:InvoiceDocumentReference/cbc:ID", "BT-25"),
    present("BR-57", "cac:Delivery/cac:DeliveryLocation/cac:Address", _COUNTRY, "BT-80"),
    _attribute("BR-62", f"{_SELLER}/cac:Party/cbc:EndpointID", "schemeID", "BT-34"),
    _attribute("BR-63", f"{_BUYER}/cac:Party/cbc:EndpointID", "schemeID", "BT-49"),
)

RULES = (*_DOCUMENT, *_LINES, *_EXTRAS, *_VAT, *_PAYMENT, *_OTHER)
