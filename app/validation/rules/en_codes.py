"""EN 16931: values that must come from official code lists (BR-CL), and VAT number prefixes."""

from __future__ import annotations

from dataclasses import replace

from app.invoice.wording import N_
from app.validation.codes import codes
from app.validation.document import Document
from app.validation.look import Element, find_all, is_false, is_true, own_text, string, under_vat
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
    number = string(next(iter(find_all(element, "cbc:CompanyID")), None))
    # An empty number passes here, as it does officially: that it is missing is another rule.
    return number == "" or number[:2] in codes("vat_country")


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
    types = [] if parent is None else find_all(parent, "cbc:DocumentTypeCode")
    return element.get("schemeID") is not None and any(
        own_text(each) == _OBJECT_TYPE for each in types
    )


def _has_scheme(element: Element, _document: Document) -> bool:
    return element.get("schemeID") is not None


def _party_scheme_is_known(element: Element, _document: Document) -> bool:
    scheme = (element.get("schemeID") or "").strip()
    if scheme != "SEPA":
        return scheme in codes("icd")
    roles = ("AccountingSupplierParty", "PayeeParty")
    return any(str(each.tag).endswith(roles) for each in element.iterancestors())


def _of_allowance(element: Element, _document: Document) -> bool:
    parent = element.getparent()
    return parent is not None and is_false(parent)


def _of_charge(element: Element, _document: Document) -> bool:
    parent = element.getparent()
    return parent is not None and is_true(parent)


def _exemption_is_known(element: Element, _document: Document) -> bool:
    return own_text(element).upper() in codes("vatex")


def _scheme(code: str, context: str, list_name: str, term: str) -> Rule:
    plain = attribute_in_list(code, context, "schemeID", codes(list_name), term)
    return replace(plain, sentence=_SCHEME, applies=_has_scheme)


def _attribute(code: str, context: str, name: str, known: frozenset[str], term: str) -> Rule:
    plain = attribute_in_list(code, context, name, known, term)
    return replace(plain, applies=lambda element, _document: element.get(name) is not None)


_ITEM = "cac:StandardItemIdentification/cbc:ID"
_OBJECTS = "cac:AdditionalDocumentReference/cbc:ID|cac:DocumentReference/cbc:ID"
_QUANTITIES = "cbc:InvoicedQuantity|cbc:BaseQuantity|cbc:CreditedQuantity"

RULES = (
    in_list("BR-CL-01", "cbc:InvoiceTypeCode", codes("invoice_type"), "BT-3"),
    in_list("BR-CL-01", "cbc:CreditNoteTypeCode", codes("credit_note_type"), "BT-3"),
    attribute_in_list("BR-CL-03", AMOUNTS, "currencyID", codes("currency"), "BT-5"),
    in_list("BR-CL-04", "cbc:DocumentCurrencyCode", codes("currency"), "BT-5"),
    in_list("BR-CL-05", "cbc:TaxCurrencyCode", codes("currency"), "BT-6"),
    in_list("BR-CL-06", "cac:InvoicePeriod/cbc:DescriptionCode", TAX_DATE_CODES, "BT-8"),
    replace(
        attribute_in_list("BR-CL-07", _OBJECTS, "schemeID", codes("object_scheme"), "BT-18"),
        applies=_is_object,
    ),
    Rule("BR-CL-08", "/*/cbc:Note", _note_subject_is_known, UNKNOWN_CODE, "BT-21", values=found_at(".")),
    replace(
        _scheme("BR-CL-10", "cac:PartyIdentification/cbc:ID", "icd", ""),
        holds=_party_scheme_is_known,
    ),
    _scheme("BR-CL-11", "cac:PartyLegalEntity/cbc:CompanyID", "icd", ""),
    _attribute("BR-CL-13", "cac:CommodityClassification/cbc:ItemClassificationCode", "listID", codes("item_list"), "BT-158"),
    replace(in_list("BR-CL-14", "cac:Country/cbc:IdentificationCode", codes("country"), ""), sentence=_COUNTRY),
    in_list("BR-CL-15", "cac:OriginCountry/cbc:IdentificationCode", codes("country"), "BT-159"),
    in_list("BR-CL-16", "cac:PaymentMeans/cbc:PaymentMeansCode", codes("payment_means"), "BT-81"),
    in_list("BR-CL-17", "cac:TaxCategory/cbc:ID", VAT_CATEGORIES, "BT-118"),
    in_list("BR-CL-18", "cac:ClassifiedTaxCategory/cbc:ID", VAT_CATEGORIES, "BT-151"),
    replace(in_list("BR-CL-19", _REASON, codes("allowance_reason"), "BT-98"), applies=_of_allowance),
    replace(in_list("BR-CL-20", _REASON, codes("charge_reason"), "BT-105"), applies=_of_charge),
    _scheme("BR-CL-21", _ITEM, "icd", "BT-157"),
    Rule("BR-CL-22", "cbc:TaxExemptionReasonCode", _exemption_is_known, UNKNOWN_CODE, "BT-121", values=found_at(".")),
    _attribute("BR-CL-23", _QUANTITIES, "unitCode", codes("unit"), "BT-130"),
    _attribute("BR-CL-24", "cbc:EmbeddedDocumentBinaryObject", "mimeCode", MIME_TYPES, "BT-125"),
    _scheme("BR-CL-25", "cbc:EndpointID", "eas", ""),
    _scheme("BR-CL-26", "cac:DeliveryLocation/cbc:ID", "icd", "BT-71"),
    Rule("BR-CO-09", "cac:PartyTaxScheme", _vat_prefix_is_known, _VAT_PREFIX, "", applies=_is_vat, values=found_at("cbc:CompanyID")),
)  # fmt: skip
