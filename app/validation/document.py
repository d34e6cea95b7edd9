"""A parsed document, prepared once for all rules: elements by name, and facts that many ask for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import TypeVar, cast

from lxml import etree

from app.invoice import ubl
from app.invoice.model import Kind
from app.validation.look import (
    Element,
    find_all,
    has,
    is_false,
    is_true,
    says,
    text,
    under_vat,
    written,
)

Answer = TypeVar("Answer")

_PREFIXES = {ubl.CAC: "cac:", ubl.CBC: "cbc:"}
_SELLER, _BUYER = "cac:AccountingSupplierParty/cac:Party", "cac:AccountingCustomerParty/cac:Party"
_COUNTRY = "cac:PostalAddress/cac:Country/cbc:IdentificationCode"
# Attributes that every invoice has; what is left is looked at one by one.
_USUAL = ("currencyID", "schemeID", "unitCode", "listID", "listVersionID", "mimeCode", "filename")
_unusual = etree.XPath("//*[@*[not(" + " or ".join(f"name()='{each}'" for each in _USUAL) + ")]]")
_empty = etree.XPath("//*[not(*) and not(normalize-space())]")


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> tuple[tuple[bool, tuple[str, ...]], ...]:
    """``/*/cac:TaxTotal | cac:Delivery``: from the root, or wherever it stands."""
    alternatives = []
    for alternative in pattern.split("|"):
        names = alternative.strip().split("/")
        anchored = names[0] == ""
        names = names[2:] if anchored else names
        alternatives.append((anchored, tuple(ubl.qualified(name) for name in names)))
    return tuple(alternatives)


class Document:
    """The tree of one invoice, with an index that is built in one walk."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.kind = Kind.INVOICE if root.tag == ubl.INVOICE_ROOT else Kind.CREDIT_NOTE
        self._by_tag: dict[str, list[Element]] = {}
        for element in root.iter("*"):
            self._by_tag.setdefault(str(element.tag), []).append(element)
        self._found: dict[str, list[Element]] = {}
        self._categories: dict[str, list[tuple[str, Element]]] = {}
        self._answers: dict[object, object] = {}
        self._ordinals: dict[Element, dict[Element, str]] = {}

    def once(self, key: object, compute: Callable[[], Answer]) -> Answer:
        """An answer that very many elements ask for, computed for the first of them."""
        if key not in self._answers:
            self._answers[key] = compute()
        return cast("Answer", self._answers[key])

    @cached_property
    def empty(self) -> list[Element]:
        """Elements without any content."""
        return cast("list[Element]", _empty(self.root))

    def tagged(self, ending: str) -> list[Element]:
        """Every element whose name ends like this."""
        return [e for tag, same in self._by_tag.items() if tag.endswith(ending) for e in same]

    def nodes(self, pattern: str) -> list[Element]:
        """The elements that a pattern such as ``cac:Delivery/cbc:ID`` or ``/*/cac:TaxTotal`` means."""
        if pattern == "/*":
            return [self.root]
        if pattern not in self._found:
            self._found[pattern] = [
                element
                for anchored, tags in _pattern(pattern)
                for element in self._by_tag.get(tags[-1], ())
                if self._stands_under(element, tags, anchored)
            ]
        return self._found[pattern]

    def _stands_under(self, element: Element, tags: tuple[str, ...], anchored: bool) -> bool:
        parent = element.getparent()
        for tag in reversed(tags[:-1]):
            if parent is None or parent.tag != tag:
                return False
            parent = parent.getparent()
        return parent is self.root if anchored else True

    @cached_property
    def unusual_attributes(self) -> list[tuple[str, Element]]:
        """Attributes that few invoices have, each with its element, in the document's order."""
        found = cast("list[Element]", _unusual(self.root))
        return [(str(name), each) for each in found for name in each.attrib if name not in _USUAL]

    @cached_property
    def lines(self) -> list[Element]:
        """Lines of the document itself, not those inside sub-lines."""
        return self.nodes("/*/cac:InvoiceLine|/*/cac:CreditNoteLine")

    @cached_property
    def allowances(self) -> list[Element]:
        """Discounts on the whole document."""
        return [each for each in self.nodes("/*/cac:AllowanceCharge") if is_false(each)]

    @cached_property
    def charges(self) -> list[Element]:
        """Extra costs on the whole document."""
        return [each for each in self.nodes("/*/cac:AllowanceCharge") if is_true(each)]

    @cached_property
    def currency(self) -> str:
        """BT-5."""
        return text(self.root, "cbc:DocumentCurrencyCode")

    @cached_property
    def currency_as_written(self) -> str:
        """BT-5 without any tolerance: amounts must repeat it exactly."""
        return written(self.root, "cbc:DocumentCurrencyCode")

    @cached_property
    def customization(self) -> str:
        """BT-24."""
        return text(self.root, "cbc:CustomizationID")

    @cached_property
    def profile(self) -> str:
        """BT-23."""
        return text(self.root, "cbc:ProfileID")

    @cached_property
    def seller_country(self) -> str:
        """The country of the seller's address (BT-40), in capitals."""
        return text(self.root, f"{_SELLER}/{_COUNTRY}").upper()

    @cached_property
    def buyer_country(self) -> str:
        """The country of the buyer's address (BT-55), in capitals."""
        return text(self.root, f"{_BUYER}/{_COUNTRY}").upper()

    @cached_property
    def seller_country_as_written(self) -> str:
        """BT-40 without any tolerance; some national rules have none."""
        return written(self.root, f"{_SELLER}/{_COUNTRY}")

    @cached_property
    def buyer_country_as_written(self) -> str:
        """BT-55 without any tolerance."""
        return written(self.root, f"{_BUYER}/{_COUNTRY}")

    @cached_property
    def seller_own_tax_country(self) -> str:
        """The letters of the seller's VAT number; without a number, the country of the address."""
        return self._tax_letters(f"{_SELLER}/cac:PartyTaxScheme") or self.seller_country or "XX"

    @cached_property
    def seller_tax_country(self) -> str:
        """The same, but a tax representative's VAT number comes before the address."""
        return (
            self._tax_letters(f"{_SELLER}/cac:PartyTaxScheme")
            or self._tax_letters("cac:TaxRepresentativeParty/cac:PartyTaxScheme")
            or self.seller_country
            or "XX"
        )

    @cached_property
    def buyer_tax_country(self) -> str:
        """The letters of the buyer's VAT number; without a number, the country of the address."""
        return self._tax_letters(f"{_BUYER}/cac:PartyTaxScheme") or self.buyer_country or "XX"

    def _tax_letters(self, path: str) -> str:
        for scheme in find_all(self.root, path):
            if says(scheme, "cac:TaxScheme/cbc:ID", "VAT"):
                letters = written(scheme, "cbc:CompanyID")[:2]
                if letters:
                    return letters.strip().upper()
        return ""

    @cached_property
    def seller_has_tax_number(self) -> bool:
        """A number under any tax scheme, or a representative's VAT number."""
        return bool(self.nodes(f"{_SELLER}/cac:PartyTaxScheme/cbc:CompanyID")) or (
            self.representative_has_vat_number
        )

    @cached_property
    def seller_has_own_vat_number(self) -> bool:
        """BT-31."""
        return self._vat_number(f"{_SELLER}/cac:PartyTaxScheme")

    @cached_property
    def representative_has_vat_number(self) -> bool:
        """BT-63."""
        return self._vat_number("cac:TaxRepresentativeParty/cac:PartyTaxScheme")

    @cached_property
    def buyer_has_vat_number(self) -> bool:
        """BT-48."""
        return self._vat_number(f"{_BUYER}/cac:PartyTaxScheme")

    @cached_property
    def buyer_has_legal_number(self) -> bool:
        """BT-47."""
        return bool(self.nodes(f"{_BUYER}/cac:PartyLegalEntity/cbc:CompanyID"))

    def _vat_number(self, pattern: str) -> bool:
        return any(under_vat(each) and has(each, "cbc:CompanyID") for each in self.nodes(pattern))

    def categories(self, pattern: str) -> list[tuple[str, Element]]:
        """Tax categories under VAT, each with its code."""
        if pattern not in self._categories:
            self._categories[pattern] = [
                (text(each, "cbc:ID"), each) for each in self.nodes(pattern) if under_vat(each)
            ]
        return self._categories[pattern]

    def place(self, element: Element) -> str:
        """Where an element stands, as people who know UBL write it."""
        parts: list[str] = []
        current: Element | None = element
        while current is not None:
            parent = current.getparent()
            parts.append(_name(current) + self._ordinal(current, parent))
            current = parent
        return "/" + "/".join(reversed(parts))

    def _ordinal(self, element: Element, parent: Element | None) -> str:
        if parent is None:
            return ""
        # Counted once for all children together: a document may have very many lines.
        if parent not in self._ordinals:
            self._ordinals[parent] = _numbered(parent)
        return self._ordinals[parent].get(element, "")


def _name(element: Element) -> str:
    namespace, _, local = str(element.tag).removeprefix("{").rpartition("}")
    return _PREFIXES.get(namespace, "") + local


def _numbered(parent: Element) -> dict[Element, str]:
    """The children that have a namesake, each with its number."""
    same: dict[str, list[Element]] = {}
    for child in parent.iterchildren("*"):
        same.setdefault(str(child.tag), []).append(child)
    return {
        child: f"[{number}]"
        for namesakes in same.values()
        if len(namesakes) > 1
        for number, child in enumerate(namesakes, 1)
    }
