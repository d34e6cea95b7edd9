"""The VAT breakdown as it follows from lines, discounts and extra costs."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from app.invoice.compose import rounded
from app.validation.document import Document
from app.validation.fixes.amounts import NET, Pen, is_long
from app.validation.look import Element, amount, amounts, find, find_all, text
from app.validation.rules.en_sums import near_tax

_ZERO = Decimal(0)
_LINE_CATEGORY, _EXTRA_CATEGORY = "cac:Item/cac:ClassifiedTaxCategory", "cac:TaxCategory"
_BY_RATE = frozenset({"S", "L", "M"})
_WITHOUT_VAT = frozenset({"Z", "E", "AE", "K", "G", "O"})
_MOST_RATES = 50  # no honest invoice has more

_Rate = tuple[str, Decimal | None]


class Breakdown:
    """The rows of one document, and whether something in them was wrong."""

    def __init__(self, document: Document, pen: Pen) -> None:
        self._document, self._pen = document, pen
        self.rows = find_all(document.root, "cac:TaxTotal/cac:TaxSubtotal")
        self._bases = self._added_up() if self.rows else {}
        self.agrees = True  # every taxable amount is exactly what the lines come to
        self.tax_was_wrong = False

    @property
    def clear(self) -> bool:
        """Whether there is one row for each rate, so that we know what belongs where."""
        rates = Counter(_rate_of(row, _EXTRA_CATEGORY) for row in self.rows)
        known = all(_is_known(rate) for rate in rates)
        return 0 < len(self.rows) <= _MOST_RATES and known and max(rates.values()) == 1

    def put_right(self) -> None:
        """Taxable amounts first, then the VAT that follows from them."""
        for row in self.rows:
            self._taxable(row)
            self._tax(row)

    def _taxable(self, row: Element) -> None:
        category, rate = _rate_of(row, _EXTRA_CATEGORY)
        expected = rounded(self._bases.get((category, rate), _ZERO))
        found = amount(row, "cbc:TaxableAmount")
        self.agrees &= found is not None and rounded(found) == expected
        if category in _BY_RATE and found is not None and abs(found - expected) < 1:
            # The rules forgive less than one unit; only what is written too long is rounded.
            expected = rounded(found)
        self._pen.put_right(row, "cbc:TaxableAmount", "BT-116", expected)

    def _tax(self, row: Element) -> None:
        category, rate = _rate_of(row, _EXTRA_CATEGORY)
        base, tax = amount(row, "cbc:TaxableAmount"), amount(row, "cbc:TaxAmount")
        if category in _BY_RATE and near_tax(tax, base, rate) and tax is not None:
            expected = tax
        else:
            expected = (base or _ZERO) * (rate or _ZERO) / 100
        was_long = is_long(row, "cbc:TaxAmount")
        self.tax_was_wrong |= (
            self._pen.put_right(row, "cbc:TaxAmount", "BT-117", expected) and not was_long
        )

    def _added_up(self) -> dict[_Rate, Decimal]:
        found: dict[_Rate, Decimal] = {}
        parts = [(each, _LINE_CATEGORY, amounts(each, NET)) for each in self._document.lines]
        for sign, extras in ((1, self._document.charges), (-1, self._document.allowances)):
            parts += [(e, _EXTRA_CATEGORY, sign * amounts(e, "cbc:Amount")) for e in extras]
        for element, path, value in parts:
            rate = _rate_of(element, path)
            found[rate] = found.get(rate, _ZERO) + value
        return found


def _rate_of(element: Element, path: str) -> _Rate:
    """Category and rate; where there is no VAT the rate makes no difference."""
    category = find(element, path)
    if category is None:
        return "", None
    code = text(category, "cbc:ID")
    return code, amount(category, "cbc:Percent") if code in _BY_RATE else None


def _is_known(rate: _Rate) -> bool:
    category, percent = rate
    return category in _WITHOUT_VAT or (category in _BY_RATE and percent is not None)
