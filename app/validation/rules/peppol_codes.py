"""Peppol BIS Billing 3.0: codes, types of document and dates (PEPPOL-EN16931-CL…, -P…, -F…)."""

from __future__ import annotations

from dataclasses import replace

from app.invoice.wording import N_
from app.validation.codes import codes
from app.validation.document import Document
from app.validation.look import Element, find, is_day, own_text, string, text
from app.validation.rule import UNKNOWN_CODE, Rule, Test, found_at, in_list
from app.validation.rules.en_codes import AMOUNTS, TAX_DATE_CODES, file_type
from app.validation.rules.peppol import both_german, known_profile

_GERMAN_TYPE = N_(
    "This type of document (326 or 384) is for invoices between German parties only. Use 380."
)
_DATE = N_("“%(found)s” isn't a date. Write it as year-month-day, such as 2026-03-31.")
_CATEGORY_OF_REASON = N_(
    "The reason for no VAT doesn't belong to VAT category %(found)s. Choose the category that goes with it."
)


def _is_date(element: Element, _document: Document) -> bool:
    return is_day(string(element))


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


def _exactly(code: str, context: str, attribute: str, known: frozenset[str], term: str) -> Rule:
    """An attribute that must be one of these codes, white space included."""

    def values(element: Element, _document: Document) -> dict[str, object]:
        return {"found": (element.get(attribute) or "")[:80]}

    return Rule(
        code, context, lambda e, _d: e.get(attribute) in known, UNKNOWN_CODE, term, values=values
    )


_STABLE = (
    file_type("PEPPOL-EN16931-CL001"),
    replace(_of("false"), code="PEPPOL-EN16931-CL002"),
    replace(_of("true"), code="PEPPOL-EN16931-CL003"),
    in_list("PEPPOL-EN16931-CL006", "cac:InvoicePeriod/cbc:DescriptionCode", TAX_DATE_CODES, "BT-8"),
    Rule("PEPPOL-EN16931-P0112", "cbc:InvoiceTypeCode", lambda e, d: own_text(e) not in ("326", "384") or both_german(d), _GERMAN_TYPE, "BT-3"),
    Rule("PEPPOL-EN16931-F001", _DATES, _is_date, _DATE, "", values=found_at(".")),
    *(
        _reason_with(f"PEPPOL-EN16931-P0{number}", f"VATEX-EU-{reason}", category)
        for number, reason, category in (
            ("104", "G", "G"), ("105", "O", "O"), ("106", "IC", "K"), ("107", "AE", "AE"),
            ("108", "D", "E"), ("109", "F", "E"), ("110", "I", "E"), ("111", "J", "E"),
        )
    ),
)  # fmt: skip


def rules(*, before: str = "", limited: Test = known_profile) -> tuple[Rule, ...]:
    """All of them, with the code lists as they are now or as they were before a release.

    ``limited`` says for which business processes the types of document are limited.
    """
    addresses = codes("eas_peppol", before=before)
    return (
        *_STABLE,
        _exactly("PEPPOL-EN16931-CL007", AMOUNTS, "currencyID", codes("currency_peppol", before=before), "BT-5"),
        replace(_exactly("PEPPOL-EN16931-CL008", "cbc:EndpointID", "schemeID", addresses, "BT-34"), applies=lambda e, _d: e.get("schemeID") is not None),
        replace(in_list("PEPPOL-EN16931-P0100", "cbc:InvoiceTypeCode", codes("invoice_type_peppol"), "BT-3"), applies=limited),
        replace(in_list("PEPPOL-EN16931-P0101", "cbc:CreditNoteTypeCode", codes("credit_note_type_peppol"), "BT-3"), applies=limited),
    )  # fmt: skip
