"""Peppol BIS Billing 3.0: discounts, prices, currencies and the arithmetic of lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.invoice.model import Kind
from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import (
    Element,
    amount,
    amounts,
    cents,
    find,
    find_all,
    has,
    own_text,
    says,
    text,
)
from app.validation.rule import (
    ONCE,
    SUM,
    Rule,
    shown,
)
from app.validation.rules.en_codes import AMOUNTS

_ZERO, _ONE, _SLACK = Decimal(0), Decimal(1), Decimal("0.02")
_LINE = "cac:InvoiceLine|cac:CreditNoteLine"
_INDICATED = "cbc:ChargeIndicator"
_EXTRA = (
    "/*/cac:AllowanceCharge|/*/cac:InvoiceLine/cac:AllowanceCharge"
    "|/*/cac:CreditNoteLine/cac:AllowanceCharge"
)

_BASE_NEEDED = N_(
    "A discount or extra cost has a percentage, but not the amount that it is taken from. Fill in the base amount."
)
_PERCENT_NEEDED = N_(
    "A discount or extra cost has a base amount, but not the percentage that is taken from it. Fill in the percentage."
)
_INDICATOR = N_(
    "It isn't clear whether this is a discount or an extra cost. Say it with false (discount) or true (extra cost)."
)
_NO_PRICE_CHARGE = N_(
    "A price can only have a discount, no extra cost. Raise the price before discount instead."
)
_NET_PRICE = N_(
    "The price is %(found)s, but the price before discount less the discount is %(expected)s. Correct one of the three."
)
_CURRENCIES = N_(
    "The amount is in “%(found)s”, but the invoice is in another currency. Use one currency for all amounts."
)
_MANDATE = N_(
    "Direct debit needs the reference of the mandate. Fill it in, or choose another payment method."
)
_LINE_START = N_(
    "The period of the line begins before the period of the invoice. Correct one of the two dates."
)
_LINE_END = N_(
    "The period of the line ends after the period of the invoice. Correct one of the two dates."
)
_LINE_NET = N_(
    "The amount of the line is %(found)s, but quantity times price, with extra costs and discounts, is %(expected)s. Compute the line again."
)
_BASE_POSITIVE = N_(
    "The quantity that the price is for isn't more than 0. Write 1 when the price is for one unit."
)
_OBJECT_ONLY = N_(
    "A document reference on a line can only be the invoiced object. Give it type 130, or remove it."
)
_SAME_UNIT = N_(
    "The unit of the price is not the unit of the quantity. Choose the same unit for both."
)


def _percent_without_base(element: Element, _document: Document) -> bool:
    return has(element, "cbc:MultiplierFactorNumeric") and not has(element, "cbc:BaseAmount")


def _base_without_percent(element: Element, _document: Document) -> bool:
    return has(element, "cbc:BaseAmount") and not has(element, "cbc:MultiplierFactorNumeric")


def _neither(element: Element, document: Document) -> bool:
    return not (
        _percent_without_base(element, document) or _base_without_percent(element, document)
    )


def _never(_element: Element, _document: Document) -> bool:
    return False


def _share(element: Element) -> Decimal | None:
    base, percent = (
        amount(element, "cbc:BaseAmount"),
        amount(element, "cbc:MultiplierFactorNumeric"),
    )
    return None if base is None or percent is None else base * percent / 100


def _share_is_right(element: Element, _document: Document) -> bool:
    if not has(element, "cbc:BaseAmount"):
        return True
    expected = _share(element)
    found = amount(element, "cbc:Amount") or _ZERO
    return expected is not None and abs(found - expected) <= _SLACK


def _share_values(element: Element, _document: Document) -> Mapping[str, object]:
    return {"found": shown(amount(element, "cbc:Amount")), "expected": shown(_share(element))}


def _direct_debit(element: Element, _document: Document) -> bool:
    return text(element, "cbc:PaymentMeansCode") in ("49", "59")


def _has_breakdown_if_total(element: Element, _document: Document) -> bool:
    parent = element.getparent()
    if parent is None or not str(element.tag).endswith("}TaxAmount"):
        return True
    if str(parent.tag).endswith("}TaxSubtotal"):
        return True
    return str(parent.tag).endswith("}TaxTotal") and has(parent, "cac:TaxSubtotal")


def _within(part: str, *, start: bool) -> Rule:
    def bounds(element: Element, document: Document) -> tuple[date, date] | None:
        try:
            return (
                date.fromisoformat(own_text(element)[:10]),
                date.fromisoformat(text(document.root, f"cac:InvoicePeriod/{part}")[:10]),
            )
        except ValueError:
            return None

    def holds(element: Element, document: Document) -> bool:
        found = bounds(element, document)
        return found is None or (found[0] >= found[1] if start else found[0] <= found[1])

    context = (
        f"cac:InvoiceLine/cac:InvoicePeriod/{part}|cac:CreditNoteLine/cac:InvoicePeriod/{part}"
    )
    return Rule("", context, holds, _LINE_START if start else _LINE_END)


def _line_net(element: Element, document: Document) -> Decimal:
    credit = document.kind is Kind.CREDIT_NOTE
    quantity = amount(element, "cbc:CreditedQuantity" if credit else "cbc:InvoicedQuantity")
    base = amount(element, "cac:Price/cbc:BaseQuantity") or _ONE
    price = (amount(element, "cac:Price/cbc:PriceAmount") or _ZERO) / base
    extras = find_all(element, "cac:AllowanceCharge")
    charges = sum(
        (amounts(each, "cbc:Amount") for each in extras if text(each, _INDICATED) == "true"), _ZERO
    )
    allowances = sum(
        (amounts(each, "cbc:Amount") for each in extras if text(each, _INDICATED) == "false"), _ZERO
    )
    return (_ONE if quantity is None else quantity) * price + cents(charges) - cents(allowances)


def _line_net_is_right(element: Element, document: Document) -> bool:
    found = amount(element, "cbc:LineExtensionAmount") or _ZERO
    return abs(found - _line_net(element, document)) <= _SLACK


def _line_net_values(element: Element, document: Document) -> Mapping[str, object]:
    found = amount(element, "cbc:LineExtensionAmount")
    return {"found": shown(found), "expected": shown(cents(_line_net(element, document)))}


def _base_positive(element: Element, _document: Document) -> bool:
    if not has(element, "cac:Price/cbc:BaseQuantity"):
        return True
    return (amount(element, "cac:Price/cbc:BaseQuantity") or _ZERO) > 0


def _only_objects(element: Element, _document: Document) -> bool:
    references = find_all(element, "cac:DocumentReference")
    return not references or any(says(e, "cbc:DocumentTypeCode", "130") for e in references)


def _net_price(element: Element) -> Decimal | None:
    gross, discount = amount(element, "cbc:BaseAmount"), amount(element, "cbc:Amount")
    return None if gross is None or discount is None else gross - discount


def _price(element: Element) -> Decimal | None:
    parent = element.getparent()
    return None if parent is None else amount(parent, "cbc:PriceAmount")


def _net_price_is_right(element: Element, _document: Document) -> bool:
    if not has(element, "cbc:BaseAmount"):
        return True
    price = _price(element)
    return price is not None and price == _net_price(element)


def _net_price_values(element: Element, _document: Document) -> Mapping[str, object]:
    return {"found": shown(_price(element)), "expected": shown(_net_price(element))}


def _same_unit(element: Element, document: Document) -> bool:
    price = element.getparent()
    line = None if price is None else price.getparent()
    if element.get("unitCode") is None or line is None:
        return True
    credit = document.kind is Kind.CREDIT_NOTE
    quantity = find(line, "cbc:CreditedQuantity" if credit else "cbc:InvoicedQuantity")
    return quantity is None or element.get("unitCode") == quantity.get("unitCode")


_MONEY = (
    Rule("PEPPOL-EN16931-R040", _EXTRA, _share_is_right, SUM, "BT-92", applies=_neither, values=_share_values, figures=True),
    Rule("PEPPOL-EN16931-R041", _EXTRA, _never, _BASE_NEEDED, "BT-93", applies=_percent_without_base),
    Rule("PEPPOL-EN16931-R042", _EXTRA, _never, _PERCENT_NEEDED, "BT-94", applies=_base_without_percent),
    Rule("PEPPOL-EN16931-R043", _EXTRA, lambda e, _d: text(e, "cbc:ChargeIndicator") in ("true", "false"), _INDICATOR, "BT-92", applies=_neither),
    Rule("PEPPOL-EN16931-R044", "cac:Price/cac:AllowanceCharge", lambda e, _d: text(e, "cbc:ChargeIndicator") == "false", _NO_PRICE_CHARGE, "BT-147"),
    Rule("PEPPOL-EN16931-R046", "cac:Price/cac:AllowanceCharge", _net_price_is_right, _NET_PRICE, "BT-146", values=_net_price_values, figures=True),
    Rule("PEPPOL-EN16931-R051", AMOUNTS, lambda e, d: e.get("currencyID") == d.currency_as_written, _CURRENCIES, "BT-5", applies=_has_breakdown_if_total, values=lambda e, _d: {"found": e.get("currencyID") or ""}),
    Rule("PEPPOL-EN16931-R061", "cac:PaymentMeans", lambda e, _d: has(e, "cac:PaymentMandate/cbc:ID"), _MANDATE, "BT-89", applies=_direct_debit),
)  # fmt: skip

_LINES = (
    replace(_within("cbc:StartDate", start=True), code="PEPPOL-EN16931-R110", term="BT-134"),
    replace(_within("cbc:EndDate", start=False), code="PEPPOL-EN16931-R111", term="BT-135"),
    Rule("PEPPOL-EN16931-R120", _LINE, _line_net_is_right, _LINE_NET, "BT-131", values=_line_net_values, figures=True),
    Rule("PEPPOL-EN16931-R121", _LINE, _base_positive, _BASE_POSITIVE, "BT-149"),
    Rule("PEPPOL-EN16931-R100", _LINE, lambda e, _d: len(find_all(e, "cac:DocumentReference")) <= 1, ONCE, "BT-128"),
    Rule("PEPPOL-EN16931-R101", _LINE, _only_objects, _OBJECT_ONLY, "BT-128"),
    Rule("PEPPOL-EN16931-R130", "cac:Price/cbc:BaseQuantity", _same_unit, _SAME_UNIT, "BT-150"),
)  # fmt: skip

RULES = (*_MONEY, *_LINES)
