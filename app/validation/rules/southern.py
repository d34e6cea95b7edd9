"""Peppol BIS Billing 3.0: what holds for Italian (IT-R) and Greek sellers (GR-R, GR-S)."""

from __future__ import annotations

import re

from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import (
    Element,
    find_all,
    has,
    is_integer,
    plain,
    says,
    string,
    text,
    written,
)
from app.validation.report import Severity
from app.validation.rule import MISSING, Rule, Test, found_at
from app.validation.rules.identifiers import greek as is_tax_number

_SELLER, _BUYER = "cac:AccountingSupplierParty/cac:Party", "cac:AccountingCustomerParty/cac:Party"
_SCHEME = "cac:TaxScheme/cbc:ID"
_NAME = "cac:PartyName/cbc:Name"
_ITALIAN = re.compile(r"[A-Z0-9]{11,16}")
_PARTS = 6
_DATE = re.compile(
    r"(?:0?[1-9]|[12][0-9]|3[01])[-\\/ ]?(?:0?[1-9]|1[0-2])[-\\/ ]?(?:19|20)[0-9]{2}"
)
_GREEK_TYPES = frozenset({"1.1", "1.6", "2.1", "2.4", "5.1", "5.2"})
_MARK, _URL = "##M.AR.K##", "##INVOICE|URL##"
_REFERENCE = "cac:AdditionalDocumentReference"
_ROOT_ID = "/*/cbc:ID"
_GREEK = ("GR", "EL")

_TAX_CODE = N_(
    "“%(found)s” isn't an Italian tax registration. Write 11 to 16 capital letters and digits."
)
_PARTS_WRONG = N_(
    "The number “%(found)s” of a Greek invoice must have six parts with | between them. Write tax number, date, installation, type, series and number."
)
_FIRST_PART = N_(
    "The first part of the number of a Greek invoice isn't the tax number of the seller. Begin the number with the nine digits of that tax number."
)
_SECOND_PART = N_(
    "The second part of the number of a Greek invoice isn't the invoice date. Write that date as day/month/year, such as 31/03/2026."
)
_THIRD_PART = N_(
    "The third part of the number of a Greek invoice isn't a whole number. Write the number of the installation, or 0."
)
_FOURTH_PART = N_(
    "The fourth part of the number of a Greek invoice isn't a type of document. Write 1.1, 1.6, 2.1, 2.4, 5.1 or 5.2."
)
_FIFTH_PART = N_(
    "The fifth part of the number of a Greek invoice is empty. Write the series, or 0."
)
_SIXTH_PART = N_(
    "The sixth part of the number of a Greek invoice is empty. Write the invoice number."
)
_GREEK_VAT = N_(
    "“%(found)s” isn't a Greek VAT number. Write EL and nine digits, the last of which is a check digit."
)
_ONE_GREEK_VAT = N_(
    "A Greek party needs exactly one Greek VAT number. Write EL and nine digits, the last of which is a check digit."
)
_NO_MARK = N_(
    "A Greek invoice needs the number that the tax authority has given it. Add that number (MARK) once, as an attachment with description ##M.AR.K##."
)
_BAD_MARK = N_("“%(found)s” isn't a MARK number. Write a whole number above 0.")
_NO_URL = N_(
    "A Greek invoice should have one web address where it can be verified. Add it as an attachment with description ##INVOICE|URL##."
)
_MORE_URLS = N_(
    "A Greek invoice has at most one web address where it can be verified. Remove the others."
)
_EMPTY_URL = N_(
    "The web address where the Greek invoice can be verified is missing. Fill it in, or remove the attachment."
)
_ENDPOINT = N_(
    "“%(found)s” isn't a Greek electronic address. Use the tax number, with scheme 9933."
)


def italian(document: Document) -> bool:
    """Whether the seller is Italian: by the VAT number, else by the address."""
    return document.seller_tax_country == "IT"


def greek(document: Document) -> bool:
    """Whether the Greek rules have something to say about the seller."""
    return document.seller_tax_country in _GREEK or document.seller_own_tax_country in _GREEK


def _not_vat(element: Element, _document: Document) -> bool:
    return text(element, _SCHEME) != "VAT"


def _address(code: str, name: str, term: str) -> Rule:
    path = f"cac:PostalAddress/cbc:{name}"
    return Rule(code, f"/*/{_SELLER}", lambda e, _d: has(e, path), MISSING, term)


ITALY = (
    Rule("IT-R-001", f"/*/{_SELLER}/cac:PartyTaxScheme", lambda e, _d: bool(_ITALIAN.fullmatch(text(e, "cbc:CompanyID"))), _TAX_CODE, "BT-32", values=found_at("cbc:CompanyID"), applies=_not_vat),
    _address("IT-R-002", "StreetName", "BT-35"),
    _address("IT-R-003", "CityName", "BT-37"),
    _address("IT-R-004", "PostalZone", "BT-38"),
)  # fmt: skip


def _sender(_element: Element, document: Document) -> bool:
    return document.seller_tax_country in _GREEK


def _sender_by_itself(_element: Element, document: Document) -> bool:
    return document.seller_own_tax_country in _GREEK


def _in_greece(element: Element, document: Document) -> bool:
    return _sender(element, document) and document.seller_country_as_written == "GR"


def _both(element: Element, document: Document) -> bool:
    return _sender(element, document) and document.buyer_tax_country in _GREEK


def _parts(element: Element) -> list[str]:
    number = string(element)
    return number.split("|") if number else []


def _part(element: Element, place: int) -> str:
    parts = _parts(element)
    return parts[place - 1] if place <= len(parts) else ""


def _first_part(element: Element, document: Document) -> bool:
    part = _part(element, 1)
    own = {
        written(each, "cbc:CompanyID")[2:11]
        for path in (_SELLER, "cac:TaxRepresentativeParty")
        for each in find_all(document.root, f"{path}/cac:PartyTaxScheme")
        if says(each, _SCHEME, "VAT")
    }
    return len(plain(part)) == 9 and is_tax_number(part) and part in own


def _second_part(element: Element, document: Document) -> bool:
    part = _part(element, 2)
    day = written(document.root, "cbc:IssueDate").split("-")
    return bool(_DATE.match(part)) and len(day) >= 3 and part.split("/")[:3] == day[2::-1]


def _third_part(element: Element, _document: Document) -> bool:
    part = _part(element, 3)
    return is_integer(part) and not part.strip().startswith("-")


def _vat_numbers(element: Element) -> list[str]:
    return [
        string(number)
        for each in find_all(element, "cac:PartyTaxScheme")
        if text(each, _SCHEME) == "VAT"
        for number in find_all(each, "cbc:CompanyID")
    ]


def _is_greek_vat(number: str) -> bool:
    return number.startswith("EL") and is_tax_number(number[2:])


def _one_greek_vat(element: Element, _document: Document) -> bool:
    numbers = _vat_numbers(element)
    return len(numbers) == 1 and _is_greek_vat(numbers[0])


def _under_vat(element: Element, document: Document) -> bool:
    scheme = element.getparent()
    return _sender(element, document) and scheme is not None and text(scheme, _SCHEME) == "VAT"


def _described(element: Element, description: str) -> int:
    references = find_all(element, _REFERENCE)
    return sum(says(each, "cbc:DocumentDescription", description) for each in references)


def _is_mark(element: Element, document: Document) -> bool:
    reference = element.getparent()
    return (
        _in_greece(element, document)
        and reference is not None
        and says(reference, "cbc:DocumentDescription", _MARK)
    )


def _is_url(element: Element, document: Document) -> bool:
    return _sender(element, document) and says(element, "cbc:DocumentDescription", _URL)


def _greek_address(element: Element, _document: Document) -> bool:
    return element.get("schemeID") == "9933" and is_tax_number(string(element))


def _at(code: str, holds: Test, sentence: str, *, number: bool = False) -> Rule:
    values = found_at(".") if number else None
    return Rule(code, _ROOT_ID, holds, sentence, "BT-1", values=values, applies=_sender)


_ITSELF = found_at(".")
_WARNING = Severity.WARNING
GREECE = (
    _at("GR-R-001-1", lambda e, _d: len(_parts(e)) == _PARTS, _PARTS_WRONG, number=True),
    _at("GR-R-001-2", _first_part, _FIRST_PART),
    _at("GR-R-001-3", _second_part, _SECOND_PART),
    _at("GR-R-001-4", _third_part, _THIRD_PART),
    _at("GR-R-001-5", lambda e, _d: _part(e, 4) in _GREEK_TYPES, _FOURTH_PART),
    _at("GR-R-001-6", lambda e, _d: _part(e, 5) != "", _FIFTH_PART),
    _at("GR-R-001-7", lambda e, _d: _part(e, 6) != "", _SIXTH_PART),
    Rule("GR-R-002", f"/*/{_SELLER}", lambda e, _d: written(e, _NAME) != "", MISSING, "BT-28", applies=_sender),
    Rule("GR-S-011", f"/*/{_SELLER}", _one_greek_vat, _ONE_GREEK_VAT, "BT-31", _WARNING, applies=_sender),
    Rule("GR-R-003", f"/*/{_SELLER}/cac:PartyTaxScheme/cbc:CompanyID", lambda e, _d: _is_greek_vat(string(e)), _GREEK_VAT, "BT-31", values=_ITSELF, applies=_under_vat),
    Rule("GR-R-004-1", "/*", lambda e, _d: _described(e, _MARK) == 1, _NO_MARK, "BT-122", applies=_in_greece),
    Rule("GR-S-008-1", "/*", lambda e, _d: _described(e, _URL) == 1, _NO_URL, "BT-124", _WARNING, applies=_in_greece),
    Rule("GR-R-008-2", "/*", lambda e, _d: _described(e, _URL) <= 1, _MORE_URLS, "BT-124", applies=_in_greece),
    Rule("GR-R-004-2", f"{_REFERENCE}/cbc:ID", lambda e, _d: string(e)[:1] in tuple("123456789"), _BAD_MARK, "BT-122", values=_ITSELF, applies=_is_mark),
    Rule("GR-R-008-3", _REFERENCE, lambda e, _d: text(e, "cac:Attachment/cac:ExternalReference/cbc:URI") != "", _EMPTY_URL, "BT-124", applies=_is_url),
    Rule("GR-R-005", f"/*/{_BUYER}", lambda e, _d: written(e, _NAME) != "", MISSING, "BT-45", applies=_sender),
    Rule("GR-R-009", f"/*/{_SELLER}/cbc:EndpointID", _greek_address, _ENDPOINT, "BT-34", values=_ITSELF, applies=_sender_by_itself),
    Rule("GR-R-006", f"/*/{_BUYER}", _one_greek_vat, _ONE_GREEK_VAT, "BT-48", applies=_both),
    Rule("GR-R-010", f"/*/{_BUYER}/cbc:EndpointID", _greek_address, _ENDPOINT, "BT-49", values=_ITSELF, applies=_both),
)  # fmt: skip
