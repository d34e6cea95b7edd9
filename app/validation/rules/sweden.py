"""Peppol BIS Billing 3.0: what holds for Swedish sellers (SE-R)."""

from __future__ import annotations

from collections.abc import Mapping

from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import (
    Element,
    find_all,
    floating,
    has,
    own_text,
    plain,
    says,
    string,
    text,
    written,
)
from app.validation.report import Severity
from app.validation.rule import Rule, Test, found_at
from app.validation.rules.identifiers import swedish

_SELLER = "/*/cac:AccountingSupplierParty/cac:Party"
_LEGAL = f"{_SELLER}/cac:PartyLegalEntity"
_SCHEME, _CODE = "cac:TaxScheme/cbc:ID", "cbc:PaymentMeansCode"
_MEANS = "cac:PaymentMeans"
_ACCOUNT = f"{_MEANS}/cac:PayeeFinancialAccount/cbc:ID"
_RATES = (25.0, 12.0, 6.0)
_WARNING = Severity.WARNING

_VAT_NUMBER = N_(
    "“%(found)s” isn't a Swedish VAT number. Write SE and twelve digits, such as SE123456789701."
)
_NUMBER = N_(
    "“%(found)s” isn't a Swedish organization number. Write ten digits without a hyphen; the last one is a check digit."
)
_F_TAX = N_(
    "“%(found)s” can't be the tax registration of a Swedish seller. Write “Godkänd för F-skatt”, or leave it out."
)
_RATE = N_("%(found)s isn't a standard VAT rate in Sweden. Use 25, 12 or 6 percent.")
_GIRO = N_("“%(found)s” isn't a giro account. Write only digits.")
_PLUSGIRO = N_("“%(found)s” isn't a Plusgiro account. Write 2 to 8 digits.")
_BANKGIRO = N_("“%(found)s” isn't a Bankgiro account. Write 7 or 8 digits.")
_GIRO_METHOD = N_(
    "A Swedish giro payment is written in another way. Use payment method 30, and SE:BANKGIRO or SE:PLUSGIRO as bank identifier."
)
_DOMESTIC = N_("Within Sweden a transfer has another code. Use payment method 30 instead of 31.")


def applies(document: Document) -> bool:
    """Whether the seller is in Sweden."""
    return document.seller_country_as_written == "SE"


def _numbers(element: Element) -> list[str]:
    return [
        written(each, "cbc:CompanyID")
        for each in find_all(element, "cac:PartyTaxScheme")
        if says(each, _SCHEME, "VAT")
    ]


def _has_swedish_number(element: Element, _document: Document) -> bool:
    return any(each[:2] == "SE" for each in _numbers(element))


def _number(element: Element) -> str:
    return next(iter(_numbers(element)), "")


def _shown_number(element: Element, _document: Document) -> Mapping[str, object]:
    return {"found": _number(element)[:40]}


def _legal(element: Element) -> str:
    return written(element, "cbc:CompanyID")


def _has_number(element: Element, _document: Document) -> bool:
    return has(element, "cbc:CompanyID")


def _registration(element: Element, document: Document) -> bool:
    """A tax registration other than VAT, of a seller that has an organization number."""
    scheme = element.getparent()
    return (
        scheme is not None
        and plain(written(scheme, _SCHEME).upper()) != "VAT"
        and bool(document.nodes(f"{_LEGAL}/cbc:CompanyID"))
    )


def _standard(element: Element, document: Document) -> bool:
    def compute() -> bool:
        return any(_has_swedish_number(party, document) for party in document.nodes(_SELLER))

    return says(element, "cbc:ID", "S") and document.once("Swedish number", compute)


def _giro(bank: str) -> Test:
    def which(element: Element, _document: Document) -> bool:
        account = element.getparent()
        means = None if account is None else account.getparent()
        if account is None or means is None or text(means, _CODE) != "30":
            return False
        return text(account, "cac:FinancialInstitutionBranch/cbc:ID") == bank

    return which


def _length(least: int, most: int) -> Test:
    return lambda element, _document: least <= len(own_text(element)) <= most


def _is_number(element: Element, _document: Document) -> bool:
    return floating(string(element)) is not None


def _never(_element: Element, _document: Document) -> bool:
    return False


def _both(element: Element, document: Document) -> bool:
    return document.buyer_country_as_written == "SE" and says(element, _CODE, "31")


_PLUS, _BANK, _ITSELF = _giro("SE:PLUSGIRO"), _giro("SE:BANKGIRO"), found_at(".")
_COMPANY = found_at("cbc:CompanyID")

RULES = (
    Rule("SE-R-001", _SELLER, lambda e, _d: len(plain(_number(e))) == 14, _VAT_NUMBER, "BT-31", values=_shown_number, applies=_has_swedish_number),
    Rule("SE-R-002", _SELLER, lambda e, _d: floating(_number(e)[2:14]) is not None, _VAT_NUMBER, "BT-31", values=_shown_number, applies=_has_swedish_number),
    Rule("SE-R-003", _LEGAL, lambda e, _d: floating(_legal(e)) is not None, _NUMBER, "BT-30", values=_COMPANY, applies=_has_number),
    Rule("SE-R-004", _LEGAL, lambda e, _d: len(plain(_legal(e))) == 10, _NUMBER, "BT-30", values=_COMPANY, applies=_has_number),
    Rule("SE-R-013", _LEGAL, lambda e, _d: swedish(plain(_legal(e))), _NUMBER, "BT-30", values=_COMPANY, applies=_has_number),
    Rule("SE-R-005", f"{_SELLER}/cac:PartyTaxScheme/cbc:CompanyID", lambda e, _d: plain(string(e).upper()) == "GODKÄND FÖR F-SKATT", _F_TAX, "BT-32", values=_ITSELF, applies=_registration),
    Rule("SE-R-006", "cac:TaxCategory|cac:ClassifiedTaxCategory", lambda e, _d: floating(written(e, "cbc:Percent")) in _RATES, _RATE, "BT-119", values=found_at("cbc:Percent"), applies=_standard),
    Rule("SE-R-007", _ACCOUNT, _is_number, _GIRO, "BT-84", _WARNING, _ITSELF, _PLUS),
    Rule("SE-R-010", _ACCOUNT, _length(2, 8), _PLUSGIRO, "BT-84", _WARNING, _ITSELF, _PLUS),
    Rule("SE-R-008", _ACCOUNT, _is_number, _GIRO, "BT-84", _WARNING, _ITSELF, _BANK),
    Rule("SE-R-009", _ACCOUNT, _length(7, 8), _BANKGIRO, "BT-84", _WARNING, _ITSELF, _BANK),
    Rule("SE-R-011", _MEANS, _never, _GIRO_METHOD, "BT-81", _WARNING, applies=lambda e, _d: says(e, _CODE, "50", "56")),
    Rule("SE-R-012", _MEANS, _never, _DOMESTIC, "BT-81", _WARNING, applies=_both),
)  # fmt: skip
