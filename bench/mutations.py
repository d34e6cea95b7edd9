"""Changed documents: each element and attribute of a sample left out, emptied, repeated or altered."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator

from lxml import etree

from app.invoice import ubl

Change = tuple[str, str]  # what was done, and the document that came out of it

VALUES = (
    "", "0", "1", "-1", "0.00", "21", "25", "100", "12.345", "1000.005", "-5.5", "99999999999.99",
    "abc", "true", "false", "2026-02-30", "2026-05-01", "1900-01-01", "NL", "IT", "NL ", "EUR",
    "USD", " EUR", "S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B", "380", "381", "384", "130",
    "50", "VAT", "vat", " VAT ", "FC", "30", "58", "59", "48", "SEPA", "0106", "0088",
    "x#AAA#y", "#AAA#x", "#???#x", "VATEX-EU-O", "vatex-eu-ae",
)  # fmt: skip
ATTRIBUTES = (
    "schemeID", "listID", "schemeName", "format", "name", "listAgencyID", "languageID",
    "currencyID", "unitCode", "mimeCode", "schemeAgencyID", "listVersionID", "filename",
)  # fmt: skip
ADDED = (
    "cbc:UUID", "cbc:ID", "cbc:Name", "cbc:Description", "cbc:CopyIndicator", "cac:Attachment",
    "cbc:TaxTypeCode", "cbc:AllowanceChargeReasonCode", "cbc:StartTime", "cac:TaxTotal",
    "cbc:PaymentDueDate", "cbc:DescriptionCode", "cbc:CompanyLegalForm", "cac:AddressLine",
    "cbc:TaxExemptionReason", "cbc:TaxExemptionReasonCode", "cbc:TaxPointDate",
    "cbc:TaxCurrencyCode", "cac:FinancialInstitution", "cbc:UBLVersionID",
)  # fmt: skip


def _elements(root: etree._Element) -> list[etree._Element]:
    return [each for each in root.iter() if isinstance(each.tag, str)]


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def systematic(xml: bytes) -> Iterator[Change]:
    """Every element and attribute in turn, one change for each document."""
    size = len(_elements(etree.fromstring(xml)))
    for place in range(1, size):
        for what, change in _CHANGES.items():
            root = etree.fromstring(xml)
            element = _elements(root)[place]
            if change(element, place):
                yield f"{what} {_name(element)} ({place})", etree.tostring(root, encoding="unicode")


def _drop(element: etree._Element, _place: int) -> bool:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)
    return True


def _empty(element: etree._Element, _place: int) -> bool:
    for child in list(element):
        element.remove(child)
    element.text = None
    return True


def _repeat(element: etree._Element, _place: int) -> bool:
    element.addnext(copy.deepcopy(element))
    return True


def _set(offset: int) -> Callable[[etree._Element, int], bool]:
    def change(element: etree._Element, place: int) -> bool:
        element.text = VALUES[(place * 7 + offset) % len(VALUES)]
        return len(element) == 0

    return change


def _without_attribute(element: etree._Element, place: int) -> bool:
    names = sorted(element.attrib)
    if names:
        del element.attrib[names[place % len(names)]]
    return bool(names)


def _attribute(element: etree._Element, place: int) -> bool:
    names = sorted(element.attrib)
    if names:
        element.set(names[place % len(names)], VALUES[place * 5 % len(VALUES)])
    return bool(names)


def _new_attribute(element: etree._Element, place: int) -> bool:
    element.set(ATTRIBUTES[place % len(ATTRIBUTES)], VALUES[place % len(VALUES)])
    return True


def _add(element: etree._Element, place: int) -> bool:
    added = etree.SubElement(element, ubl.qualified(ADDED[place % len(ADDED)]))
    added.text = VALUES[place * 3 % len(VALUES)]
    return bool(len(element) > 1)


_CHANGES: dict[str, Callable[[etree._Element, int], bool]] = {
    "drop": _drop,
    "empty": _empty,
    "repeat": _repeat,
    "set": _set(0),
    "set again": _set(23),
    "attribute dropped": _without_attribute,
    "attribute changed": _attribute,
    "attribute added": _new_attribute,
    "added to": _add,
}


def combined(xml: bytes, chance: random.Random) -> Change:
    """Some changes at once, at places that chance chooses."""
    root = etree.fromstring(xml)
    said = []
    for _ in range(chance.choice((1, 2, 3, 4, 6))):
        places = _elements(root)
        if len(places) < 2:
            break
        element = chance.choice(places[1:])
        what = chance.choice((*_CHANGES, "moved"))
        said.append(f"{what} {_name(element)}")
        if what == "moved":
            parent = chance.choice([each for each in places if len(each)] or [root])
            parent.insert(chance.randrange(len(parent) + 1), copy.deepcopy(element))
        else:
            _CHANGES[what](element, chance.randrange(10_000))
    return ", ".join(said), etree.tostring(root, encoding="unicode")


_JUNK = (
    b"\x00", b"\x1b", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"&", b"&#0;", b"&amp", b"&x;", b"<", b">", b"</",
    b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?x ?>", b"<!DOCTYPE x>", b"=", b'"', b"xmlns=''", b"'",
    b'<?xml version="1.1" encoding="UTF-16"?>', b"<x>", b"NaN", b"1e999", b"9" * 400, b"\n" * 70_000,
)  # fmt: skip


def damaged(xml: bytes, chance: random.Random) -> bytes:
    """Bytes of which some are lost, doubled or others, as a broken disk or a hostile hand leaves them."""
    for _ in range(chance.choice((1, 1, 2, 5))):
        place = chance.randrange(len(xml) + 1)
        behind = place + chance.choice((1, 1, 3, 40, 2_000))
        how = chance.choice(("cut", "lose", "double", "junk"))
        if how == "cut":
            xml = xml[:place]
        elif how == "lose":
            xml = xml[:place] + xml[behind:]
        elif how == "double":
            xml = xml[:behind] + xml[place:]
        else:
            xml = xml[:place] + chance.choice(_JUNK) + xml[place:]
    return xml
