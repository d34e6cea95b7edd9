"""EN 16931: VAT categories that go with nothing else, or with certain countries only."""

from __future__ import annotations

from collections.abc import Iterable

from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import Element, find_all, is_false, is_true, says, string, written
from app.validation.report import Finding, Severity
from app.validation.rules.en_vat import finding

_EXTRA = "cac:AllowanceCharge/cac:TaxCategory"
_ROW = "/*/cac:TaxTotal/cac:TaxSubtotal"
_ANY = "cac:TaxCategory|cac:ClassifiedTaxCategory"

_ONLY_O = N_(
    "VAT category O (outside the scope of VAT) can't be combined with other VAT categories in one invoice. Make a second invoice for what is inside the scope of VAT."
)
_DELIVERY_DATE = N_(
    "An intra-community supply needs a date. Fill in the delivery date or the invoicing period."
)
_DELIVERY_COUNTRY = N_(
    "An intra-community supply needs the country that the goods went to. Fill in the country of the delivery address."
)
_ONLY_ITALY = N_(
    "VAT category B (split payment) is for invoices between Italian parties only. Choose another VAT category."
)
_B_WITHOUT_S = N_(
    "VAT category B (split payment) can't be combined with the standard rate (S). Make a second invoice for the standard rate."
)


_FATAL = Severity.FATAL
DESCRIBED = (
    *((f"BR-O-{number}", _FATAL, "BT-118", _ONLY_O) for number in (11, 12, 13, 14)),
    ("BR-IC-11", _FATAL, "BT-72", _DELIVERY_DATE),
    ("BR-IC-12", _FATAL, "BT-80", _DELIVERY_COUNTRY),
    ("BR-B-01", _FATAL, "BT-118", _ONLY_ITALY),
    ("BR-B-02", _FATAL, "BT-118", _B_WITHOUT_S),
)


def findings(document: Document, *, older: bool = False) -> Iterable[Finding]:
    """What is wrong with categories O, K and B; ``older`` for the release before 1.3.16."""
    rows = _codes(document, f"{_ROW}/cac:TaxCategory")
    if "O" in rows:
        yield from _only_outside_scope(document, rows)
    if "K" in rows:
        yield from _intra_community(document)
    if _says(document, _ANY, "B"):
        yield from _split_payment(document, older=older)


def _codes(document: Document, pattern: str) -> set[str]:
    return {code for code, _element in document.categories(pattern)}


def _of_parent(element: Element, *, charge: bool) -> bool:
    parent = element.getparent()
    return parent is not None and (is_true(parent) if charge else is_false(parent))


def _only_outside_scope(document: Document, rows: set[str]) -> Iterable[Finding]:
    extras = document.categories(_EXTRA)
    for code, found in (
        ("BR-O-11", rows),
        ("BR-O-12", _codes(document, "cac:ClassifiedTaxCategory")),
        ("BR-O-13", {c for c, element in extras if _of_parent(element, charge=False)}),
        ("BR-O-14", {c for c, element in extras if _of_parent(element, charge=True)}),
    ):
        if found - {"O"}:
            yield finding(document, code, "BT-118", _ONLY_O, document.root)


def _intra_community(document: Document) -> Iterable[Finding]:
    root = document.root
    period = any(
        isinstance(child.tag, str) for each in find_all(root, "cac:InvoicePeriod") for child in each
    )
    if not period and len(written(root, "cac:Delivery/cbc:ActualDeliveryDate")) < 2:
        yield finding(document, "BR-IC-11", "BT-72", _DELIVERY_DATE, root)
    country = "cac:Delivery/cac:DeliveryLocation/cac:Address/cac:Country/cbc:IdentificationCode"
    if len(written(root, country)) < 2:
        yield finding(document, "BR-IC-12", "BT-80", _DELIVERY_COUNTRY, root)


def _says(document: Document, pattern: str, code: str) -> bool:
    return any(says(each, "cbc:ID", code) for each in document.nodes(pattern))


def _used(document: Document, code: str, row: str = "/cac:TaxCategory") -> bool:
    """Whether a category is in the breakdown, on the whole document or on a line."""
    places = f"{_ROW}{row}|/*/cac:AllowanceCharge/cac:TaxCategory|cac:ClassifiedTaxCategory"
    return _says(document, places, code)


def _split_payment(document: Document, *, older: bool) -> Iterable[Finding]:
    if any(string(each) != "IT" for each in document.nodes("cbc:IdentificationCode")):
        yield finding(document, "BR-B-01", "BT-118", _ONLY_ITALY, document.root)
    # Before 1.3.16 the rule looked for the standard rate one level too high in the breakdown.
    if _used(document, "B") and _used(document, "S", "" if older else "/cac:TaxCategory"):
        yield finding(document, "BR-B-02", "BT-118", _B_WITHOUT_S, document.root)
