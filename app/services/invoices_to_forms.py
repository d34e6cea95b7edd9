"""An invoice put back into the form that would make it: to copy it, or to credit it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.invoice.model import Address, AllowanceCharge, Delivery, Invoice, Line, Party
from app.invoice.schemes import SCHEMES
from app.services import invoice_forms
from app.services.invoice_forms import Form

_KNOWN = frozenset(each.code for each in SCHEMES)
_MOST_DECIMALS = Decimal("0.00000001")


def form_of(invoice: Invoice) -> Form:
    """Every field that says the same; what the form has no field for stays behind."""
    form: Form = dict.fromkeys(invoice_forms.FIELDS, "")
    means = next(iter(invoice.payment_means), None)
    preceding = next(iter(invoice.preceding), None)
    exempt = (e.exemption_reason for e in invoice.vat_breakdown if e.category == "E")
    form |= _texts(
        kind=invoice.kind.value,
        issue_date=_day(invoice.issue_date),
        due_date=_day(invoice.due_date),
        currency=invoice.currency,
        order_reference=invoice.order_reference,
        buyer_reference=invoice.buyer_reference,
        contract_reference=invoice.contract_reference,
        project_reference=invoice.project_reference,
        preceding_number=preceding.number if preceding else None,
        preceding_date=_day(preceding.issue_date) if preceding else None,
        seller_vat=invoice.seller.vat_id,
        iban=means.account if means else None,
        payment_reference=means.reference if means else None,
        exemption_reason=next((each for each in exempt if each), None),
        note="\n".join(each.text for each in invoice.notes),
        prepaid=_number(invoice.totals.prepaid),
        rounding=_number(invoice.totals.rounding),
    )
    form |= _buyer(invoice.buyer) | _delivery(invoice.delivery)
    form["lines"] = [_line(each) for each in invoice.lines]
    form["extras"] = [_extra(each) for each in invoice.allowances_charges if _says(each)]
    return form


def afresh(form: Form, today: date) -> Form:
    """The same form for a new invoice: without a number, of today, with as long to pay."""
    began, due = _date(form.get("issue_date")), _date(form.get("due_date"))
    days = due - began if began and due else timedelta(invoice_forms.PAYMENT_DAYS)
    fresh = {name: v for name, v in invoice_forms.current(form).items() if name != "attachments"}
    return fresh | {
        "number": "",
        "issue_date": today.isoformat(),
        "due_date": (today + days).isoformat(),
    }


def credited(form: Form, invoice: Invoice, today: date) -> Form:
    """A credit note for the whole of an invoice: the same amounts, above zero, and what it is about."""
    return afresh(form, today) | {
        "kind": "credit_note",
        "preceding_number": invoice.number or "",
        "preceding_date": _day(invoice.issue_date) or "",
        "prepaid": "",
        "payment_reference": "",
    }


def _buyer(buyer: Party) -> dict[str, str]:
    endpoint, legal = buyer.endpoint, buyer.legal_id
    other = legal is not None and (
        endpoint is None or (legal.scheme, legal.value) != (endpoint.scheme, endpoint.value)
    )
    fields = _texts(
        buyer_name=buyer.name,
        buyer_scheme=endpoint.scheme if endpoint else None,
        buyer_value=endpoint.value if endpoint else None,
        buyer_vat=buyer.vat_id,
        buyer_email=buyer.contact.email if buyer.contact else None,
    )
    if other and legal is not None and legal.scheme in _KNOWN:
        fields |= _texts(buyer_legal_scheme=legal.scheme, buyer_legal_value=legal.value)
    return fields | _address("buyer", buyer.address)


def _delivery(delivery: Delivery | None) -> dict[str, str]:
    known = delivery or Delivery()
    fields = _texts(delivery_name=known.name, delivery_date=_day(known.date))
    return fields | _address("delivery", known.address)


def _address(whose: str, address: Address | None) -> dict[str, str]:
    known = address or Address()
    found = _texts(
        street=", ".join(filter(None, known.lines)),
        postcode=known.postcode,
        city=known.city,
        country=known.country,
    )
    return {f"{whose}_{name}": text for name, text in found.items()}


def _line(line: Line) -> dict[str, Any]:
    base, price = line.base_quantity or Decimal(1), line.price or Decimal(0)
    each = price if base in (0, 1) else (price / base).quantize(_MOST_DECIMALS)
    typed = _texts(
        description=line.name,
        quantity=_number(line.quantity),
        unit=line.unit,
        price=_number(each),
        vat_category=line.vat_category,
        vat_rate=_number(line.vat_rate),
    )
    extras = [_extra(each) for each in line.allowances_charges if _says(each)]
    own = [{name: each[name] for name in invoice_forms.BLANK_LINE_EXTRA} for each in extras]
    return invoice_forms.BLANK_LINE | typed | {"extras": own}


def _says(extra: AllowanceCharge) -> bool:
    return bool(extra.amount or extra.percent)


def _extra(extra: AllowanceCharge) -> dict[str, str]:
    amount = extra.amount or Decimal(0)
    share = extra.percent if extra.base is not None else None
    charge = extra.charge if share is not None else extra.charge is (amount >= 0)
    kinds = (
        (invoice_forms.DISCOUNT_AMOUNT, invoice_forms.DISCOUNT_PERCENT),
        (invoice_forms.CHARGE_AMOUNT, invoice_forms.CHARGE_PERCENT),
    )
    return _texts(
        kind=kinds[charge][share is not None],
        value=_number(abs(amount) if share is None else share),
        reason=extra.reason,
        vat_category=extra.vat_category,
        vat_rate=_number(extra.vat_rate),
    )


def _texts(**fields: str | None) -> dict[str, str]:
    return {name: text or "" for name, text in fields.items()}


def _number(value: Decimal | None) -> str | None:
    """As it is typed. Three decimals could be read as thousands, so they get a fourth."""
    if value is None:
        return None
    whole, point, decimals = f"{value:f}".partition(".")
    decimals = decimals.rstrip("0") if len(decimals) > 2 else decimals
    return f"{whole},{decimals}{'0' if len(decimals) == 3 else ''}" if point and decimals else whole


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None  # typed some other way: thirty days are taken
