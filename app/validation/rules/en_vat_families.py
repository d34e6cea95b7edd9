"""The VAT categories of EN 16931 and what sets each apart, as one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import Element, amount, has

Who = Callable[[Document], bool]
Rate = Callable[[Element], bool]

_ZERO = Decimal(0)

_RATE_ZERO = N_(
    "With VAT category %(category)s the VAT rate must be 0. Set the rate to 0, or choose another category."
)
_RATE_POSITIVE = N_(
    "With VAT category %(category)s the VAT rate must be more than 0. For a rate of 0 choose another category."
)
_RATE_NOT_NEGATIVE = N_(
    "With VAT category %(category)s a VAT rate is needed, and it can't be below 0. Fill in the rate."
)
_RATE_ABSENT = N_("With VAT category %(category)s there must be no VAT rate. Remove it.")

_SELLER = N_("a VAT or tax number of the seller, or of the tax representative")
_SELLER_VAT = N_("the VAT number of the seller or of the tax representative")
_AND_BUYER = N_("a VAT or tax number of the seller, and a VAT or registration number of the buyer")
_AND_BUYER_VAT = N_("the VAT numbers of the seller and of the buyer")


@dataclass(frozen=True, slots=True)
class Family:
    """What sets one VAT category apart."""

    category: str
    infix: str
    name: str
    numbers: Who
    numbers_sentence: str
    rate: Rate
    rate_sentence: str
    exact: bool  # amounts agree to the cent and VAT is zero; else within one unit, per rate
    reason: bool  # a reason is needed; else it is forbidden

    @property
    def only_when_used(self) -> bool:
        """S, L and M may have several rows in the breakdown, one for each rate."""
        return not self.exact


def _has_vat_number(document: Document) -> bool:
    return document.seller_has_own_vat_number or document.representative_has_vat_number


def _seller(document: Document) -> bool:
    return document.seller_has_tax_number


def _seller_and_buyer(document: Document) -> bool:
    return document.seller_has_tax_number and (
        document.buyer_has_vat_number or document.buyer_has_legal_number
    )


def _both_vat(document: Document) -> bool:
    return _has_vat_number(document) and document.buyer_has_vat_number


def _nobody(document: Document) -> bool:
    return not (_has_vat_number(document) or document.buyer_has_vat_number)


def _zero(category: Element) -> bool:
    return amount(category, "cbc:Percent") == 0


def _positive(category: Element) -> bool:
    return (amount(category, "cbc:Percent") or _ZERO) > 0


def _not_negative(category: Element) -> bool:
    rate = amount(category, "cbc:Percent")
    return rate is not None and rate >= 0


def _absent(category: Element) -> bool:
    return not has(category, "cbc:Percent")


FAMILIES = (
    Family("S", "S", N_("S (standard rate)"), _seller, _SELLER, _positive, _RATE_POSITIVE, False, False),
    Family("Z", "Z", N_("Z (zero rate)"), _seller, _SELLER, _zero, _RATE_ZERO, True, False),
    Family("E", "E", N_("E (exempt)"), _seller, _SELLER, _zero, _RATE_ZERO, True, True),
    Family("AE", "AE", N_("AE (reverse charge)"), _seller_and_buyer, _AND_BUYER, _zero, _RATE_ZERO, True, True),
    Family("K", "IC", N_("K (intra-community supply)"), _both_vat, _AND_BUYER_VAT, _zero, _RATE_ZERO, True, True),
    Family("G", "G", N_("G (export outside the EU)"), _has_vat_number, _SELLER_VAT, _zero, _RATE_ZERO, True, True),
    Family("O", "O", N_("O (outside the scope of VAT)"), _nobody, "", _absent, _RATE_ABSENT, True, True),
    Family("L", "AF", N_("L (Canary Islands, IGIC)"), _seller, _SELLER, _not_negative, _RATE_NOT_NEGATIVE, False, False),
    Family("M", "AG", N_("M (Ceuta and Melilla, IPSI)"), _seller, _SELLER, _not_negative, _RATE_NOT_NEGATIVE, False, False),
)  # fmt: skip
