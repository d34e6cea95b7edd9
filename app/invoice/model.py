"""An invoice or credit note in the terms of EN 16931; what was not given is ``None``.

The numbers beside the fields are the norm's business terms (BT) and groups (BG).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.invoice.identifiers import ParticipantId


class Kind(StrEnum):
    """The two documents that we know."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number with, where it is known, the scheme that it belongs to."""

    value: str
    scheme: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address (BG-5, BG-8, BG-12, BG-15).

    A line that wasn't given is empty when one after it was: the third stays the third.
    """

    lines: tuple[str, ...] = ()  # BT-35, BT-36, BT-162
    city: str | None = None  # BT-37
    postcode: str | None = None  # BT-38
    subdivision: str | None = None  # BT-39
    country: str | None = None  # BT-40, two letters


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask (BG-6, BG-9)."""

    name: str | None = None  # BT-41
    phone: str | None = None  # BT-42
    email: str | None = None  # BT-43


@dataclass(frozen=True, slots=True)
class Party:
    """A seller (BG-4), buyer (BG-7), payee (BG-10) or tax representative (BG-11)."""

    name: str | None = None  # BT-27, BT-44
    trading_name: str | None = None  # BT-28, BT-45
    endpoint: ParticipantId | None = None  # BT-34, BT-49
    identifiers: tuple[Identifier, ...] = ()  # BT-29, BT-46
    legal_id: Identifier | None = None  # BT-30, BT-47
    vat_id: str | None = None  # BT-31, BT-48
    tax_registration: str | None = None  # BT-32
    legal_form: str | None = None  # BT-33
    address: Address | None = None
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """The time that something was delivered in (BG-14, BG-26)."""

    start: date | None = None  # BT-73, BT-134
    end: date | None = None  # BT-74, BT-135


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on the whole document (BG-1)."""

    text: str  # BT-22
    subject: str | None = None  # BT-21, a code


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier invoice that this one follows (BG-3)."""

    number: str  # BT-25
    issue_date: date | None = None  # BT-26


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where and when it was delivered (BG-13)."""

    name: str | None = None  # BT-70
    location: Identifier | None = None  # BT-71
    date: date | None = None  # BT-72
    address: Address | None = None  # BG-15


@dataclass(frozen=True, slots=True)
class PaymentMeans:
    """How to pay (BG-16, BG-17, BG-18, BG-19)."""

    code: str | None = None  # BT-81
    text: str | None = None  # BT-82
    reference: str | None = None  # BT-83
    account: str | None = None  # BT-84, usually an IBAN
    account_name: str | None = None  # BT-85
    bic: str | None = None  # BT-86
    card: str | None = None  # BT-87, the last digits
    card_holder: str | None = None  # BT-88
    mandate: str | None = None  # BT-89
    debited_account: str | None = None  # BT-91


@dataclass(frozen=True, slots=True)
class AllowanceCharge:
    """A discount or an extra cost, of a document (BG-20, BG-21) or of a line (BG-27, BG-28)."""

    charge: bool = False
    amount: Decimal | None = None  # BT-92, BT-99, BT-136, BT-141
    base: Decimal | None = None  # BT-93, BT-100, BT-137, BT-142
    percent: Decimal | None = None  # BT-94, BT-101, BT-138, BT-143
    vat_category: str | None = None  # BT-95, BT-102
    vat_rate: Decimal | None = None  # BT-96, BT-103
    reason: str | None = None  # BT-97, BT-104, BT-139, BT-144
    reason_code: str | None = None  # BT-98, BT-105, BT-140, BT-145


@dataclass(frozen=True, slots=True)
class VatBreakdown:
    """The VAT of one category and rate (BG-23)."""

    taxable: Decimal | None = None  # BT-116
    tax: Decimal | None = None  # BT-117
    category: str | None = None  # BT-118
    rate: Decimal | None = None  # BT-119
    exemption_reason: str | None = None  # BT-120
    exemption_code: str | None = None  # BT-121


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of the document (BG-22)."""

    lines: Decimal | None = None  # BT-106
    allowances: Decimal | None = None  # BT-107
    charges: Decimal | None = None  # BT-108
    tax_exclusive: Decimal | None = None  # BT-109
    tax: Decimal | None = None  # BT-110
    tax_in_accounting_currency: Decimal | None = None  # BT-111
    tax_inclusive: Decimal | None = None  # BT-112
    prepaid: Decimal | None = None  # BT-113
    rounding: Decimal | None = None  # BT-114
    payable: Decimal | None = None  # BT-115


@dataclass(frozen=True, slots=True)
class Classification:
    """What sort of thing it is, by a code of some list (BT-158)."""

    code: str
    list: str | None = None
    list_version: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was sold (BG-25)."""

    id: str | None = None  # BT-126
    note: str | None = None  # BT-127
    object_id: Identifier | None = None  # BT-128
    quantity: Decimal | None = None  # BT-129
    unit: str | None = None  # BT-130
    net: Decimal | None = None  # BT-131
    order_line: str | None = None  # BT-132
    accounting_reference: str | None = None  # BT-133
    period: Period | None = None  # BG-26
    allowances_charges: tuple[AllowanceCharge, ...] = ()  # BG-27, BG-28
    price: Decimal | None = None  # BT-146
    price_discount: Decimal | None = None  # BT-147
    gross_price: Decimal | None = None  # BT-148
    base_quantity: Decimal | None = None  # BT-149
    base_unit: str | None = None  # BT-150
    vat_category: str | None = None  # BT-151
    vat_rate: Decimal | None = None  # BT-152
    name: str | None = None  # BT-153
    description: str | None = None  # BT-154
    seller_item_id: str | None = None  # BT-155
    buyer_item_id: str | None = None  # BT-156
    standard_item_id: Identifier | None = None  # BT-157
    classifications: tuple[Classification, ...] = ()  # BT-158
    origin_country: str | None = None  # BT-159
    attributes: tuple[tuple[str, str], ...] = ()  # BG-32: name BT-160, value BT-161


@dataclass(frozen=True, slots=True)
class Attachment:
    """A supporting document (BG-24): bytes inside the invoice, or a place where it can be found."""

    id: str | None = None  # BT-122
    description: str | None = None  # BT-123
    url: str | None = None  # BT-124
    content: bytes | None = field(default=None, repr=False)  # BT-125
    mime: str | None = None
    filename: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """The whole document."""

    kind: Kind = Kind.INVOICE
    type_code: str | None = None  # BT-3
    number: str | None = None  # BT-1
    issue_date: date | None = None  # BT-2
    due_date: date | None = None  # BT-9
    tax_point_date: date | None = None  # BT-7
    tax_point_code: str | None = None  # BT-8, UNTDID 2005: 3 issue, 35 delivery, 432 payment
    currency: str | None = None  # BT-5
    accounting_currency: str | None = None  # BT-6
    customization: str | None = None  # BT-24
    profile: str | None = None  # BT-23
    buyer_reference: str | None = None  # BT-10
    project_reference: str | None = None  # BT-11
    contract_reference: str | None = None  # BT-12
    order_reference: str | None = None  # BT-13
    sales_order_reference: str | None = None  # BT-14
    receipt_reference: str | None = None  # BT-15
    despatch_reference: str | None = None  # BT-16
    tender_reference: str | None = None  # BT-17
    object_id: Identifier | None = None  # BT-18
    accounting_reference: str | None = None  # BT-19
    preceding: tuple[Reference, ...] = ()  # BG-3
    notes: tuple[Note, ...] = ()  # BG-1
    period: Period | None = None  # BG-14
    seller: Party = Party()  # BG-4
    buyer: Party = Party()  # BG-7
    payee: Party | None = None  # BG-10
    tax_representative: Party | None = None  # BG-11
    delivery: Delivery | None = None  # BG-13
    payment_means: tuple[PaymentMeans, ...] = ()  # BG-16
    creditor_id: str | None = None  # BT-90
    payment_terms: str | None = None  # BT-20
    allowances_charges: tuple[AllowanceCharge, ...] = ()  # BG-20, BG-21
    vat_breakdown: tuple[VatBreakdown, ...] = ()  # BG-23
    totals: Totals = Totals()  # BG-22
    lines: tuple[Line, ...] = ()  # BG-25
    attachments: tuple[Attachment, ...] = ()  # BG-24
