"""How to pay, made ready for the template; a bank transfer also as a code that banks' apps read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

import segno
from segno import helpers
from stdnum import iban as iban_numbers
from stdnum import iso11649

from app.invoice.model import Invoice, Kind, PaymentMeans
from app.rendering import words
from app.rendering.facts import Fact, known
from app.rendering.formats import Formats

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
_TRANSFERS = frozenset({"30", "58"})
# What the European Payments Council's guideline 069-12 has room for.
_LONGEST_NAME, _LONGEST_REMITTANCE = 70, 140
_LEAST, _MOST = Decimal("0.01"), Decimal("999999999.99")


@dataclass(frozen=True, slots=True)
class QrCode:
    """A picture as an address that contains it, with the words for who can't see it."""

    picture: str
    says: str


def ways_to_pay(f: Formats, invoice: Invoice) -> tuple[tuple[Fact, ...], ...]:
    """Each way with its numbers."""
    found = [_way(f, means) for means in invoice.payment_means]
    found.append(known(f, (words.CREDITOR, invoice.creditor_id or "")))
    return tuple(each for each in found if each)


def _way(f: Formats, means: PaymentMeans) -> tuple[Fact, ...]:
    method = f.label(words.METHODS.get(means.code or "", means.code or ""))
    said = dict.fromkeys(filter(None, (method, means.text)))
    return known(
        f,
        (words.METHOD, " – ".join(said)),
        (words.ACCOUNT, _account(means.account)),
        (words.ACCOUNT_NAME, means.account_name or ""),
        (words.BANK, means.bic or ""),
        (words.PAYMENT_REFERENCE, means.reference or ""),
        (words.CARD, means.card or ""),
        (words.CARD_HOLDER, means.card_holder or ""),
        (words.MANDATE, means.mandate or ""),
        (words.DEBITED, _account(means.debited_account)),
    )


def _account(number: str | None) -> str:
    """An IBAN in groups of four, as banks print it; another number as it is."""
    if number is None or not _IBAN.fullmatch(number):
        return number or ""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def qr_code(f: Formats, invoice: Invoice) -> QrCode | None:
    """The code of a SEPA transfer of what is to be paid; nothing where that isn't how it is paid."""
    means = next(filter(_by_transfer, invoice.payment_means), None)
    amount = invoice.totals.payable
    name = _payee(invoice, means) if means else ""
    if means is None or amount is None or not name or not _payable(invoice, amount):
        return None
    code = _code(invoice, means, (name, amount))
    says = {"amount": f.money(amount, invoice.currency), "account": _account(means.account)}
    return QrCode(code.svg_data_uri(border=0, omitsize=True), f.label(words.QR_CODE) % says)


def _by_transfer(means: PaymentMeans) -> bool:
    return means.code in _TRANSFERS and iban_numbers.is_valid(means.account or "")


def _payable(invoice: Invoice, amount: Decimal) -> bool:
    transferred = invoice.kind is Kind.INVOICE and invoice.currency == "EUR"
    return transferred and _LEAST <= amount <= _MOST and amount == round(amount, 2)


def _payee(invoice: Invoice, means: PaymentMeans) -> str:
    payee = invoice.payee.name if invoice.payee else None
    return _one_line(means.account_name or payee or invoice.seller.name, _LONGEST_NAME)


def _code(invoice: Invoice, means: PaymentMeans, paid: tuple[str, Decimal]) -> segno.QRCode:
    reference = _one_line(means.reference or invoice.number, _LONGEST_REMITTANCE) or "-"
    structured = iso11649.is_valid(reference)
    return helpers.make_epc_qr(
        name=paid[0],
        iban=iban_numbers.compact(means.account or ""),
        amount=paid[1],
        text=None if structured else reference,
        reference=iso11649.compact(reference) if structured else None,
        bic=means.bic if _BIC.fullmatch(means.bic or "") else None,
        encoding="utf-8",
    )


def _one_line(text: str | None, longest: int) -> str:
    """As much as fits, counted in bytes: the whole code has a limit in bytes too."""
    line = " ".join((text or "").split())
    return line.encode()[:longest].decode(errors="ignore").strip()
