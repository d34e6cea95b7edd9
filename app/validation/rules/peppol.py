"""Peppol BIS Billing 3.0: what it asks beyond EN 16931 (PEPPOL-EN16931-R…, -CL…, -P…, -F…)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.invoice import ubl
from app.invoice.model import Kind
from app.invoice.wording import N_
from app.validation.codes import codes
from app.validation.document import Document
from app.validation.look import (
    Element,
    amount,
    find,
    find_all,
    has,
    own_text,
    string,
    text,
)
from app.validation.rule import (
    Rule,
    attribute_in_list,
    found_at,
    in_list,
    present,
)
from app.validation.rules.en_codes import AMOUNTS, MIME_TYPES, TAX_DATE_CODES

_ZERO, _ONE, _SLACK = Decimal(0), Decimal(1), Decimal("0.02")
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
_ONE_TAX_TOTAL = N_("Exactly one VAT total with a breakdown is needed.")
_TAX_CURRENCY_TOTAL = N_(
    "A VAT total without a breakdown is needed once when there is a currency for VAT, and may not be there otherwise."
)
_SAME_SIGN = N_("The total VAT must be on the same side of zero in both currencies.")
_SAME_UNIT = N_("The unit of the price must be the same as the unit of the quantity.")
_GERMAN_TYPE = N_(
    "This type of document (326 or 384) is for invoices between German parties only. Use 380."
)
_DATE = N_("“%(found)s” isn't a date. Write it as year-month-day, such as 2026-03-31.")
_CATEGORY_OF_REASON = N_(
    "The reason for no VAT doesn't belong to VAT category %(found)s. Choose the category that goes with it."
)
_PROJECT_ONCE = N_("Only one project reference is possible.")


def _both_german(document: Document) -> bool:
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


def _is_date(element: Element, _document: Document) -> bool:
    written = string(element)
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return len(written) == 10


def _known_profile(_element: Element, document: Document) -> bool:
    return document.profile in _PROFILES


_DOCUMENT = (
    present("PEPPOL-EN16931-R001", "/*", "cbc:ProfileID", "BT-23"),
    Rule("PEPPOL-EN16931-R002", "/*", lambda e, d: len(find_all(e, "cbc:Note")) <= 1 or _both_german(d), _ONE_NOTE, "BT-22"),
    Rule("PEPPOL-EN16931-R003", "/*", lambda e, _d: has(e, "cbc:BuyerReference") or has(e, "cac:OrderReference/cbc:ID"), _REFERENCE, "BT-10"),
    Rule("PEPPOL-EN16931-R004", "/*", _is_peppol, _CUSTOMIZATION, "BT-24"),
    Rule("PEPPOL-EN16931-R005", "cbc:TaxCurrencyCode", lambda e, d: own_text(e) != d.currency, _SAME_CURRENCY, "BT-6"),
    Rule("PEPPOL-EN16931-R007", "/*", _known_profile, _PROFILE, "BT-23", values=found_at("cbc:ProfileID")),
    present("PEPPOL-EN16931-R010", _BUYER, "cbc:EndpointID", "BT-49"),
    present("PEPPOL-EN16931-R020", _SELLER, "cbc:EndpointID", "BT-34"),
    Rule("PEPPOL-EN16931-R053", "/*", lambda e, _d: _tax_totals(e, with_breakdown=True) == 1, _ONE_TAX_TOTAL, "BG-23"),
    Rule("PEPPOL-EN16931-R054", "/*", _tax_currency_total, _TAX_CURRENCY_TOTAL, "BT-111"),
    Rule("PEPPOL-EN16931-R055", "/*", _same_sign, _SAME_SIGN, "BT-111"),
    Rule("PEPPOL-EN16931-R080", "/*", lambda e, d: d.kind is Kind.INVOICE or sum(text(x, "cbc:DocumentTypeCode") == "50" for x in find_all(e, "cac:AdditionalDocumentReference")) <= 1, _PROJECT_ONCE, "BT-11"),
)  # fmt: skip


def _reason_with(code: str, reason: str, category: str) -> Rule:
    """A reason of the law goes with one VAT category only."""
    return Rule(
        code,
        "cac:TaxCategory",
        lambda e, _d: text(e, "cbc:ID") == category,
        _CATEGORY_OF_REASON,
        "BT-118",
        applies=lambda e, _d: string(find(e, "cbc:TaxExemptionReasonCode")).upper() == reason,
        values=found_at("cbc:ID"),
    )


_REASON = "cac:AllowanceCharge/cbc:AllowanceChargeReasonCode"
_DATES = (
    "cbc:IssueDate|cbc:DueDate|cbc:TaxPointDate|cbc:StartDate|cbc:EndDate|cbc:ActualDeliveryDate"
)


def _of(which: str) -> Rule:
    wanted = "allowance_reason" if which == "false" else "charge_reason"
    plain = in_list("", _REASON, codes(wanted), "BT-98" if which == "false" else "BT-105")

    def applies(element: Element, _document: Document) -> bool:
        parent = element.getparent()
        return parent is not None and string(find(parent, "cbc:ChargeIndicator")) == which

    return replace(plain, applies=applies)


_CODES = (
    replace(attribute_in_list("PEPPOL-EN16931-CL001", "cbc:EmbeddedDocumentBinaryObject", "mimeCode", MIME_TYPES, "BT-125"), applies=lambda e, _d: e.get("mimeCode") is not None),
    replace(_of("false"), code="PEPPOL-EN16931-CL002"),
    replace(_of("true"), code="PEPPOL-EN16931-CL003"),
    in_list("PEPPOL-EN16931-CL006", "cac:InvoicePeriod/cbc:DescriptionCode", TAX_DATE_CODES, "BT-8"),
    attribute_in_list("PEPPOL-EN16931-CL007", AMOUNTS, "currencyID", codes("currency_peppol"), "BT-5"),
    replace(attribute_in_list("PEPPOL-EN16931-CL008", "cbc:EndpointID", "schemeID", codes("eas_peppol"), "BT-34"), applies=lambda e, _d: e.get("schemeID") is not None),
    replace(in_list("PEPPOL-EN16931-P0100", "cbc:InvoiceTypeCode", codes("invoice_type_peppol"), "BT-3"), applies=_known_profile),
    replace(in_list("PEPPOL-EN16931-P0101", "cbc:CreditNoteTypeCode", codes("credit_note_type_peppol"), "BT-3"), applies=_known_profile),
    Rule("PEPPOL-EN16931-P0112", "cbc:InvoiceTypeCode", lambda e, d: own_text(e) not in ("326", "384") or _both_german(d), _GERMAN_TYPE, "BT-3"),
    Rule("PEPPOL-EN16931-F001", _DATES, _is_date, _DATE, "", values=found_at(".")),
    *(
        _reason_with(f"PEPPOL-EN16931-P0{number}", f"VATEX-EU-{reason}", category)
        for number, reason, category in (
            ("104", "G", "G"), ("105", "O", "O"), ("106", "IC", "K"), ("107", "AE", "AE"),
            ("108", "D", "E"), ("109", "F", "E"), ("110", "I", "E"), ("111", "J", "E"),
        )
    ),
)  # fmt: skip

RULES = (*_DOCUMENT, *_CODES)
