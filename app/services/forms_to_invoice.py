"""What someone typed into the invoice form, read into the invoice that it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from app.errors import AppError, Unreadable
from app.invoice import compose, structured, ubl, vat_choices
from app.invoice.model import (
    Attachment,
    Invoice,
    Kind,
    Note,
    Party,
    PaymentMeans,
    Reference,
    Totals,
    VatBreakdown,
)
from app.services import forms_to_lines, forms_to_parties, typed_values, vat_of_forms
from app.services.form_reader import Reader
from app.services.forms_to_lines import Rows
from app.services.invoice_forms import Form

_CREDIT_TRANSFER = "30"
_PLAIN_CUSTOMIZATION = "urn:cen.eu:en16931:2017"  # for a buyer that isn't on the network


@dataclass(frozen=True, slots=True)
class Parsed:
    """The invoice as far as it could be read, and what is wrong, by field of the form."""

    invoice: Invoice
    errors: Mapping[str, AppError] = field(default_factory=dict)
    # Which line of the form each line of the invoice is; the same of discounts and charges.
    positions: tuple[int, ...] = ()
    extra_positions: tuple[int, ...] = ()


def parse(form: Form, seller: Party, number: str | None = None) -> Parsed:
    """Read every field, collect every mistake, and work out the totals.

    ``number`` is the one given to it now, for a form whose own is empty.
    """
    reader = Reader(form)
    lines = forms_to_lines.lines(form)
    extras = forms_to_lines.extras(form, lines.found)
    buyer = forms_to_parties.buyer(reader)
    invoice = Invoice(
        kind=_kind(form),
        number=reader.text("number") or number,
        issue_date=reader.required_day("issue_date"),
        due_date=reader.day("due_date"),
        currency=reader.read("currency", typed_values.currency),
        order_reference=reader.text("order_reference"),
        buyer_reference=reader.text("buyer_reference"),
        preceding=_preceding(reader, form),
        notes=_notes(reader),
        contract_reference=reader.text("contract_reference"),
        project_reference=reader.text("project_reference"),
        seller=forms_to_parties.seller(seller, reader),
        buyer=buyer,
        delivery=forms_to_parties.delivery(
            reader, buyer.address.country if buyer.address else None
        ),
        payment_means=_payment(reader),
        vat_breakdown=_exemption(reader),
        totals=_totals(reader, form),
        allowances_charges=tuple(extras.found),
        lines=tuple(lines.found),
        attachments=_attachments(form),
    )
    reader.errors |= lines.errors | extras.errors
    if not lines.found and not lines.errors:
        reader.errors["lines"] = Unreadable("Add at least one line.", field="lines")
    return _parsed(invoice, reader, lines, extras)


def _parsed(invoice: Invoice, reader: Reader, lines: Rows, extras: Rows) -> Parsed:
    rows = [f"lines-{n}" for n in lines.positions] + [f"extras-{n}" for n in extras.positions]
    for name, error in vat_of_forms.mistakes(invoice, rows):
        reader.refuse(name, error)
    completed = compose.complete(_with_profile(vat_of_forms.completed(invoice)))
    in_home_currency = _with_home_currency(completed, reader)
    return Parsed(in_home_currency, reader.errors, tuple(lines.positions), tuple(extras.positions))


def _with_home_currency(invoice: Invoice, reader: Reader) -> Invoice:
    """With the VAT in the currency of the supplier's country too (BT-111), where a rate was given."""
    home = vat_choices.currency(vat_of_forms.seller_country(invoice))
    rate = reader.read("exchange_rate", _exchange_rate)
    if rate is None or not home or invoice.currency in (None, home):
        return invoice
    at_home = compose.rounded((invoice.totals.tax or Decimal(0)) * rate)
    totals = replace(invoice.totals, tax_in_accounting_currency=at_home)
    return replace(invoice, accounting_currency=home, totals=totals)


def _exchange_rate(text: str, at: str) -> Decimal | None:
    if not text:
        return None
    rate = typed_values.decimal(text, at)
    if rate <= 0:
        raise Unreadable("Write what one unit of the invoice's currency is worth.", field=at)
    return rate


def _kind(form: Form) -> Kind:
    return Kind.CREDIT_NOTE if form.get("kind") == Kind.CREDIT_NOTE else Kind.INVOICE


def _notes(reader: Reader) -> tuple[Note, ...]:
    said = reader.text("note", typed_values.LONGEST_NOTE)
    return (Note(said),) if said else ()


def _preceding(reader: Reader, form: Form) -> tuple[Reference, ...]:
    if _kind(form) is Kind.INVOICE:
        return ()
    number = reader.read("preceding_number", typed_values.required)
    issued = reader.day("preceding_date")
    return (Reference(number, issued),) if number else ()


def _attachments(form: Form) -> tuple[Attachment, ...]:
    """The files by their names; their bytes are fetched when it is sent."""
    return tuple(
        Attachment(id=each["name"], mime=each["mime"], filename=each["name"])
        for each in form.get("attachments") or ()
    )


def _payment(reader: Reader) -> tuple[PaymentMeans, ...]:
    account = reader.read("iban", typed_values.account)
    reference = reader.read("payment_reference", _payment_reference)
    if account is None and reference is None:
        return ()
    return (PaymentMeans(code=_CREDIT_TRANSFER, account=account, reference=reference),)


def _payment_reference(text: str, at: str) -> str | None:
    typed = typed_values.text(text, at)
    return structured.checked(typed, at) if typed else None


def _totals(reader: Reader, form: Form) -> Totals:
    """What the totals don't follow from: paid before, and rounding of what is left."""
    given = [name for name in ("prepaid", "rounding") if form.get(name)]
    found = {name: reader.read(name, typed_values.amount) for name in given}
    return Totals(**found)


def _exemption(reader: Reader) -> tuple[VatBreakdown, ...]:
    reason = reader.text("exemption_reason")
    return (VatBreakdown(category="E", exemption_reason=reason),) if reason else ()


def _with_profile(invoice: Invoice) -> Invoice:
    """Peppol's rules ask for an address on the network, which a buyer by e-mail has not."""
    on_network = invoice.seller.endpoint is not None and invoice.buyer.endpoint is not None
    if on_network:
        return replace(invoice, customization=ubl.PEPPOL_CUSTOMIZATION, profile=ubl.PEPPOL_PROFILE)
    return replace(invoice, customization=_PLAIN_CUSTOMIZATION)
