"""What to think of before an invoice is sent: what governments and countries ask for, by field."""

from __future__ import annotations

from collections.abc import Iterator

from app.invoice import vat_choices
from app.invoice.model import Invoice
from app.invoice.wording import N_
from app.services import vat_of_forms

OIN, ENTERPRISE = "0190", "0208"
GOVERNMENT = N_(
    "This is a Dutch government body. It asks for the order number, or for its own reference."
)
GOVERNMENT_NUMBER = N_(
    "This is a Dutch government body. Use its OIN both to send to and as its number in the register."
)
BELGIAN_NUMBER = N_(
    "Businesses in Belgium are found by their enterprise number. Use that rather than a VAT number."
)
BELGIAN_ORDER = N_("Customers in Belgium often ask for their order number.")
BELGIAN_SUPPLIER = N_(
    "Your organization is in Belgium and has no enterprise number here yet. Add it to the organization."
)
HOME_CURRENCY = N_(
    "This invoice is in another currency than that of your tax office. Fill in the exchange rate, "
    "so that the VAT is told in both."
)


def hints(invoice: Invoice) -> Iterator[tuple[str, str]]:
    """A field and an English message, for each thing to think of."""
    yield from _dutch_government(invoice)
    yield from _belgium(invoice)
    if foreign(invoice) and invoice.totals.tax and not invoice.accounting_currency:
        yield "exchange_rate", HOME_CURRENCY


def foreign(invoice: Invoice) -> bool:
    """Whether its currency isn't that of the supplier's tax office."""
    home = vat_choices.currency(vat_of_forms.seller_country(invoice))
    return bool(home and invoice.currency and invoice.currency != home)


def _dutch_government(invoice: Invoice) -> Iterator[tuple[str, str]]:
    endpoint, legal = invoice.buyer.endpoint, invoice.buyer.legal_id
    schemes = {endpoint.scheme if endpoint else "", legal.scheme if legal else ""}
    if OIN not in schemes:
        return
    if schemes != {OIN}:
        yield "buyer_value", GOVERNMENT_NUMBER
    if not (invoice.order_reference or invoice.buyer_reference):
        yield "order_reference", GOVERNMENT


def _belgium(invoice: Invoice) -> Iterator[tuple[str, str]]:
    endpoint = invoice.buyer.endpoint
    if vat_of_forms.buyer_country(invoice) == "BE" and endpoint is not None:
        if endpoint.scheme != ENTERPRISE:
            yield "buyer_scheme", BELGIAN_NUMBER
        if not invoice.order_reference:
            yield "order_reference", BELGIAN_ORDER
    if vat_of_forms.seller_country(invoice) == "BE" and (
        invoice.seller.endpoint is None or invoice.seller.endpoint.scheme != ENTERPRISE
    ):
        yield "organization", BELGIAN_SUPPLIER
