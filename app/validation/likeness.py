"""What a document looks like, apart from its numbers, names and days.

Most rules only look at which elements there are and at their codes. So lines that look alike are
judged by the first of them, and a document that looks like one without any mistake needs no more
than its figures judged. What counts as a code, what as a figure, is said in one table; whatever
isn't in the table counts as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from hashlib import blake2b

from lxml import etree

from app.invoice import ubl
from app.invoice.values import number
from app.validation.look import Element, string, total

Shape = Callable[[str], str]
Places = dict[str, "tuple[str, Shape | Places]"]  # what an element is called, and what counts of it

LINES = frozenset({ubl.qualified("cac:InvoiceLine"), ubl.qualified("cac:CreditNoteLine")})
LINE_AMOUNT = ubl.qualified("cbc:LineExtensionAmount")
_MOST_KINDS = 200  # a document of very many different lines is like no other

# Characters that XML can't hold, so that nothing in a document is mistaken for one of these.
_BETWEEN, _ATTRIBUTE, _ONLY_TEXT, _CLOSED = "\x01", "\x02", "\x03", "\x04"
_FILLED, _DAY = "\x05", "\x06"

_is_day = re.compile(r"2[0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])").fullmatch
# Either of two groups tells the sign; what is zero isn't found, and counts as it is written.
_SIGNED = r"(?=-?[0.]*[1-9])(?:(-)|())[0-9]{{1,15}}(?:\.[0-9]{{1,{decimals}}})?"
_SIGNS = ("", "\x07", "\x08")
_is_money = re.compile(_SIGNED.format(decimals=2)).fullmatch
_is_number = re.compile(_SIGNED.format(decimals=10)).fullmatch


def _code(text: str) -> str:
    return text


def _text(text: str) -> str:
    return _FILLED if text.strip(" \t\r\n") else text


def _note(text: str) -> str:
    # Some rules read what stands between two of these.
    return text if "#" in text else _text(text)


def _day(text: str) -> str:
    return _DAY if _is_day(text) else text


def _money(text: str) -> str:
    found = _is_money(text)
    return _SIGNS[found.lastindex or 0] if found else text


def _number(text: str) -> str:
    found = _is_number(text)
    return _SIGNS[found.lastindex or 0] if found else text


_SCHEME = {"cac:TaxScheme": {"cbc:ID": _code}}
_CATEGORY = {
    "cbc:ID": _code, "cbc:Percent": _code, "cbc:TaxExemptionReason": _text,
    "cbc:TaxExemptionReasonCode": _code, **_SCHEME,
}  # fmt: skip
_EXTRA = {
    "cbc:ChargeIndicator": _code, "cbc:AllowanceChargeReasonCode": _code,
    "cbc:AllowanceChargeReason": _text, "cbc:MultiplierFactorNumeric": _code, "cbc:Amount": _money,
    "cbc:BaseAmount": _money, "cac:TaxCategory": _CATEGORY,
}  # fmt: skip
_REFERENCE = {"cbc:ID": _text, "cbc:IssueDate": _day}
_LINE = {
    "cbc:ID": _text, "cbc:Note": _text, "cbc:InvoicedQuantity": _number,
    "cbc:CreditedQuantity": _number, "cbc:LineExtensionAmount": _money, "cbc:AccountingCost": _text,
    "cac:InvoicePeriod": {"cbc:StartDate": _code, "cbc:EndDate": _code},
    "cac:OrderLineReference": {"cbc:LineID": _text},
    "cac:DocumentReference": {"cbc:ID": _text, "cbc:DocumentTypeCode": _code},
    "cac:AllowanceCharge": _EXTRA,
    "cac:Item": {
        "cbc:Description": _text, "cbc:Name": _text,
        "cac:BuyersItemIdentification": {"cbc:ID": _text},
        "cac:SellersItemIdentification": {"cbc:ID": _text},
        "cac:StandardItemIdentification": {"cbc:ID": _text},
        "cac:OriginCountry": {"cbc:IdentificationCode": _code},
        "cac:CommodityClassification": {"cbc:ItemClassificationCode": _text},
        "cac:ClassifiedTaxCategory": _CATEGORY,
        "cac:AdditionalItemProperty": {"cbc:Name": _text, "cbc:Value": _text},
    },
    "cac:Price": {
        "cbc:PriceAmount": _number, "cbc:BaseQuantity": _number,
        "cac:AllowanceCharge": {
            "cbc:ChargeIndicator": _code, "cbc:Amount": _number, "cbc:BaseAmount": _number,
        },
    },
}  # fmt: skip
# Parties aren't here: their names, numbers and addresses count as they are written.
_HEAD = {
    "cbc:CustomizationID": _code, "cbc:ProfileID": _code, "cbc:ID": _text, "cbc:IssueDate": _day,
    "cbc:DueDate": _day, "cbc:InvoiceTypeCode": _code, "cbc:CreditNoteTypeCode": _code,
    "cbc:Note": _note, "cbc:TaxPointDate": _day, "cbc:DocumentCurrencyCode": _code,
    "cbc:TaxCurrencyCode": _code, "cbc:AccountingCost": _text, "cbc:BuyerReference": _text,
    "cac:InvoicePeriod": {
        "cbc:StartDate": _code, "cbc:EndDate": _code, "cbc:DescriptionCode": _code,
    },
    "cac:OrderReference": {"cbc:ID": _text, "cbc:SalesOrderID": _text},
    "cac:BillingReference": {"cac:InvoiceDocumentReference": _REFERENCE},
    "cac:DespatchDocumentReference": {"cbc:ID": _text},
    "cac:ReceiptDocumentReference": {"cbc:ID": _text},
    "cac:ContractDocumentReference": {"cbc:ID": _text},
    "cac:PaymentMeans": {
        "cbc:PaymentMeansCode": _code, "cbc:PaymentID": _text,
        "cac:PayeeFinancialAccount": {
            "cbc:ID": _code, "cbc:Name": _text,
            "cac:FinancialInstitutionBranch": {"cbc:ID": _code},
        },
    },
    "cac:PaymentTerms": {"cbc:Note": _note},
    "cac:AllowanceCharge": _EXTRA,
    "cac:TaxTotal": {
        "cbc:TaxAmount": _money,
        "cac:TaxSubtotal": {
            "cbc:TaxableAmount": _money, "cbc:TaxAmount": _money, "cac:TaxCategory": _CATEGORY,
        },
    },
    "cac:LegalMonetaryTotal": {
        "cbc:LineExtensionAmount": _money, "cbc:TaxExclusiveAmount": _money,
        "cbc:TaxInclusiveAmount": _money, "cbc:AllowanceTotalAmount": _money,
        "cbc:ChargeTotalAmount": _money, "cbc:PrepaidAmount": _money,
        "cbc:PayableRoundingAmount": _money, "cbc:PayableAmount": _money,
    },
}  # fmt: skip


def _qualified(places: dict[str, object]) -> Places:
    found: Places = {}
    for name, what in places.items():
        inside = _qualified(what) if isinstance(what, dict) else what
        found[ubl.qualified(name)] = name, inside  # type: ignore[assignment] # the tables hold nothing else
    return found


_OF_LINE, _OF_HEAD = _qualified({**_LINE}), _qualified({**_HEAD})
_MEANS = ubl.qualified("cac:PaymentMeans")


class Kind:
    """Lines that look alike: the first of them, the others, and the amounts of all as written."""

    __slots__ = ("amounts", "first", "others")

    def __init__(self, first: Element) -> None:
        self.first, self.others, self.amounts = first, list[Element](), list[str]()

    def total(self) -> Decimal:
        """The amounts of all of them; what is no number counts as nothing."""
        return total(map(number, self.amounts))


class Likeness:
    """A document's looks: those of its head, and the kinds of its lines in order."""

    def __init__(self, root: Element) -> None:
        self.kinds: list[Kind] = []
        self._parts = [str(root.tag), *map(_attribute, root.items())]
        self._by_looks: dict[str, Kind] = {}
        head, means = [], []
        for child in root:
            if child.tag in LINES:
                self._add(child)
            elif child.tag == _MEANS:
                means.append(child)
            else:
                head.append(child)
        _describe(head, _OF_HEAD, self._parts)
        # Several ways of paying are compared with each other, so then all of them counts.
        places = _OF_HEAD if len(means) == 1 else {}
        _describe(means, places, self._parts)

    def _add(self, line: Element) -> None:
        parts = [line.tag, *map(_attribute, line.items())]
        known = _describe(line, _OF_LINE, parts)
        looks = _BETWEEN.join(parts)
        kind = self._by_looks.get(looks) if known else None
        if kind is not None:
            kind.others.append(line)
        else:
            kind = Kind(line)
            self.kinds.append(kind)
            if known:
                self._by_looks[looks] = kind
            else:
                self._parts.append(looks)  # how many of these there are may matter
        kind.amounts += [string(each) for each in line.iterchildren(LINE_AMOUNT)]

    def digest(self) -> bytes | None:
        """The same for documents that look the same; nothing for one that is like no other."""
        if len(self.kinds) > _MOST_KINDS:
            return None
        looks = _BETWEEN.join((*self._parts, _CLOSED, *self._by_looks))
        return blake2b(looks.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _attribute(attribute: tuple[str | bytes, str | bytes]) -> str:
    return f"{_ATTRIBUTE}{attribute[0]!s}={attribute[1]!s}"


_UNKNOWN: tuple[str, Shape] = ("", _code)


def _describe(children: Iterable[Element], places: Places, parts: list[str]) -> bool:
    """Add what these elements look like; whether all of them are in the table."""
    known, find, add = True, places.get, parts.append
    for child in children:  # the busiest loop of a check: every element of every line
        name, what = find(child.tag, _UNKNOWN)
        if what.__class__ is dict:
            add(name)
            if attributes := child.items():
                parts += map(_attribute, attributes)
            before = len(parts)
            known = _describe(child, what, parts) and known
            if len(parts) == before:
                add(_ONLY_TEXT + (child.text or ""))
            add(_CLOSED)
        elif not name or len(child):
            add(etree.tostring(child, encoding="unicode", with_tail=False))
            known = False
        else:
            add(name)
            if attributes := child.items():
                parts += map(_attribute, attributes)
            text = child.text
            add(what(text) if text else "")  # type: ignore[operator] # what isn't a table is a shape
    return known
