"""Codes that everybody would fill in the same way, and numbers that were only written in another way."""

from __future__ import annotations

from app.errors import Unreadable
from app.invoice import ubl
from app.invoice.identifiers import normalise
from app.validation.fixes import places
from app.validation.fixes.change import Change
from app.validation.look import Element, find, has, string, text
from app.validation.report import Finding

_ONE = "C62"  # UN/ECE recommendation 20: one
_CODE_ATTRIBUTES = ("currencyID", "unitCode", "schemeID")
_SCHEME_DIGITS = 4
# Reasons for no VAT that the law itself gives; an exemption (E) needs the seller's own reason.
_REASONS = {"AE": "VATEX-EU-AE", "K": "VATEX-EU-IC", "G": "VATEX-EU-G", "O": "VATEX-EU-O"}
_VAT_SCHEMES = {"NL": "9944", "BE": "9925", "DE": "9930", "FR": "9957"}
_COUNTRY = "cac:PostalAddress/cac:Country/cbc:IdentificationCode"
_MONEY_ENDS = "Amount"
# These rules are about an attribute; the text beside it is a number or an amount.
_ABOUT_ATTRIBUTES = frozenset({
    "BR-CL-03", "BR-CL-10", "BR-CL-11", "BR-CL-21", "BR-CL-23", "BR-CL-25", "BR-CL-26",
    "PEPPOL-EN16931-R051",
})  # fmt: skip


def unit(line: Element, _finding: Finding) -> list[Change]:
    """A quantity without a unit is a number of pieces."""
    quantity = find(line, "cbc:InvoicedQuantity")
    quantity = find(line, "cbc:CreditedQuantity") if quantity is None else quantity
    if quantity is None or (quantity.get("unitCode") or "").strip():
        return []
    quantity.set("unitCode", _ONE)
    return [Change("BT-130", None, _ONE, line=places.line_of(line))]


def specification(root: Element, _finding: Finding) -> list[Change]:
    """What Peppol calls itself, where the document says nothing."""
    changes = []
    for name, term, value in (
        ("cbc:CustomizationID", "BT-24", ubl.PEPPOL_CUSTOMIZATION),
        ("cbc:ProfileID", "BT-23", ubl.PEPPOL_PROFILE),
    ):
        if not text(root, name):
            places.put(root, name, value)
            changes.append(Change(term, None, value))
    return changes


def currency(root: Element, finding: Finding) -> list[Change]:
    """Amounts without a currency are in the currency of the invoice."""
    own = text(root, "cbc:DocumentCurrencyCode")
    if not own or finding.values.get("attribute", "currencyID") != "currencyID":
        return []
    changes = []
    for element in root.iter(f"{{{ubl.CBC}}}*"):
        if places.local(element).endswith(_MONEY_ENDS) and not (element.get("currencyID") or ""):
            element.set("currencyID", own)
            changes.append(Change("BT-5", None, own, line=places.line_of(element)))
    return changes


def currency_for_vat(element: Element, _finding: Finding) -> list[Change]:
    """A currency for VAT that is the currency of the invoice says nothing."""
    return [Change("BT-6", places.remove(element), None)]


def reason(category: Element, _finding: Finding) -> list[Change]:
    """The code of the reason for no VAT, where the category has only one."""
    code = _REASONS.get(text(category, "cbc:ID"))
    if code is None or has(category, "cbc:TaxExemptionReasonCode"):
        return []
    places.put(category, "cbc:TaxExemptionReasonCode", code)
    return [Change("BT-121", None, code)]


def spelling(element: Element, finding: Finding) -> list[Change]:
    """A known code in other letters, with spaces around it, or without the zeros of a scheme."""
    changes = []
    written = string(element)
    if (
        not len(element)
        and finding.code not in _ABOUT_ATTRIBUTES
        and written.strip().upper() != written
    ):
        element.text = written.strip().upper()
        changes.append(_change(element, finding, written, element.text))
    for name in _CODE_ATTRIBUTES:
        old = element.get(name)
        new = (old or "").strip().upper() or (_ONE if name == "unitCode" else "")
        if name == "schemeID" and new.isdecimal():
            new = new.zfill(_SCHEME_DIGITS)
        if old is not None and new != old:
            element.set(name, new)
            changes.append(_change(element, finding, old, new))
    return changes


def number(element: Element, finding: Finding) -> list[Change]:
    """A number of a scheme with spaces, dots, or without its leading zeros."""
    return _normalised(element, finding, element.get("schemeID") or "")


def dutch_vat(element: Element, finding: Finding) -> list[Change]:
    """A Dutch VAT number with spaces or dots."""
    return _normalised(element, finding, "9944")


def vat_country(scheme: Element, finding: Finding) -> list[Change]:
    """A VAT number without the letters of its country, when its check digits say whose it is."""
    number_of, party = find(scheme, "cbc:CompanyID"), scheme.getparent()
    if number_of is None or party is None:
        return []
    known = _VAT_SCHEMES.get(text(party, _COUNTRY).upper(), "")
    return _normalised(number_of, finding, known)


def empty(element: Element, _finding: Finding) -> list[Change]:
    """An element without content says nothing; what it leaves empty around it goes too."""
    name, parent = places.local(element), element.getparent()
    if parent is None:
        return []
    line, term = places.line_of(element), places.term_of_number(element)
    places.remove(element)
    while parent is not None and not len(parent) and parent.getparent() is not None:
        around = parent.getparent()
        places.remove(parent)
        parent = around
    return [Change(term, "", None, name, line)]


def _normalised(element: Element, finding: Finding, scheme: str) -> list[Change]:
    written = string(element)
    try:
        value = normalise(scheme, written).value
    except Unreadable:
        return []
    if value == written:
        return []
    element.text = value
    return [_change(element, finding, written, value)]


def _change(element: Element, finding: Finding, old: str, new: str) -> Change:
    term = finding.term or places.term_of_number(element)
    name = places.local(element)
    return Change(term, old, new, name, places.line_of(element))
