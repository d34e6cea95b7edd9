"""EN 16931: what UBL can hold but the norm has no place for (UBL-CR), and surplus attributes (UBL-DT).

Almost seven hundred rules, each about one place in the document: a table, read in one walk.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from importlib.resources import files

from app.invoice import ubl
from app.invoice.model import Kind
from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import Element, string
from app.validation.report import Finding, Severity

_OUTSIDE = N_(
    "<%(name)s> in <%(parent)s> has no place in the European norm, so the receiver may not read it. Leave it out, or say it in a note."
)
_OLD_UBL = N_(
    "The version of UBL is “%(found)s”, but the European norm is written for 2.1. Leave the version out."
)
_ATTRIBUTE = N_(
    "The attribute %(attribute)s of <%(name)s> has no place in the European norm. Leave the attribute out."
)
_OBJECT = N_(
    "The reference to the invoiced object (type 130) can't have <%(name)s>: it isn't an attachment. Remove it, or refer to the attachment separately."
)

_LINES = (ubl.qualified("cac:InvoiceLine"), ubl.qualified("cac:CreditNoteLine"))
_EXTENSIONS = "{urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2}"
_OBJECT_TYPE = ubl.OBJECT_DOCUMENT

# An attribute that the norm doesn't know at this place; "/*/" begins at the root.
_ATTRIBUTES = (
    ("648", "/*/cbc:CustomizationID", "schemeID"),
    ("649", "/*/cbc:ProfileID", "schemeID"),
    ("650", "/*/cbc:ID", "schemeID"),
    ("651", "/*/cbc:SalesOrderID", "schemeID"),
    ("652", "cac:PartyTaxScheme/cbc:CompanyID", "schemeID"),
    ("653", "/*/cac:PaymentMeans/cbc:PaymentID", "schemeID"),
    ("654", "/*/cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID", "schemeID"),
    ("655", "/*/cac:PaymentMeans/cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID", "schemeID"),
    ("656", "/*/cbc:InvoiceTypeCode", "listID"),
    ("657", "/*/cbc:DocumentCurrencyCode", "listID"),
    ("658", "/*/cbc:TaxCurrencyCode", "listID"),
    ("659", "/*/cac:AdditionalDocumentReference/cbc:DocumentTypeCode", "listID"),
    ("660", "cac:Country/cbc:IdentificationCode", "listID"),
    ("661", "/*/cac:PaymentMeans/cbc:PaymentMeansCode", "listID"),
    ("662", "cbc:AllowanceChargeReasonCode", "listID"),
    ("667", "cac:BuyersItemIdentification/cbc:ID", "schemeID"),
    ("668", "cac:SellersItemIdentification/cbc:ID", "schemeID"),
    ("672", "/*/cbc:CreditNoteTypeCode", "listID"),
    ("674", "cbc:PrimaryAccountNumberID", "schemeID"),
    ("675", "cac:CardAccount/cbc:NetworkID", "schemeID"),
    ("676", "cac:PaymentMandate/cbc:ID", "schemeID"),
    ("677", "cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID", "schemeID"),
    ("678", "cac:TaxCategory/cbc:ID", "schemeID"),
    ("679", "cac:ClassifiedTaxCategory/cbc:ID", "schemeID"),
)  # fmt: skip
# An element that the norm doesn't know, wherever this path occurs.
_ANYWHERE = (
    ("664", "cac:FinancialInstitution"),
    ("669", "cac:Price/cac:AllowanceCharge/cbc:AllowanceChargeReasonCode"),
    ("670", "cac:Price/cac:AllowanceCharge/cbc:AllowanceChargeReason"),
    ("671", "cac:Price/cac:AllowanceCharge/cbc:MultiplierFactorNumeric"),
    ("680", "cac:PaymentMeans/cac:PayerFinancialAccount"),
)
# An attribute that the norm knows nowhere.
NOWHERE = {
    "unitCodeListID": "UBL-CR-663",
    "schemeName": "UBL-DT-08",
    "schemeAgencyName": "UBL-DT-09",
    "schemeDataURI": "UBL-DT-10",
    "schemeURI": "UBL-DT-11",
    "format": "UBL-DT-12",
    "unitCodeListIdentifier": "UBL-DT-13",
    "unitCodeListAgencyIdentifier": "UBL-DT-14",
    "unitCodeListAgencyName": "UBL-DT-15",
    "listAgencyName": "UBL-DT-16",
    "listName": "UBL-DT-17",
    "name": "UBL-DT-18",
    "languageID": "UBL-DT-19",
    "listURI": "UBL-DT-20",
    "listSchemeURI": "UBL-DT-21",
    "languageLocaleID": "UBL-DT-22",
    "uri": "UBL-DT-23",
    "currencyCodeListVersionID": "UBL-DT-24",
    "characterSetCode": "UBL-DT-25",
    "encodingCode": "UBL-DT-26",
    "schemeAgencyID": "UBL-DT-27",
    "listAgencyID": "UBL-DT-28",
}
_METHOD = ubl.qualified("cbc:PaymentMeansCode")


class _Place:
    """A place in the table: its rule, if it has one, and the places inside it."""

    __slots__ = ("inside", "rule")

    def __init__(self) -> None:
        self.rule = ""
        self.inside: dict[str, _Place] = {}


@lru_cache(maxsize=1)
def _table() -> _Place:
    """``outside_core.txt``: names indented below their parents, each with the number of its rule."""
    root = _Place()
    path = [root]
    for line in _lines():
        name, _, number = line.strip().partition(" ")
        depth = (len(line) - len(line.lstrip(" "))) // 2
        place = _Place()
        place.rule = f"UBL-CR-{number}" if number else ""
        for tag in tags(name):
            path[depth].inside[tag] = place
        path[depth + 1 :] = [place]
    return root


def tags(name: str) -> tuple[str, ...]:
    """The elements that a name in the table stands for, as lxml writes them."""
    if name == "line":
        return _LINES
    if name.startswith("ext:"):
        return (_EXTENSIONS + name.removeprefix("ext:"),)
    return (ubl.qualified(name),)


def places() -> dict[str, tuple[str, ...]]:
    """Each rule about an element, with the place that it is about; ``line`` is a line of the document."""
    found: dict[str, tuple[str, ...]] = {}
    path: list[str] = []
    for line in _lines():
        name, _, number = line.strip().partition(" ")
        path[(len(line) - len(line.lstrip(" "))) // 2 :] = [name]
        if number:
            found[f"UBL-CR-{number}"] = tuple(path)
    return found


def described() -> Iterator[tuple[str, Severity, str, str]]:
    """Every rule of this module: number, severity, term and sentence."""
    for code in places():
        yield code, Severity.WARNING, "", _OLD_UBL if code == "UBL-CR-002" else _OUTSIDE
    for number, _path in _ANYWHERE:
        yield f"UBL-CR-{number}", Severity.WARNING, "", _OUTSIDE
    for code in ("UBL-CR-666", "UBL-CR-673"):
        yield code, Severity.FATAL, "", _OBJECT
    surplus = [f"UBL-CR-{number}" for number, _path, _name in _ATTRIBUTES]
    for code in (*surplus, "UBL-CR-665", *NOWHERE.values()):
        yield code, Severity.WARNING, "", _ATTRIBUTE


def _lines() -> list[str]:
    return (files("app.validation.codes") / "outside_core.txt").read_text("ascii").splitlines()


def findings(document: Document, *, without: Collection[str] = ()) -> Iterable[Finding]:
    """One finding for each rule, except for these, at the first place that breaks it."""
    found: dict[str, Element] = {}
    _walk(document.children, _table().inside, found)
    for code, element in found.items():
        if code in without:
            continue
        if code == "UBL-CR-002":
            if string(element) == "2.1":
                continue
            yield _finding(document, code, _OLD_UBL, element, found=string(element)[:20])
        elif code != "UBL-CR-412" or document.kind is Kind.INVOICE:
            yield _outside(document, code, element)
    yield from _elsewhere(document)
    yield from _attributes(document)


def _walk(
    children: Iterable[Element], places: dict[str, _Place], found: dict[str, Element]
) -> None:
    for child in children:
        place = places.get(child.tag)
        if place is not None:
            if place.rule:
                found.setdefault(place.rule, child)
            if place.inside:
                _walk(child, place.inside, found)


def _elsewhere(document: Document) -> Iterator[Finding]:
    for number, path in _ANYWHERE:
        for element in document.nodes(path)[:1]:
            yield _outside(document, f"UBL-CR-{number}", element)
    for code, name in (("UBL-CR-666", "cac:Attachment"), ("UBL-CR-673", "cbc:DocumentDescription")):
        for element in document.nodes(f"cac:AdditionalDocumentReference/{name}"):
            if _is_object(element.getparent()):
                yield _finding(
                    document, code, _OBJECT, element, Severity.FATAL, name=_name(element)
                )
                break


def _is_object(reference: Element | None) -> bool:
    """Whether the reference is about the invoiced object."""
    types = (
        () if reference is None else reference.iterchildren(ubl.qualified("cbc:DocumentTypeCode"))
    )
    return any(string(each) == _OBJECT_TYPE for each in types)


def _attributes(document: Document) -> Iterator[Finding]:
    for number, path, name in _ATTRIBUTES:
        for element in document.nodes(path):
            if element.get(name) is not None:
                yield _surplus(document, f"UBL-CR-{number}", element, name)
                break
    for element in document.nodes("cac:AdditionalDocumentReference/cbc:ID"):
        if element.get("schemeID") is not None and not _only_object(element.getparent()):
            yield _surplus(document, "UBL-CR-665", element, "schemeID")
            break
    yield from _known_nowhere(document)


def _only_object(reference: Element | None) -> bool:
    """Whether the reference is about the invoiced object, and about nothing else."""
    if reference is None:
        return False
    types = list(reference.iterchildren(ubl.qualified("cbc:DocumentTypeCode")))
    return bool(types) and all(string(each) == _OBJECT_TYPE for each in types)


def _known_nowhere(document: Document) -> Iterator[Finding]:
    first: dict[str, Element] = {}
    for name, element in document.unusual_attributes:
        # Only the code of a payment method may have a name.
        if name in NOWHERE and (name != "name" or element.tag != _METHOD):
            first.setdefault(name, element)
    for name, element in first.items():
        yield _surplus(document, NOWHERE[name], element, name)


def _outside(document: Document, code: str, element: Element) -> Finding:
    parent = element.getparent()
    inside = "" if parent is None else _name(parent)
    return _finding(document, code, _OUTSIDE, element, name=_name(element), parent=inside)


def _surplus(document: Document, code: str, element: Element, name: str) -> Finding:
    return _finding(document, code, _ATTRIBUTE, element, name=_name(element), attribute=name)


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _finding(
    document: Document,
    code: str,
    sentence: str,
    element: Element,
    severity: Severity = Severity.WARNING,
    **values: object,
) -> Finding:
    line: int | None = getattr(element, "sourceline", None)
    return Finding(code, severity, sentence, "", document.place(element), line, values)
