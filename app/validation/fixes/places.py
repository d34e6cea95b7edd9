"""Find the places that findings name, and put elements where UBL wants them."""

from __future__ import annotations

import re
from decimal import Decimal

from lxml import etree

from app.invoice import ubl
from app.validation.look import Element, find, own_text, string
from app.validation.look import text as text_at

_STEP = re.compile(r"(c[ab]c:[A-Za-z]+)(?:\[([0-9]+)\])?")
_LINES = ("InvoiceLine", "CreditNoteLine")
# Which children stand in front, in the order of UBL 2.1, as far as something is ever put in.
_ORDER = {
    "LegalMonetaryTotal": (
        "LineExtensionAmount", "TaxExclusiveAmount", "TaxInclusiveAmount", "AllowanceTotalAmount",
        "ChargeTotalAmount", "PrepaidAmount", "PayableRoundingAmount", "PayableAmount",
    ),
    "TaxCategory": (
        "ID", "Name", "Percent", "BaseUnitMeasure", "PerUnitAmount", "TaxExemptionReasonCode",
    ),
    "TaxSubtotal": ("TaxableAmount", "TaxAmount"),
    "TaxTotal": ("TaxAmount",),
    "Invoice": ("UBLExtensions", "UBLVersionID", "CustomizationID", "ProfileID"),
    "CreditNote": ("UBLExtensions", "UBLVersionID", "CustomizationID", "ProfileID"),
}  # fmt: skip
_SELLER, _BUYER = "AccountingSupplierParty", "AccountingCustomerParty"
_NUMBERS = {
    (_SELLER, "EndpointID"): "BT-34", (_BUYER, "EndpointID"): "BT-49",
    (_SELLER, "PartyIdentification"): "BT-29", (_BUYER, "PartyIdentification"): "BT-46",
    (_SELLER, "PartyLegalEntity"): "BT-30", (_BUYER, "PartyLegalEntity"): "BT-47",
    (_SELLER, "PartyTaxScheme"): "BT-31", (_BUYER, "PartyTaxScheme"): "BT-48",
}  # fmt: skip


def at(root: Element, path: str) -> Element | None:
    """The element that a finding's path means."""
    element: Element | None = root
    for step in path.removeprefix("/").split("/")[1:]:
        match = _STEP.fullmatch(step)
        if element is None or match is None:
            return None
        same = list(element.iterchildren(ubl.qualified(match.group(1))))
        position = int(match.group(2) or 1) - 1
        element = same[position] if position < len(same) else None
    return element


def local(element: Element) -> str:
    """Its name without the namespace."""
    return str(element.tag).rpartition("}")[2]


def line_of(element: Element) -> str:
    """The number of the invoice line around an element; empty outside lines."""
    for each in (element, *element.iterancestors()):
        if local(each) in _LINES:
            return text_at(each, "cbc:ID")
    return ""


def term_of_number(element: Element) -> str:
    """Which business term a number of a party is; empty when it is none of them."""
    around = [local(each) for each in (element, *element.iterancestors())]
    found = (
        _NUMBERS.get((role, place))
        for role in (_SELLER, _BUYER)
        if role in around
        for place in around
    )
    return next(filter(None, found), "")


def put(parent: Element, name: str, value: str) -> str | None:
    """Give the child of this name a text, making it where it belongs; the answer is what it was."""
    element = find(parent, name)
    if element is None:
        _insert(parent, name).text = value
        return None
    old = string(element)
    element.text = value
    return old


def put_amount(parent: Element, name: str, value: Decimal) -> str | None:
    """The same for an amount in the currency of the invoice."""
    old = put(parent, name, format(value, "f"))
    element = find(parent, name)
    if element is not None and element.get("currencyID") is None:
        root = element.getroottree().getroot()
        element.set("currencyID", text_at(root, "cbc:DocumentCurrencyCode"))
    return old


def remove(element: Element) -> str:
    """Take it out, with the white space behind it; the answer is what it said."""
    parent = element.getparent()
    if parent is not None:
        element.tail = None
        parent.remove(element)
    return own_text(element)


def _insert(parent: Element, name: str) -> Element:
    order = _ORDER[local(parent)]
    before = order[: order.index(name.partition(":")[2])]
    made = etree.Element(ubl.qualified(name))
    position = 0
    for number, child in enumerate(parent, 1):
        if isinstance(child.tag, str) and local(child) in before:
            position = number
    parent.insert(position, made)
    made.tail = parent[position - 1].tail if position else parent.text
    return made
