"""Peppol BIS Billing 3.0: what holds for Norwegian (NO-R) and Icelandic sellers (IS-R)."""

from __future__ import annotations

from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import (
    Element,
    find,
    find_all,
    has,
    is_day,
    plain,
    says,
    string,
    text,
    written,
)
from app.validation.report import Severity
from app.validation.rule import Rule, Test, found_at
from app.validation.rules.identifiers import mod11

_SELLER, _BUYER = "cac:AccountingSupplierParty/cac:Party", "cac:AccountingCustomerParty/cac:Party"
_SCHEME = "cac:TaxScheme/cbc:ID"
_LEGAL = "cac:PartyLegalEntity/cbc:CompanyID"
_STREET, _ZONE = "cac:PostalAddress/cbc:StreetName", "cac:PostalAddress/cbc:PostalZone"
_DEADLINE = "EINDAGI"  # what Iceland calls the last day on which can be paid without interest
_BUYER_ROOT = "/*/cac:AccountingCustomerParty"

_REGISTER = N_(
    "Most Norwegian sellers must state that they are in the register of companies. Write “Foretaksregisteret” as tax registration."
)
_NORWEGIAN_VAT = N_(
    "“%(found)s” isn't a Norwegian VAT number. Write NO, the nine digits of the organization number, and MVA."
)
_ICELANDIC_TYPE = N_(
    "“%(found)s” isn't a usual type of document for an Icelandic seller. Use 380 or 381."
)
_KENNITALA = N_(
    "An Icelandic party is known by its kennitala. Fill in that number as registration number, with scheme 0196."
)
_ADDRESS = N_("An Icelandic address isn't complete. Fill in the street and the postcode.")
_ACCOUNT = N_(
    "This way of paying needs an Icelandic account. Write the account number in 12 digits."
)
_DEADLINE_DATE = N_(
    "The deadline for payment (EINDAGI) isn't a date. Write it as year-month-day, such as 2026-03-31."
)
_DEADLINE_DUE = N_(
    "With a deadline for payment (EINDAGI) the invoice needs a due date. Fill in the due date."
)
_DEADLINE_ORDER = N_(
    "The deadline for payment (EINDAGI) is before the due date. Make it the due date or a later day."
)


def norwegian(document: Document) -> bool:
    """Whether the seller is Norwegian: by the VAT number, else by the address."""
    return document.seller_tax_country == "NO"


def icelandic(document: Document) -> bool:
    """Whether the seller is in Iceland."""
    return document.seller_country_as_written == "IS"


def _numbers(element: Element, scheme: str) -> list[str]:
    return [
        written(each, "cbc:CompanyID")
        for each in find_all(element, "cac:PartyTaxScheme")
        if text(each, _SCHEME) == scheme
    ]


def _in_register(element: Element, _document: Document) -> bool:
    return any(plain(each) == "Foretaksregisteret" for each in _numbers(element, "TAX"))


def _norwegian_number(element: Element) -> str:
    return next((n for n in _numbers(element, "VAT") if n[:2] == "NO"), "")


def _norwegian_vat(element: Element, _document: Document) -> bool:
    number = _norwegian_number(element)
    return number == "" or (len(number) == 14 and number.endswith("MVA") and mod11(number[2:11]))


NORWAY = (
    Rule("NO-R-002", f"/*/{_SELLER}", _in_register, _REGISTER, "BT-32", Severity.WARNING),
    Rule("NO-R-001", f"/*/{_SELLER}", _norwegian_vat, _NORWEGIAN_VAT, "BT-31", values=lambda e, _d: {"found": _norwegian_number(e)[:40]}),
)  # fmt: skip


def _usual_type(element: Element, _document: Document) -> bool:
    return any(text(element, f"cbc:{name}TypeCode") in ("380", "381") for name in ("Invoice", "CreditNote"))  # fmt: skip


def _kennitala(path: str) -> Test:
    def holds(element: Element, _document: Document) -> bool:
        return any(each.get("schemeID") == "0196" for each in find_all(element, path))

    return holds


def _address(party: str) -> Test:
    return lambda element, _document: all(
        has(element, f"{party}/{path}") for path in (_STREET, _ZONE)
    )


def _account(code: str) -> Test:
    """A payment by this method has an account number of twelve characters."""

    def holds(element: Element, _document: Document) -> bool:
        means = [e for e in find_all(element, "cac:PaymentMeans") if says(e, "cbc:PaymentMeansCode", code)]  # fmt: skip
        accounts = (find(each, "cac:PayeeFinancialAccount/cbc:ID") for each in means)
        first = next((each for each in accounts if each is not None), None)
        return not means or (first is not None and len(plain(string(first))) == 12)

    return holds


def _deadlines(element: Element) -> list[Element]:
    references = find_all(element, "cac:AdditionalDocumentReference")
    return [each for each in references if says(each, "cbc:DocumentDescription", _DEADLINE)]


def _has_deadline(element: Element, _document: Document) -> bool:
    return bool(_deadlines(element))


def _deadline(element: Element) -> list[str]:
    return [string(number) for each in _deadlines(element) for number in find_all(each, "cbc:ID")]


def _deadline_is_day(element: Element, _document: Document) -> bool:
    return any(is_day(each) for each in _deadline(element)[:1])


def _deadline_is_later(element: Element, _document: Document) -> bool:
    due = [string(each) for each in find_all(element, "cbc:DueDate")]
    return any(one <= other for one in due for other in _deadline(element))


def _both_icelandic(_element: Element, document: Document) -> bool:
    return document.buyer_country_as_written == "IS"


ICELAND = (
    Rule("IS-R-001", "/*", _usual_type, _ICELANDIC_TYPE, "BT-3", Severity.WARNING, found_at("cbc:InvoiceTypeCode")),
    Rule("IS-R-002", "/*", _kennitala(f"{_SELLER}/{_LEGAL}"), _KENNITALA, "BT-30"),
    Rule("IS-R-003", "/*", _address(_SELLER), _ADDRESS, "BG-5"),
    Rule("IS-R-006", "/*", _account("9"), _ACCOUNT, "BT-84"),
    Rule("IS-R-007", "/*", _account("42"), _ACCOUNT, "BT-84"),
    Rule("IS-R-008", "/*", _deadline_is_day, _DEADLINE_DATE, "BT-122", applies=_has_deadline),
    Rule("IS-R-009", "/*", lambda e, _d: has(e, "cbc:DueDate"), _DEADLINE_DUE, "BT-9", applies=_has_deadline),
    Rule("IS-R-010", "/*", _deadline_is_later, _DEADLINE_ORDER, "BT-122", applies=_has_deadline),
    Rule("IS-R-004", _BUYER_ROOT, _kennitala(f"cac:Party/{_LEGAL}"), _KENNITALA, "BT-47", applies=_both_icelandic),
    Rule("IS-R-005", _BUYER_ROOT, _address("cac:Party"), _ADDRESS, "BG-8", applies=_both_icelandic),
)  # fmt: skip
