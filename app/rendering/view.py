"""What the page shows, made ready: the template places it and computes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.invoice.identifiers import ParticipantId, grouped
from app.invoice.model import (
    Address,
    AllowanceCharge,
    Identifier,
    Invoice,
    Kind,
    Party,
)
from app.rendering import words
from app.rendering.formats import Formats
from app.rendering.line_view import Fact, LineView, known, line_view, period_text

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


@dataclass(frozen=True, slots=True)
class PartyView:
    """One party: name, address and numbers, line by line."""

    role: str
    name: str
    trading_name: str
    lines: tuple[str, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class PageView:
    """The whole page."""

    language: str
    title: str
    number: str
    credit: bool
    seller: PartyView
    parties: tuple[PartyView, ...]
    facts: tuple[Fact, ...]
    heads: dict[str, str]
    lines: tuple[LineView, ...]
    vat: tuple[tuple[str, str, str, str], ...]
    sums: tuple[Fact, ...]
    to_pay: Fact
    due: str
    payment: tuple[tuple[Fact, ...], ...]
    terms: str
    notes: tuple[str, ...]
    attachments: tuple[Fact, ...]


def view(invoice: Invoice, language: str) -> PageView:
    """Everything that the page shows, in the language of the reader."""
    f = Formats.of(language)
    credit = invoice.kind is Kind.CREDIT_NOTE
    return PageView(
        language=f.language,
        title=f.label(words.CREDIT_NOTE if credit else words.INVOICE),
        number=invoice.number or "",
        credit=credit,
        seller=_party(f, words.SELLER, invoice.seller),
        parties=_parties(f, invoice),
        facts=_facts(f, invoice),
        heads=_heads(f),
        lines=tuple(line_view(f, line, invoice.currency) for line in invoice.lines),
        vat=_vat(f, invoice),
        sums=_sums(f, invoice),
        to_pay=_to_pay(f, invoice, credit),
        due=f.label(words.BY) % {"date": f.day(invoice.due_date)} if invoice.due_date else "",
        payment=_payment(f, invoice),
        terms=invoice.payment_terms or "",
        notes=tuple(each.text for each in invoice.notes),
        attachments=tuple(
            (a.filename or a.id or a.url or "", a.description or "") for a in invoice.attachments
        ),
    )


def _party(f: Formats, role: str, party: Party) -> PartyView:
    contact = party.contact
    people = (contact.name, contact.phone, contact.email) if contact else ()
    legal = _number(party.legal_id) if party.legal_id else ""
    numbers = [_number(each) for each in party.identifiers]
    if party.endpoint and party.endpoint.value != party.vat_id:
        numbers.append(grouped(party.endpoint))
    others = [each for each in dict.fromkeys(numbers) if each != legal]
    return PartyView(
        role=f.label(role),
        name=party.name or "",
        trading_name=party.trading_name if party.trading_name not in (None, party.name) else "",
        lines=(*_address(f, party.address), *(each for each in people if each)),
        facts=known(
            f,
            (words.REGISTRATION, legal),
            (words.VAT_NUMBER, party.vat_id or ""),
            (words.IDENTIFIER, ", ".join(others)),
        ),
    )


def _number(identifier: Identifier) -> str:
    return grouped(ParticipantId(identifier.scheme or "", identifier.value))


def _address(f: Formats, address: Address | None) -> tuple[str, ...]:
    if address is None:
        return ()
    city = "  ".join(filter(None, (address.postcode, address.city)))
    lines = (*address.lines, city, address.subdivision, f.country(address.country))
    return tuple(line for line in lines if line)


def _parties(f: Formats, invoice: Invoice) -> tuple[PartyView, ...]:
    found = [_party(f, words.BUYER, invoice.buyer)]
    delivery = invoice.delivery
    if delivery and (delivery.address or delivery.name):
        place = Party(name=delivery.name, address=delivery.address)
        found.append(_party(f, words.DELIVERED_TO, place))
    if invoice.payee:
        found.append(_party(f, words.PAYEE, invoice.payee))
    if invoice.tax_representative:
        found.append(_party(f, words.TAX_REPRESENTATIVE, invoice.tax_representative))
    return tuple(found)


def _facts(f: Formats, invoice: Invoice) -> tuple[Fact, ...]:
    delivered = invoice.delivery.date if invoice.delivery else None
    original = ", ".join(
        f"{each.number} ({f.day(each.issue_date)})" if each.issue_date else each.number
        for each in invoice.preceding
    )
    return known(
        f,
        (words.DATE, f.day(invoice.issue_date)),
        (words.DUE_DATE, f.day(invoice.due_date)),
        (words.ORIGINAL, original),
        (words.BUYER_REFERENCE, invoice.buyer_reference or ""),
        (words.ORDER, invoice.order_reference or ""),
        (words.SALES_ORDER, invoice.sales_order_reference or ""),
        (words.CONTRACT, invoice.contract_reference or ""),
        (words.PROJECT, invoice.project_reference or ""),
        (words.ACCOUNTING, invoice.accounting_reference or ""),
        (words.DESPATCH, invoice.despatch_reference or ""),
        (words.DELIVERY_DATE, f.day(delivered)),
        (words.PERIOD, period_text(f, invoice.period)),
    )


def _heads(f: Formats) -> dict[str, str]:
    heads = {
        "description": words.DESCRIPTION,
        "quantity": words.QUANTITY,
        "price": words.PRICE,
        "vat": words.VAT,
        "amount": words.AMOUNT,
        "rate": words.VAT_RATE,
        "taxable": words.TAXABLE,
        "vat_amount": words.VAT_AMOUNT,
        "payment": words.PAYMENT,
        "terms": words.TERMS,
        "notes": words.NOTES,
        "attachments": words.ATTACHMENTS,
        "page": words.PAGE,
    }
    return {name: f.label(text) for name, text in heads.items()}


def _vat(f: Formats, invoice: Invoice) -> tuple[tuple[str, str, str, str], ...]:
    rows = []
    for vat in invoice.vat_breakdown:
        name = f.label(words.CATEGORIES[vat.category]) if vat.category in words.CATEGORIES else ""
        # The name says it better than 0%; a rate that is charged is shown itself.
        rate = name if name and not vat.rate else f.percent(vat.rate)
        reason = vat.exemption_reason or ""
        taxable, tax = (f.money(each, invoice.currency) for each in (vat.taxable, vat.tax))
        rows.append((rate, "" if reason == name else reason, taxable, tax))
    return tuple(rows)


def _sums(f: Formats, invoice: Invoice) -> tuple[Fact, ...]:
    totals, currency = invoice.totals, invoice.currency
    extras = [_document_extra(f, each, currency) for each in invoice.allowances_charges]
    before = ((f.label(words.SUBTOTAL), f.money(totals.lines, currency)), *extras) if extras else ()
    foreign = f.money(totals.tax_in_accounting_currency, invoice.accounting_currency)
    prepaid = None if not totals.prepaid else -totals.prepaid
    after = known(
        f,
        (words.TOTAL_WITHOUT_VAT, f.money(totals.tax_exclusive, currency)),
        (words.TOTAL_VAT, f.money(totals.tax, currency)),
        (words.TOTAL_VAT, foreign),
        (words.TOTAL_WITH_VAT, f.money(totals.tax_inclusive, currency)),
        (words.PREPAID, f.money(prepaid, currency)),
        (words.ROUNDING, f.money(totals.rounding or None, currency)),
    )
    return (*before, *after)


def _document_extra(f: Formats, extra: AllowanceCharge, currency: str | None) -> Fact:
    kind = f.label(words.EXTRA_COST if extra.charge else words.DISCOUNT)
    label = extra.reason or kind
    if extra.percent is not None:
        label = f"{label} ({f.percent(extra.percent)})"
    amount = extra.amount if extra.charge or extra.amount is None else -extra.amount
    return label, f.money(amount, currency)


def _to_pay(f: Formats, invoice: Invoice, credit: bool) -> Fact:
    label = words.CREDITED if credit else words.TO_PAY
    return f.label(label), f.money(invoice.totals.payable, invoice.currency)


def _payment(f: Formats, invoice: Invoice) -> tuple[tuple[Fact, ...], ...]:
    found = []
    for means in invoice.payment_means:
        method = means.text or f.label(words.METHODS.get(means.code or "", means.code or ""))
        found.append(
            known(
                f,
                (words.METHOD, method),
                (words.ACCOUNT, _account(means.account)),
                (words.ACCOUNT_NAME, means.account_name or ""),
                (words.BANK, means.bic or ""),
                (words.PAYMENT_REFERENCE, means.reference or ""),
                (words.MANDATE, means.mandate or ""),
                (words.DEBITED, _account(means.debited_account)),
            )
        )
    return tuple(each for each in found if each)


def _account(number: str | None) -> str:
    """An IBAN in groups of four, as banks print it; another number as it is."""
    if number is None or not _IBAN.fullmatch(number):
        return number or ""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))
