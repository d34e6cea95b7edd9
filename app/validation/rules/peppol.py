"""Peppol BIS Billing 3.0: what it asks beyond EN 16931 (PEPPOL-EN16931-R…, -CL…, -P…, -F…)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from app.invoice import ubl
from app.invoice.model import Kind
from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import (
    Element,
    amount,
    find_all,
    has,
    own_text,
    text,
)
from app.validation.report import Finding, Severity
from app.validation.rule import Rule, Test, found_at, present
from app.validation.rules.nlcius import empty_element

_PROFILES = frozenset({
    "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
    "urn:peppol:france:billing:regulated",
    "urn:peppol:france:billing:non-regulated",
    "urn:peppol:bis:billing_with_response",
})  # fmt: skip
_LINE = "cac:InvoiceLine|cac:CreditNoteLine"
_SELLER, _BUYER = "cac:AccountingSupplierParty/cac:Party", "cac:AccountingCustomerParty/cac:Party"

_PROFILE = N_(
    "“%(found)s” isn't a business process of Peppol billing. Use urn:fdc:peppol.eu:2017:poacc:billing:01:1.0."
)
_ONE_NOTE = N_("An invoice may have only one note. Join the notes to one.")
_REFERENCE = N_(
    "A buyer's reference or an order number is missing. Ask your customer for one of them and fill it in."
)
_CUSTOMIZATION = N_(
    "The document doesn't say that it follows Peppol BIS Billing 3.0. The specification must begin with urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0."
)
_SAME_CURRENCY = N_(
    "The currency for VAT is the same as the currency of the invoice. Leave it out."
)
_ONE_TAX_TOTAL = N_(
    "Exactly one VAT total with a breakdown is needed. Add it, or remove the others."
)
_TAX_CURRENCY_TOTAL = N_(
    "A VAT total without a breakdown is needed once when there is a currency for VAT, and may not be there otherwise. Fill in the total VAT in the currency for VAT, or leave that currency out."
)
_SAME_SIGN = N_(
    "The total VAT is above zero in one currency and below zero in the other. Correct the sign of one of them."
)
_PROJECT_ONCE = N_("There is more than one project reference. Remove the others.")


def both_german(document: Document) -> bool:
    """Whether seller and buyer are both in Germany."""
    return document.seller_country == "DE" and document.buyer_country == "DE"


def _is_peppol(_element: Element, document: Document) -> bool:
    claimed = document.customization
    return claimed.startswith(ubl.PEPPOL_CUSTOMIZATION) and "::" not in claimed


def _tax_totals(element: Element, *, with_breakdown: bool) -> int:
    totals = find_all(element, "cac:TaxTotal")
    return sum(has(each, "cac:TaxSubtotal") is with_breakdown for each in totals)


def _tax_currency_total(element: Element, _document: Document) -> bool:
    wanted = 1 if has(element, "cbc:TaxCurrencyCode") else 0
    return _tax_totals(element, with_breakdown=False) == wanted


def _same_sign(element: Element, document: Document) -> bool:
    if not has(element, "cbc:TaxCurrencyCode"):
        return True
    here = _tax_in(element, document.currency)
    there = _tax_in(element, text(element, "cbc:TaxCurrencyCode"))
    below = any(each <= 0 for each in here) and any(each <= 0 for each in there)
    above = any(each >= 0 for each in here) and any(each >= 0 for each in there)
    return below or above


def _tax_in(element: Element, currency: str) -> list[Decimal]:
    totals = find_all(element, "cac:TaxTotal")
    stated = [e for e in totals if any(
        a.get("currencyID") == currency for a in find_all(e, "cbc:TaxAmount"))]  # fmt: skip
    found = [amount(each, "cbc:TaxAmount") for each in stated]
    return [each for each in found if each is not None]


def known_profile(_element: Element, document: Document) -> bool:
    """Whether the business process is one of Peppol's."""
    return document.profile in _PROFILES


_DOCUMENT = (
    present("PEPPOL-EN16931-R001", "/*", "cbc:ProfileID", "BT-23"),
    Rule("PEPPOL-EN16931-R002", "/*", lambda e, d: len(find_all(e, "cbc:Note")) <= 1 or both_german(d), _ONE_NOTE, "BT-22"),
    Rule("PEPPOL-EN16931-R003", "/*", lambda e, _d: has(e, "cbc:BuyerReference") or has(e, "cac:OrderReference/cbc:ID"), _REFERENCE, "BT-10"),
    Rule("PEPPOL-EN16931-R004", "/*", _is_peppol, _CUSTOMIZATION, "BT-24"),
    Rule("PEPPOL-EN16931-R005", "cbc:TaxCurrencyCode", lambda e, d: own_text(e) != d.currency, _SAME_CURRENCY, "BT-6"),
    present("PEPPOL-EN16931-R010", _BUYER, "cbc:EndpointID", "BT-49"),
    present("PEPPOL-EN16931-R020", _SELLER, "cbc:EndpointID", "BT-34"),
    Rule("PEPPOL-EN16931-R053", "/*", lambda e, _d: _tax_totals(e, with_breakdown=True) == 1, _ONE_TAX_TOTAL, "BG-23"),
    Rule("PEPPOL-EN16931-R054", "/*", _tax_currency_total, _TAX_CURRENCY_TOTAL, "BT-111"),
    Rule("PEPPOL-EN16931-R055", "/*", _same_sign, _SAME_SIGN, "BT-111"),
    Rule("PEPPOL-EN16931-R080", "/*", lambda e, d: d.kind is Kind.INVOICE or sum(text(x, "cbc:DocumentTypeCode") == "50" for x in find_all(e, "cac:AdditionalDocumentReference")) <= 1, _PROJECT_ONCE, "BT-11"),
)  # fmt: skip


def rules(*, known: Test = known_profile) -> tuple[Rule, ...]:
    """All of them; ``known`` says which business processes there are."""
    values = found_at("cbc:ProfileID")
    profile = Rule("PEPPOL-EN16931-R007", "/*", known, _PROFILE, "BT-23", values=values)
    return (*_DOCUMENT, profile)


RULES = rules()


def empty_elements(document: Document) -> Iterable[Finding]:
    """Elements without content, which Peppol forbids."""
    for element in document.empty:
        yield empty_element(document, element, "PEPPOL-EN16931-R008", Severity.FATAL)
