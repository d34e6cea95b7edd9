"""The fields of the invoice form, kept as they were typed, so that nothing is lost.

A form is a dictionary of texts by field name, and under ``lines`` a list of such dictionaries.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from app.invoice.model import Kind
from app.services import typed_values

Form = dict[str, Any]
_LINE_FIELD = re.compile(r"lines-[0-9]{1,6}-[a-z_]+")

FIELDS = (
    "organization",  # public id of the supplier
    "kind",
    "number",  # empty: given when it is sent
    "issue_date",
    "due_date",
    "currency",
    "order_reference",
    "buyer_reference",
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
    "iban",
    "payment_reference",
    "exemption_reason",
    "note",
)
LINE_FIELDS = ("description", "quantity", "unit", "price", "vat_category", "vat_rate")
MOST_LINES = 500
PAYMENT_DAYS = 30
BLANK_LINE = {
    "description": "",
    "quantity": "1",
    "unit": "C62",
    "price": "",
    "vat_category": "S",
    "vat_rate": "21",
}


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
    return form | {"lines": [dict(BLANK_LINE)]}


def typed(fields: Mapping[str, str]) -> Form:
    """What came from the page: its fields, and its lines in their order."""
    form: Form = {name: typed_values.tidy(fields.get(name, "")) for name in FIELDS}
    numbers = sorted({int(key.split("-")[1]) for key in fields if of_line(key)})
    form["lines"] = [
        {name: typed_values.tidy(fields.get(f"lines-{n}-{name}", "")) for name in LINE_FIELDS}
        for n in numbers[:MOST_LINES]
    ]
    return form


def of_line(key: str) -> bool:
    """Whether a field of the page belongs to a line, such as ``lines-0-price``."""
    return _LINE_FIELD.fullmatch(key) is not None
