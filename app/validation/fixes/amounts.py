"""Write amounts where they belong, and remember what was changed by that."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from app.invoice.compose import rounded
from app.validation.fixes import places
from app.validation.fixes.change import Change
from app.validation.look import Element, amount, find, find_all, is_true
from app.validation.rule import decimals

EXTRA, NET = "cac:AllowanceCharge", "cbc:LineExtensionAmount"
# The amount and what it is taken from: of a discount, and of an extra cost.
_OF_DOCUMENT = (("BT-92", "BT-93"), ("BT-99", "BT-100"))
_OF_LINE = (("BT-136", "BT-137"), ("BT-141", "BT-142"))


class Pen:
    """Puts amounts into a document, with two decimals."""

    def __init__(self) -> None:
        self.changes: list[Change] = []

    def put_right(self, parent: Element, name: str, term: str, value: Decimal) -> bool:
        """Write it if it isn't so already; the answer is whether it was another amount."""
        same = amount(parent, name) == rounded(value)
        if not same or is_long(parent, name):
            self._write(parent, name, term, rounded(value))
        return not same

    def round(self, parent: Element, names: Iterable[tuple[str, str]]) -> None:
        """Two decimals for those of these that have more."""
        for name, term in names:
            value = amount(parent, name)
            if value is not None and is_long(parent, name):
                self._write(parent, name, term, rounded(value))

    def round_extras(self, parent: Element, *, of_line: bool) -> None:
        """The same for discounts and extra costs."""
        terms = _OF_LINE if of_line else _OF_DOCUMENT
        for extra in find_all(parent, EXTRA):
            its_own, base = terms[is_true(extra)]
            self.round(extra, (("cbc:Amount", its_own), ("cbc:BaseAmount", base)))

    def _write(self, parent: Element, name: str, term: str, value: Decimal) -> None:
        old = places.put_amount(parent, name, value)
        line = places.line_of(parent)
        self.changes.append(Change(term, old, format(value, "f"), name.partition(":")[2], line))


def is_long(parent: Element, name: str) -> bool:
    """Whether more than two decimals are written."""
    element = find(parent, name)
    return element is not None and decimals(element) > 2
