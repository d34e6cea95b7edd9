"""Peppol BIS Billing 3.0: national rules for Danish (DK-R), Swedish (SE-R) and Norwegian (NO-R) sellers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from stdnum import luhn

from app.invoice.model import Kind
from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import Element, amount, find_all, has, own_text, string, text, under_vat
from app.validation.report import Severity
from app.validation.rule import MISSING, Rule, Test, quoted

_SELLER, _BUYER = "cac:AccountingSupplierParty/cac:Party", "cac:AccountingCustomerParty/cac:Party"
_LEGAL = "cac:PartyLegalEntity/cbc:CompanyID"
_DANISH_MEANS = frozenset({"1", "10", "31", "42", "48", "49", "50", "58", "59", "93", "97"})
_SWEDISH_RATES = (Decimal(25), Decimal(12), Decimal(6))

_CVR = N_(
    "A Danish company is known by its CVR number (scheme 0184). Give that as registration number."
)
_CREDIT = N_("A Danish credit note can't come to less than 0.")
_DANISH_METHOD = N_(
    "“%(found)s” isn't a payment method for Denmark. Use 1, 10, 31, 42, 48, 49, 50, 58, 59, 93 or 97."
)
_SWEDISH_VAT = N_("“%(found)s” isn't a Swedish VAT number: SE and twelve digits.")
_SWEDISH_NUMBER = N_(
    "“%(found)s” isn't a Swedish organization number: ten digits, the last of which is a check digit."
)
_F_TAX = N_("The tax registration of a Swedish seller can only be the text “Godkänd för F-skatt”.")
_SWEDISH_RATE = N_("In Sweden the standard VAT rates are 25, 12 and 6 percent.")
_NORWEGIAN_REGISTER = N_(
    "Most Norwegian sellers must state “Foretaksregisteret” as tax registration."
)


def _danish_seller(_element: Element, document: Document) -> bool:
    return document.seller_country == "DK"


def _both_danish(_element: Element, document: Document) -> bool:
    return document.seller_country == "DK" and document.buyer_country == "DK"


def _swedish_seller(_element: Element, document: Document) -> bool:
    return document.seller_country == "SE"


def _swedish_with_vat(element: Element, document: Document) -> bool:
    return _swedish_seller(element, document) and _vat(document)[:2] == "SE"


def _vat(document: Document) -> str:
    schemes = find_all(document.root, f"{_SELLER}/cac:PartyTaxScheme")
    return next((text(each, "cbc:CompanyID") for each in schemes if under_vat(each)), "")


def _seller_vat(_element: Element, document: Document) -> Mapping[str, object]:
    return {"found": quoted(_vat(document))}


def _itself(element: Element, _document: Document) -> Mapping[str, object]:
    return {"found": quoted(own_text(element))}


def _with_cvr(party: str) -> Test:
    def holds(element: Element, _document: Document) -> bool:
        numbers = find_all(element, f"{party}{_LEGAL}")
        return all(each.get("schemeID") == "0184" for each in numbers)

    return holds


def _credit_not_negative(element: Element, document: Document) -> bool:
    if document.kind is Kind.INVOICE or document.buyer_country != "DK":
        return True
    payable = amount(element, "cac:LegalMonetaryTotal/cbc:PayableAmount")
    return payable is None or payable >= 0


def _numeric(value: str) -> bool:
    return re.fullmatch(r"[0-9]+", value, re.ASCII) is not None


def _luhn(element: Element, _document: Document) -> bool:
    number = own_text(element)
    return _numeric(number) and len(number) >= 10 and luhn.is_valid(number[:10])


def _other_tax(element: Element, document: Document) -> bool:
    legal = has(document.root, f"{_SELLER}/{_LEGAL}")
    return _swedish_seller(element, document) and legal and not under_vat(element)


def _f_tax(element: Element, _document: Document) -> bool:
    numbers = find_all(element, "cbc:CompanyID")
    return all(own_text(each).upper() == "GODKÄND FÖR F-SKATT" for each in numbers)


def _standard_rate(element: Element, document: Document) -> bool:
    return _swedish_with_vat(element, document) and text(element, "cbc:ID") == "S"


def _norwegian_seller(_element: Element, document: Document) -> bool:
    return (_vat(document)[:2].upper() or document.seller_country) == "NO"


def _in_register(element: Element, _document: Document) -> bool:
    return any(
        text(each, "cbc:CompanyID") == "Foretaksregisteret"
        for each in find_all(element, "cac:PartyTaxScheme")
        if string(next(iter(find_all(each, "cac:TaxScheme/cbc:ID")), None)).strip() == "TAX"
    )


RULES = (
    Rule("DK-R-002", "/*", lambda e, _d: text(e, f"{_SELLER}/{_LEGAL}") != "", MISSING, "BT-30", applies=_danish_seller),
    Rule("DK-R-014", "/*", _with_cvr(f"{_SELLER}/"), _CVR, "BT-30", applies=_danish_seller),
    Rule("DK-R-016", "/*", _credit_not_negative, _CREDIT, "BT-115", applies=_danish_seller),
    Rule("DK-R-017", _BUYER, _with_cvr(""), _CVR, "BT-47", applies=_both_danish),
    Rule("DK-R-005", "/*/cac:PaymentMeans", lambda e, d: d.kind is Kind.CREDIT_NOTE or text(e, "cbc:PaymentMeansCode") in _DANISH_MEANS, _DANISH_METHOD, "BT-81", applies=_both_danish, values=lambda e, _d: {"found": text(e, "cbc:PaymentMeansCode")[:20]}),
    Rule("SE-R-001", _SELLER, lambda _e, d: len(_vat(d)) == 14, _SWEDISH_VAT, "BT-31", applies=_swedish_with_vat, values=_seller_vat),
    Rule("SE-R-002", _SELLER, lambda _e, d: _numeric(_vat(d)[2:14]), _SWEDISH_VAT, "BT-31", applies=_swedish_with_vat, values=_seller_vat),
    Rule("SE-R-003", f"{_SELLER}/{_LEGAL}", lambda e, _d: _numeric(own_text(e)), _SWEDISH_NUMBER, "BT-30", applies=_swedish_seller, values=_itself),
    Rule("SE-R-004", f"{_SELLER}/{_LEGAL}", lambda e, _d: len(own_text(e)) == 10, _SWEDISH_NUMBER, "BT-30", applies=_swedish_seller, values=_itself),
    Rule("SE-R-013", f"{_SELLER}/{_LEGAL}", _luhn, _SWEDISH_NUMBER, "BT-30", applies=_swedish_seller, values=_itself),
    Rule("SE-R-005", f"{_SELLER}/cac:PartyTaxScheme", _f_tax, _F_TAX, "BT-32", applies=_other_tax),
    Rule("SE-R-006", "cac:TaxCategory|cac:ClassifiedTaxCategory", lambda e, _d: amount(e, "cbc:Percent") in _SWEDISH_RATES, _SWEDISH_RATE, "BT-119", applies=_standard_rate),
    Rule("NO-R-002", _SELLER, _in_register, _NORWEGIAN_REGISTER, "BT-32", Severity.WARNING, applies=_norwegian_seller),
)  # fmt: skip
