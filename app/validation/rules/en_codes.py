"""EN 16931: values that must come from official code lists (BR-CL), and VAT number prefixes."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from app.invoice.wording import N_
from app.validation.codes import codes
from app.validation.document import Document
from app.validation.look import (
    Element,
    is_false,
    is_true,
    own_text,
    says,
    string,
    under_vat,
    written,
)
from app.validation.rule import UNKNOWN_CODE, Rule, attribute_in_list, found_at, in_list

AMOUNTS = "|".join(
    f"cbc:{name}"
    for name in (
        "Amount", "BaseAmount", "PriceAmount", "TaxAmount", "TaxableAmount",
        "LineExtensionAmount", "TaxExclusiveAmount", "TaxInclusiveAmount",
        "AllowanceTotalAmount", "ChargeTotalAmount", "PrepaidAmount", "PayableRoundingAmount",
        "PayableAmount",
    )
)  # fmt: skip
VAT_CATEGORIES = frozenset({"AE", "L", "M", "E", "S", "Z", "G", "O", "K", "B"})
TAX_DATE_CODES = frozenset({"3", "35", "432"})
MIME_TYPES = frozenset({
    "application/pdf", "image/png", "image/jpeg", "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
})  # fmt: skip

_VAT_PREFIX = N_(
    "“%(found)s” doesn't begin with the two letters of a country, such as NL. Add them to the VAT number."
)
_COUNTRY = N_("“%(found)s” isn't a known country. Use two letters, such as NL or BE.")
_SCHEME = N_("“%(found)s” isn't a known kind of identifier. Choose one from the official list.")
_OBJECT_TYPE = "130"
_REASON = "cac:AllowanceCharge/cbc:AllowanceChargeReasonCode"


def _vat_prefix_is_known(element: Element, _document: Document) -> bool:
    # An empty or cut-off number passes here, as it does officially: another rule asks for it.
    return written(element, "cbc:CompanyID")[:2] in _vat_countries()


@lru_cache(maxsize=1)
def _vat_countries() -> str:
    return f" {' '.join(sorted(codes('vat_country')))} "


def _is_vat(element: Element, _document: Document) -> bool:
    return under_vat(element)


def _note_subject_is_known(element: Element, _document: Document) -> bool:
    # A subject stands between two # at the start: #ADU#Text. Anything else is plain text.
    _before, hash_, rest = string(element).partition("#")
    subject, second, _text = rest.partition("#")
    if not hash_ or not second or len(subject) != 3:
        return True
    return subject in codes("note_subject")


def _is_object(element: Element, _document: Document) -> bool:
    parent = element.getparent()
    return (
        element.get("schemeID") is not None
        and parent is not None
        and says(parent, "cbc:DocumentTypeCode", _OBJECT_TYPE)
    )


def _has_scheme(element: Element, _document: Document) -> bool:
    return element.get("schemeID") is not None


def _party_scheme(known: frozenset[str]) -> Rule:
    def holds(element: Element, _document: Document) -> bool:
        scheme = (element.get("schemeID") or "").strip()
        if scheme != "SEPA":
            return scheme in known
        roles = ("AccountingSupplierParty", "PayeeParty")
        return any(str(each.tag).endswith(roles) for each in element.iterancestors())

    return replace(_scheme("BR-CL-10", "cac:PartyIdentification/cbc:ID", known, ""), holds=holds)


def _of_allowance(element: Element, _document: Document) -> bool:
    parent = element.getparent()
    return parent is not None and is_false(parent)


def _of_charge(element: Element, _document: Document) -> bool:
    parent = element.getparent()
    return parent is not None and is_true(parent)


def _exemption_is_known(element: Element, _document: Document) -> bool:
    return own_text(element).upper() in codes("vatex")


def _scheme(code: str, context: str, known: frozenset[str], term: str) -> Rule:
    plain = attribute_in_list(code, context, "schemeID", known, term)
    return replace(plain, sentence=_SCHEME, applies=_has_scheme)


def _attribute(code: str, context: str, name: str, known: frozenset[str], term: str) -> Rule:
    plain = attribute_in_list(code, context, name, known, term)
    return replace(plain, applies=lambda element, _document: element.get(name) is not None)


def file_type(code: str) -> Rule:
    """The kinds of file that may be attached; written exactly so."""
    plain = _attribute(code, "cbc:EmbeddedDocumentBinaryObject", "mimeCode", MIME_TYPES, "BT-125")
    return replace(plain, holds=lambda element, _document: element.get("mimeCode") in MIME_TYPES)


_ITEM = "cac:StandardItemIdentification/cbc:ID"
_OBJECTS = "cac:AdditionalDocumentReference/cbc:ID|cac:DocumentReference/cbc:ID"
_QUANTITIES = "cbc:InvoicedQuantity|cbc:BaseQuantity|cbc:CreditedQuantity"

STABLE_RULES = (
    in_list("BR-CL-06", "cac:InvoicePeriod/cbc:DescriptionCode", TAX_DATE_CODES, "BT-8"),
    replace(
        attribute_in_list("BR-CL-07", _OBJECTS, "schemeID", codes("object_scheme"), "BT-18"),
        applies=_is_object,
    ),
    Rule("BR-CL-08", "/*/cbc:Note", _note_subject_is_known, UNKNOWN_CODE, "BT-21", values=found_at(".")),
    _attribute("BR-CL-13", "cac:CommodityClassification/cbc:ItemClassificationCode", "listID", codes("item_list"), "BT-158"),
    replace(in_list("BR-CL-14", "cac:Country/cbc:IdentificationCode", codes("country"), ""), sentence=_COUNTRY),
    in_list("BR-CL-15", "cac:OriginCountry/cbc:IdentificationCode", codes("country"), "BT-159"),
    in_list("BR-CL-16", "cac:PaymentMeans/cbc:PaymentMeansCode", codes("payment_means"), "BT-81"),
    in_list("BR-CL-17", "cac:TaxCategory/cbc:ID", VAT_CATEGORIES, "BT-118"),
    in_list("BR-CL-18", "cac:ClassifiedTaxCategory/cbc:ID", VAT_CATEGORIES, "BT-151"),
    replace(in_list("BR-CL-19", _REASON, codes("allowance_reason"), "BT-98"), applies=_of_allowance),
    replace(in_list("BR-CL-20", _REASON, codes("charge_reason"), "BT-105"), applies=_of_charge),
    Rule("BR-CL-22", "cbc:TaxExemptionReasonCode", _exemption_is_known, UNKNOWN_CODE, "BT-121", values=found_at(".")),
    _attribute("BR-CL-23", _QUANTITIES, "unitCode", codes("unit"), "BT-130"),
    file_type("BR-CL-24"),
    Rule("BR-CO-09", "cac:PartyTaxScheme", _vat_prefix_is_known, _VAT_PREFIX, "", applies=_is_vat, values=found_at("cbc:CompanyID")),
)  # fmt: skip


def rules(*, before: str = "") -> tuple[Rule, ...]:
    """All of them, with the code lists as they are now or as they were before a release."""
    icd, currency = codes("icd", before=before), codes("currency", before=before)
    return (
        *STABLE_RULES,
        in_list("BR-CL-01", "cbc:InvoiceTypeCode", codes("invoice_type", before=before), "BT-3"),
        in_list("BR-CL-01", "cbc:CreditNoteTypeCode", codes("credit_note_type", before=before), "BT-3"),
        attribute_in_list("BR-CL-03", AMOUNTS, "currencyID", currency, "BT-5"),
        in_list("BR-CL-04", "cbc:DocumentCurrencyCode", currency, "BT-5"),
        in_list("BR-CL-05", "cbc:TaxCurrencyCode", currency, "BT-6"),
        _party_scheme(icd),
        _scheme("BR-CL-11", "cac:PartyLegalEntity/cbc:CompanyID", icd, ""),
        _scheme("BR-CL-21", _ITEM, icd, "BT-157"),
        _scheme("BR-CL-25", "cbc:EndpointID", codes("eas", before=before), ""),
        _scheme("BR-CL-26", "cac:DeliveryLocation/cbc:ID", icd, "BT-71"),
    )  # fmt: skip
