"""A parsed document, prepared once for all rules: elements by name, and facts that many ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from functools import cached_property, lru_cache
from typing import TypeVar, cast

from lxml import etree

from app.invoice import ubl
from app.invoice.model import Kind
from app.validation import likeness
from app.validation.likeness import LINES, Likeness
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
from app.validation.places import Places

Answer = TypeVar("Answer")

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
    """The tree of one invoice, with an index that is built in one walk.

    Of lines that look alike it shows the first only, except of the kinds that are kept ``apart``.
    """

    def __init__(
        self, root: Element, looks: Likeness | None = None, apart: Collection[likeness.Kind] = ()
    ) -> None:
        self.root = root
        self.kind = Kind.INVOICE if root.tag == ubl.INVOICE_ROOT else Kind.CREDIT_NOTE
        self.looks = Likeness(root) if looks is None else looks
        self._passed_by = {
            line for kind in self.looks.kinds if kind not in apart for line in kind.others
        }
        self._found: dict[str, list[Element]] = {}
        self._categories: dict[str, list[tuple[str, Element]]] = {}
        self._answers: dict[object, object] = {}
        self._places = Places()

    def once(self, key: object, compute: Callable[[], Answer]) -> Answer:
        """An answer that very many elements ask for, computed for the first of them."""
        if key not in self._answers:
            self._answers[key] = compute()
        return cast("Answer", self._answers[key])

    @cached_property
    def _by_tag(self) -> dict[str, list[Element]]:
        found = defaultdict[str, list[Element]](list)
        found[str(self.root.tag)].append(self.root)
        for child in self.children:
            for element in child.iter("*"):
                found[element.tag].append(element)
        return dict(found)

    @cached_property
    def children(self) -> list[Element]:
        """The children of the root, without those lines that another stands for."""
        children = self.root.iterchildren("*")
        if not self._passed_by:
            return list(children)
        return [each for each in children if each not in self._passed_by]

    @cached_property
    def whole(self) -> Document:
        """The same with every line, for rules that look at figures."""
        return Document(self.root, self.looks, self.looks.kinds) if self._passed_by else self

    def every(self, pattern: str) -> list[Element]:
        """What ``nodes`` finds, also in lines that another stands for."""
        found = self.nodes(pattern)
        if self._passed_by and any(map(self._in_line, found)):
            return self.whole.nodes(pattern)
        return found

    def _in_line(self, element: Element) -> bool:
        return any(each.tag in LINES for each in (element, *element.iterancestors()))

    def with_apart(self, places: Iterable[str]) -> Document | None:
        """The same with all lines of the kinds in which these places are; nothing when it shows them."""
        repeated = {self.place(kind.first): kind for kind in self.looks.kinds if kind.others}
        lines = {"/".join(place.split("/")[:3]) for place in places}
        apart = [kind for place, kind in repeated.items() if place in lines]
        return Document(self.root, self.looks, apart) if apart else None

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
        return self._places.of(element)
