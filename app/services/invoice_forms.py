"""The fields of the invoice form, kept as they were typed, so that nothing is lost.

A form is a dictionary of texts by field name, and under the name of each sort of rows (its lines, and the
discounts and charges on the whole) a list of such dictionaries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from app.invoice.model import Kind
from app.services import typed_values

Form = dict[str, Any]
_ROW_FIELD = re.compile(r"(lines|extras)-[0-9]{1,6}-[a-z_]+")

FIELDS = (
    "organization",  # public id of the supplier
    "kind",
    "number",  # empty: given when it is sent
    "issue_date",
    "due_date",
    "currency",
    "order_reference",
    "buyer_reference",
    "contract_reference",
    "project_reference",
    "exchange_rate",
    "preceding_number",
    "preceding_date",
    "seller_vat",
    "buyer_name",
    "buyer_scheme",
    "buyer_value",
    "buyer_vat",
    "buyer_email",
    "buyer_street",
    "buyer_postcode",
    "buyer_city",
    "buyer_country",
    "buyer_legal_scheme",
    "buyer_legal_value",  # empty: the number that it is sent to
    "delivery_date",
    "delivery_name",
    "delivery_street",
    "delivery_postcode",
    "delivery_city",
    "delivery_country",
    "iban",
    "payment_reference",
    "exemption_reason",
    "note",
    "prepaid",
    "rounding",
)
# What a discount or charge is called in the form: what it does, and how it is written.
DISCOUNT_PERCENT, DISCOUNT_AMOUNT = "discount_percent", "discount_amount"
CHARGE_PERCENT, CHARGE_AMOUNT = "charge_percent", "charge_amount"
BLANK_EXTRA = {
    "kind": DISCOUNT_PERCENT,
    "value": "",
    "reason": "",
    "vat_category": "S",
    "vat_rate": "21",
}
MOST_LINES = 500
PAYMENT_DAYS = 30
BLANK_LINE = {
    "description": "",
    "quantity": "1",
    "unit": "C62",
    "price": "",
    "vat_category": "S",
    "vat_rate": "21",
    "extra_kind": DISCOUNT_PERCENT,
    "extra_value": "",
    "extra_reason": "",
}
BLANKS = {"lines": BLANK_LINE, "extras": BLANK_EXTRA}


def blank(today: date) -> Form:
    """An empty form with the values that most people want."""
    form: Form = dict.fromkeys(FIELDS, "")
    form |= {
        "kind": Kind.INVOICE.value,
        "issue_date": today.isoformat(),
        "due_date": (today + timedelta(days=PAYMENT_DAYS)).isoformat(),
        "currency": "EUR",
        "buyer_scheme": "0106",
        "buyer_country": "NL",
    }
    return form | {"lines": [dict(BLANK_LINE)], "extras": []}


def typed(fields: Mapping[str, str]) -> Form:
    """What came from the page: its fields, and its rows in their order."""
    form: Form = {name: typed_values.tidy(fields.get(name, "")) for name in FIELDS}
    for rows, row in BLANKS.items():
        form[rows] = [
            {name: typed_values.tidy(fields.get(f"{rows}-{n}-{name}", "")) for name in row}
            for n in row_numbers(fields, rows)[:MOST_LINES]
        ]
    return form


def row_numbers(fields: Iterable[str], rows: str) -> list[int]:
    """The numbers of the rows of one sort that came from a page, in their order."""
    return sorted({int(k.split("-")[1]) for k in fields if k.startswith(rows) and of_row(k)})


def of_row(key: str) -> bool:
    """Whether a field of the page belongs to a row, such as ``lines-0-price``."""
    return _ROW_FIELD.fullmatch(key) is not None
