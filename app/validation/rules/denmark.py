"""Peppol BIS Billing 3.0: what holds for Danish sellers (DK-R)."""

from __future__ import annotations

from app.invoice.model import Kind
from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import (
    Element,
    find,
    find_all,
    floating,
    plain,
    says,
    text,
    written,
)
from app.validation.rule import MISSING, Rule, Test, found_at
from app.validation.rules.identifiers import digits

_SELLER, _BUYER = "cac:AccountingSupplierParty/cac:Party", "cac:AccountingCustomerParty/cac:Party"
_LEGAL = "cac:PartyLegalEntity/cbc:CompanyID"
_MEANS, _CODE = "/*/cac:PaymentMeans", "cbc:PaymentMeansCode"
_ACCOUNT = "cac:PayeeFinancialAccount/cbc:ID"
_BRANCH = "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID"
_METHODS = " 1 10 31 42 48 49 50 58 59 93 97 "
_CLASSIFICATION = "cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode"
_VERSIONS = frozenset({"19.05.01", "19.0501", "26.08.01", "26.0801"})

_CVR = N_(
    "A Danish company is known by its CVR number (scheme 0184). Give that as registration number."
)
_CREDIT = N_("A Danish credit note can't come to less than 0. Make it an invoice instead.")
_NO_SCHEME = N_(
    "An identifier of a Danish party doesn't say what kind of number it is. Choose its scheme, such as 0184 (CVR number) or 0088 (GLN)."
)
_METHOD = N_(
    "“%(found)s” isn't a payment method for Denmark. Use 1, 10, 31, 42, 48, 49, 50, 58, 59, 93 or 97."
)
_NATIONAL = N_(
    "A Danish bank transfer (31 or 42) needs both parts of the account. Fill in the account number and the registration number of the bank."
)
_DEBIT = N_(
    "A Danish direct debit (49) isn't complete. Fill in the reference of the mandate and the account to debit."
)
_GIRO_CARD = N_(
    "A Danish giro payment (50) needs a card type and a giro account. Begin the payment reference with 01#, 04# or 15#, and write the account as 7 or 8 digits."
)
_GIRO_REFERENCE = N_(
    "The payment reference “%(found)s” isn't complete. Write 16 digits behind 04# or 15#."
)
_FIK_CARD = N_(
    "A Danish FIK payment (93) needs a card type and an account. Begin the payment reference with 71#, 73# or 75#, and write the account in 8 characters."
)
_FIK_REFERENCE = N_(
    "The payment reference “%(found)s” isn't complete. Write 15 or 16 digits behind 71# or 75#."
)
_UNSPSC = N_(
    "A classification of kind TST (UNSPSC) needs a known version. Use version 19.05.01 or 26.08.01."
)
_DUTY = N_(
    "A Danish duty (code ZZZ) isn't named as it must be. Give its four digits as reason, or a text with # in it that doesn't begin or end with #."
)


def applies(document: Document) -> bool:
    """Whether the seller is in Denmark."""
    return document.seller_country_as_written == "DK"


def _both(_element: Element, document: Document) -> bool:
    return document.buyer_country_as_written == "DK"


def _invoice_between_danes(element: Element, document: Document) -> bool:
    return document.kind is Kind.INVOICE and _both(element, document)


def _has_cvr(path: str) -> Test:
    def holds(element: Element, _document: Document) -> bool:
        number = find(element, path)
        return number is None or plain(number.get("schemeID") or "") == "0184"

    return holds


def _credit_not_negative(element: Element, document: Document) -> bool:
    if document.kind is Kind.INVOICE or not _both(element, document):
        return True
    payable = floating(written(element, "cac:LegalMonetaryTotal/cbc:PayableAmount"))
    return payable is None or payable >= 0


def _has_scheme(element: Element, _document: Document) -> bool:
    number = find(element, "cbc:ID")
    return number is None or plain(number.get("schemeID") or "") != ""


def _paid_with(*codes: str) -> Test:
    def which(element: Element, document: Document) -> bool:
        return _invoice_between_danes(element, document) and says(element, _CODE, *codes)

    return which


def _paid_with_card(code: str, *cards: str) -> Test:
    def which(element: Element, document: Document) -> bool:
        return _paid_with(code)(element, document) and _card(element) in cards

    return which


def _card(element: Element) -> str:
    return written(element, "cbc:PaymentID")[:3]


def _reference_has(*lengths: int) -> Test:
    return lambda element, _document: len(written(element, "cbc:PaymentID")) in lengths


def _is_giro(element: Element, _document: Document) -> bool:
    account = written(element, _ACCOUNT)
    return _card(element) in ("01#", "04#", "15#") and digits(account, 7, 8)


def _is_fik(element: Element, _document: Document) -> bool:
    return _card(element) in ("71#", "73#", "75#") and len(written(element, _ACCOUNT)) == 8


def _version_is_known(element: Element, _document: Document) -> bool:
    found = find_all(element, _CLASSIFICATION)
    return not any(each.get("listID") == "TST" for each in found) or any(
        each.get("listVersionID") in _VERSIONS for each in found
    )


def _duty_is_named(element: Element, _document: Document) -> bool:
    reason = written(element, "cbc:AllowanceChargeReason")
    number = floating(reason)
    if len(plain(reason)) == 4 and number is not None and 0 <= number <= 9999:
        return True
    return "#" in reason and not reason.startswith("#") and not reason.endswith("#")


def _both_filled(*paths: str) -> Test:
    return lambda element, _document: all(text(element, path) for path in paths)


_REFERENCE = found_at("cbc:PaymentID")

RULES = (
    Rule("DK-R-002", "/*", _both_filled(f"{_SELLER}/{_LEGAL}"), MISSING, "BT-30"),
    Rule("DK-R-014", "/*", _has_cvr(f"{_SELLER}/{_LEGAL}"), _CVR, "BT-30"),
    Rule("DK-R-016", "/*", _credit_not_negative, _CREDIT, "BT-115"),
    Rule("DK-R-013", f"/*/{_SELLER}/cac:PartyIdentification|/*/{_BUYER}/cac:PartyIdentification", _has_scheme, _NO_SCHEME, "BT-46", applies=_both),
    Rule("DK-R-005", _MEANS, lambda e, _d: f" {written(e, _CODE)} " in _METHODS, _METHOD, "BT-81", values=found_at(_CODE), applies=_invoice_between_danes),
    Rule("DK-R-006", _MEANS, _both_filled(_ACCOUNT, _BRANCH), _NATIONAL, "BT-84", applies=_paid_with("31", "42")),
    Rule("DK-R-007", _MEANS, _both_filled("cac:PaymentMandate/cbc:ID", "cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID"), _DEBIT, "BG-19", applies=_paid_with("49")),
    Rule("DK-R-008", _MEANS, _is_giro, _GIRO_CARD, "BT-83", applies=_paid_with("50")),
    Rule("DK-R-009", _MEANS, _reference_has(19), _GIRO_REFERENCE, "BT-83", values=_REFERENCE, applies=_paid_with_card("50", "04#", "15#")),
    Rule("DK-R-010", _MEANS, _is_fik, _FIK_CARD, "BT-83", applies=_paid_with("93")),
    Rule("DK-R-011", _MEANS, _reference_has(18, 19), _FIK_REFERENCE, "BT-83", values=_REFERENCE, applies=_paid_with_card("93", "71#", "75#")),
    Rule("DK-R-017", f"/*/{_BUYER}", _has_cvr(_LEGAL), _CVR, "BT-47", applies=_both),
    Rule("DK-R-003", "/*/cac:InvoiceLine|/*/cac:CreditNoteLine", _version_is_known, _UNSPSC, "BT-158", applies=_both),
    Rule("DK-R-004", "cac:AllowanceCharge", _duty_is_named, _DUTY, "BT-104", applies=lambda e, d: _both(e, d) and says(e, "cbc:AllowanceChargeReasonCode", "ZZZ")),
)  # fmt: skip
