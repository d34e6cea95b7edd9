"""What someone typed into the invoice form, read into the invoice that it means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from app.errors import AppError, Unreadable
from app.invoice import compose, identifiers, ubl
from app.invoice.identifiers import ParticipantId
from app.invoice.model import (
    Address,
    Contact,
    Identifier,
    Invoice,
    Kind,
    Line,
    Note,
    Party,
    PaymentMeans,
    Reference,
    VatBreakdown,
)
from app.services import typed_values
from app.services.invoice_forms import Form

Value = TypeVar("Value")

WITHOUT_VAT = frozenset({"Z", "E", "AE", "K", "G", "O"})
_CREDIT_TRANSFER = "30"
_PLAIN_CUSTOMIZATION = "urn:cen.eu:en16931:2017"  # for a buyer that isn't on the network
# Numbers of tax offices name a taxpayer, not an entry in a register.
_TAX_SCHEMES = frozenset({"9925", "9930", "9944", "9957", "0211"})


@dataclass(frozen=True, slots=True)
class Parsed:
    """The invoice as far as it could be read, and what is wrong, by field of the form."""

    invoice: Invoice
    errors: Mapping[str, AppError] = field(default_factory=dict)
    positions: tuple[int, ...] = ()  # which line of the form each line of the invoice is


def parse(form: Form, seller: Party, number: str | None = None) -> Parsed:
    """Read every field, collect every mistake, and work out the totals.

    ``number`` is the one given to it now, for a form whose own is empty.
    """
    reader = _Reader(form)
    lines = _lines(form)
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
        seller=_with_vat(seller, reader),
        buyer=_buyer(reader),
        payment_means=_payment(reader),
        vat_breakdown=_exemption(reader),
        lines=tuple(lines.found),
    )
    reader.errors |= lines.errors
    if not lines.found and not lines.errors:
        reader.errors["lines"] = Unreadable("Add at least one line.", field="lines")
    completed = compose.complete(_with_profile(invoice))
    return Parsed(completed, reader.errors, tuple(lines.positions))


def seller_of(organization: Any, its_identifiers: Iterable[Any]) -> Party:
    """The supplier's block: name, address, and the numbers that are its own."""
    own = [ParticipantId(each.scheme, each.value) for each in its_identifiers if each.owned]
    registered = [each for each in own if each.scheme not in _TAX_SCHEMES]
    taxed = [each for each in own if each.scheme in _TAX_SCHEMES]
    return Party(
        name=organization.name,
        endpoint=next(iter([*registered, *taxed]), None),
        legal_id=next((Identifier(each.value, each.scheme) for each in registered), None),
        vat_id=next((each.value for each in taxed), None),
        address=Address(
            lines=tuple(filter(None, [organization.street])),
            city=organization.city or None,
            postcode=organization.postcode or None,
            country=organization.country or None,
        ),
        contact=Contact(email=organization.email) if organization.email else None,
    )


class _Reader:
    """Reads fields one by one; a refusal is kept with its field and the next one is read."""

    def __init__(self, form: Mapping[str, str], prefix: str = "") -> None:
        self._form = form
        self._prefix = prefix
        self.errors: dict[str, AppError] = {}

    def read(self, name: str, reading: Callable[[str, str], Value]) -> Value | None:
        """The value of a field, or nothing with the reason kept."""
        try:
            return reading(self._form.get(name) or "", self._prefix + name)
        except AppError as error:
            self.errors[self._prefix + name] = error
            return None

    def text(self, name: str, longest: int = typed_values.LONGEST) -> str | None:
        """A text or nothing."""
        return self.read(name, lambda text, at: typed_values.text(text, at, longest))

    def day(self, name: str) -> date | None:
        """A date or nothing."""
        return self.read(name, typed_values.day)

    def required_day(self, name: str) -> date | None:
        """A date that may not be left out."""
        return self.read(
            name, lambda text, at: typed_values.day(typed_values.required(text, at), at)
        )


@dataclass(slots=True)
class _Lines:
    found: list[Line]
    positions: list[int]
    errors: dict[str, AppError]


def _lines(form: Form) -> _Lines:
    result = _Lines([], [], {})
    for index, each in enumerate(form.get("lines", [])):
        if _untouched(each) and len(form["lines"]) > 1:
            continue
        reader = _Reader(each, f"lines-{index}-")
        result.found.append(_line(reader, str(len(result.found) + 1), each))
        result.positions.append(index)
        result.errors |= reader.errors
    return result


def _untouched(line: Mapping[str, str]) -> bool:
    return not line.get("description") and not line.get("price")


def _line(reader: _Reader, number: str, typed_line: Mapping[str, str]) -> Line:
    category = typed_line.get("vat_category") or "S"
    rate = None if category in WITHOUT_VAT else reader.read("vat_rate", _rate)
    return Line(
        id=number,
        name=reader.read("description", typed_values.required),
        quantity=reader.read("quantity", typed_values.decimal),
        unit=typed_line.get("unit") or "C62",
        price=reader.read("price", _price),
        vat_category=category,
        vat_rate=rate,
    )


def _price(text: str, at: str) -> Decimal:
    price = typed_values.decimal(text, at)
    if price < 0:
        raise Unreadable(
            "A price isn't negative. Make the quantity negative to take something off.", field=at
        )
    return price


def _rate(text: str, at: str) -> Decimal:
    rate = typed_values.decimal(text, at)
    if not 0 < rate <= 100:
        raise Unreadable("Write a rate above 0 and at most 100, such as 21.", field=at)
    return rate


def _kind(form: Form) -> Kind:
    return Kind.CREDIT_NOTE if form.get("kind") == Kind.CREDIT_NOTE else Kind.INVOICE


def _notes(reader: _Reader) -> tuple[Note, ...]:
    said = reader.text("note", typed_values.LONGEST_NOTE)
    return (Note(said),) if said else ()


def _preceding(reader: _Reader, form: Form) -> tuple[Reference, ...]:
    if _kind(form) is Kind.INVOICE:
        return ()
    number = reader.read("preceding_number", typed_values.required)
    issued = reader.day("preceding_date")
    return (Reference(number, issued),) if number else ()


def _with_vat(seller: Party, reader: _Reader) -> Party:
    number = _vat_number(reader, "seller_vat")
    return replace(seller, vat_id=number or seller.vat_id)


def _vat_number(reader: _Reader, name: str) -> str | None:
    written = reader.text(name)
    return "".join(each for each in written if each.isalnum()).upper() if written else None


def _buyer(reader: _Reader) -> Party:
    participant = reader.read("buyer_value", lambda text, _at: _participant(reader, text))
    email = reader.read("buyer_email", typed_values.mail)
    registered = participant is not None and participant.scheme not in _TAX_SCHEMES
    vat_id = _vat_number(reader, "buyer_vat")
    if participant is not None and not registered:
        vat_id = vat_id or participant.value
    return Party(
        name=reader.read("buyer_name", typed_values.required),
        endpoint=participant,
        legal_id=Identifier(participant.value, participant.scheme)
        if participant is not None and registered
        else None,
        vat_id=vat_id,
        address=Address(
            lines=tuple(filter(None, [reader.text("buyer_street")])),
            city=reader.text("buyer_city"),
            postcode=reader.text("buyer_postcode"),
            country=reader.read("buyer_country", typed_values.country),
        ),
        contact=Contact(email=email) if email else None,
    )


def _participant(reader: _Reader, written: str) -> ParticipantId | None:
    scheme = reader.text("buyer_scheme")
    return identifiers.normalise(scheme or "", written) if written else None


def _payment(reader: _Reader) -> tuple[PaymentMeans, ...]:
    account = reader.read("iban", typed_values.account)
    reference = reader.text("payment_reference")
    if account is None and reference is None:
        return ()
    return (PaymentMeans(code=_CREDIT_TRANSFER, account=account, reference=reference),)


def _exemption(reader: _Reader) -> tuple[VatBreakdown, ...]:
    reason = reader.text("exemption_reason")
    return (VatBreakdown(category="E", exemption_reason=reason),) if reason else ()


def _with_profile(invoice: Invoice) -> Invoice:
    """Peppol's rules ask for an address on the network, which a buyer by e-mail has not."""
    on_network = invoice.seller.endpoint is not None and invoice.buyer.endpoint is not None
    if on_network:
        return replace(invoice, customization=ubl.PEPPOL_CUSTOMIZATION, profile=ubl.PEPPOL_PROFILE)
    return replace(invoice, customization=_PLAIN_CUSTOMIZATION)
