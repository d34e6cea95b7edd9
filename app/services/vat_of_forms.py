"""What VAT asks of an invoice from the form: which numbers, dates and reasons, each said at its field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.errors import AppError, Unreadable
from app.invoice import vat_choices
from app.invoice.model import Address, Delivery, Invoice, Party
from app.invoice.vat_choices import EXEMPT, EXPORT, INTRA_COMMUNITY, OUTSIDE, REVERSE_CHARGE
from app.invoice.wording import N_

_NOT_POSSIBLE = {
    INTRA_COMMUNITY: N_(
        "This is for goods that go to another country of the EU. Choose another kind of VAT, "
        "or correct the country."
    ),
    EXPORT: N_(
        "An export goes to a country outside the EU. Choose another kind of VAT, "
        "or correct the country."
    ),
}
_SPAIN_ONLY = N_("This tax is for suppliers in Spain only. Choose another kind of VAT.")


def mistakes(invoice: Invoice, rows: Sequence[str]) -> Iterator[tuple[str, AppError]]:
    """What is missing or cannot be, with its field; ``rows`` are the beginnings of the fields of each row."""
    used = _used(invoice)
    yield from _of_rows(invoice, used, rows)
    yield from _of_numbers(invoice, set(used))
    yield from _of_delivery(invoice, set(used))
    if EXEMPT in used and not invoice.vat_breakdown:
        yield (
            "exemption_reason",
            Unreadable(
                "Say why no VAT is charged: the law or article, or what the exemption is for."
            ),
        )


def completed(invoice: Invoice) -> Invoice:
    """With what follows from the kinds of VAT: where goods went, and no VAT numbers outside VAT."""
    used = set(_used(invoice))
    if INTRA_COMMUNITY in used:
        invoice = replace(invoice, delivery=_delivered(invoice))
    if used == {OUTSIDE}:  # BR-O-02: such an invoice names no VAT number
        seller, buyer = (replace(each, vat_id=None) for each in (invoice.seller, invoice.buyer))
        invoice = replace(invoice, seller=seller, buyer=buyer)
    return invoice


def destination(invoice: Invoice) -> str:
    """The country that it goes to: where it is delivered, else where the customer is."""
    place = invoice.delivery.address if invoice.delivery else None
    return _country(place) or buyer_country(invoice)


def seller_country(invoice: Invoice) -> str:
    """The country of the supplier."""
    return _country(invoice.seller.address)


def buyer_country(invoice: Invoice) -> str:
    """The country of the customer."""
    return _country(invoice.buyer.address)


def _used(invoice: Invoice) -> list[str]:
    of_lines = [each.vat_category or "" for each in invoice.lines]
    return of_lines + [each.vat_category or "" for each in invoice.allowances_charges]


def _of_rows(
    invoice: Invoice, used: list[str], rows: Sequence[str]
) -> Iterator[tuple[str, AppError]]:
    seller, there = seller_country(invoice), destination(invoice)
    for row, family in zip(rows, used, strict=True):
        field = f"{row}-vat_category"
        if family not in vat_choices.FAMILIES:
            yield field, Unreadable("Choose the kind of VAT.")
        elif not vat_choices.possible(family, seller, there):
            yield field, Unreadable(_NOT_POSSIBLE.get(family, _SPAIN_ONLY))
        elif family == OUTSIDE and set(used) != {OUTSIDE}:
            yield (
                field,
                Unreadable(
                    "Outside VAT goes with no other kind of VAT. Make a second invoice for it."
                ),
            )


def _of_numbers(invoice: Invoice, used: set[str]) -> Iterator[tuple[str, AppError]]:
    if used - {OUTSIDE} and not invoice.seller.vat_id:
        yield (
            "seller_vat",
            Unreadable(
                "Fill in your VAT number. Without one, choose “outside VAT” for every line."
            ),
        )
    if INTRA_COMMUNITY in used and not invoice.buyer.vat_id:
        yield (
            "buyer_vat",
            Unreadable(
                "Fill in the customer's VAT number: goods that go to another EU country need it."
            ),
        )
    elif REVERSE_CHARGE in used and not _known(invoice.buyer):
        yield (
            "buyer_vat",
            Unreadable("Fill in the customer's VAT number: who pays the VAT must be known."),
        )


def _known(buyer: Party) -> bool:
    return buyer.vat_id is not None or buyer.legal_id is not None


def _of_delivery(invoice: Invoice, used: set[str]) -> Iterator[tuple[str, AppError]]:
    delivered = invoice.delivery.date if invoice.delivery else None
    if INTRA_COMMUNITY in used and delivered is None:
        yield (
            "delivery_date",
            Unreadable("Fill in the delivery date: goods that go to another EU country need it."),
        )


def _delivered(invoice: Invoice) -> Delivery:
    known = invoice.delivery or Delivery()
    return known if _country(known.address) else replace(known, address=invoice.buyer.address)


def _country(address: Address | None) -> str:
    return (address.country if address else None) or ""
