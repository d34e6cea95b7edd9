"""The fields of the invoice form, kept as they were typed, so that nothing is lost.

A form is a dictionary of texts by field name, and under the name of each sort of rows (its lines, and the
discounts and charges on the whole) a list of such dictionaries. So has a line for those on itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from app.invoice.model import Kind
from app.services import typed_values

Form = dict[str, Any]
# Such as ``lines-0-price``, ``extras-0-value`` and ``lines-0-extras-0-value``.
_ROW_FIELD = re.compile(r"(?:(lines)-([0-9]{1,6})-)?(lines|extras)-([0-9]{1,6})-[a-z_]+")

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
BLANK_LINE_EXTRA = {name: BLANK_EXTRA[name] for name in ("kind", "value", "reason")}
MOST_LINES = 500
MOST_EXTRAS_OF_LINE = 20
PAYMENT_DAYS = 30
BLANK_LINE = {
    "description": "",
    "quantity": "1",
    "unit": "C62",
    "price": "",
    "vat_category": "S",
    "vat_rate": "21",
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
    numbers = row_numbers(fields)
    form: Form = {name: typed_values.tidy(fields.get(name, "")) for name in FIELDS}
    for rows, blank in BLANKS.items():
        found = numbers.get(rows, [])[:MOST_LINES]
        form[rows] = [_row(fields, f"{rows}-{n}", blank) for n in found]
    for line, n in zip(form["lines"], numbers.get("lines", []), strict=False):
        rows = f"lines-{n}-extras"
        found = numbers.get(rows, [])[:MOST_EXTRAS_OF_LINE]
        line["extras"] = [_row(fields, f"{rows}-{m}", BLANK_LINE_EXTRA) for m in found]
    return form


def row_numbers(fields: Iterable[str]) -> dict[str, list[int]]:
    """The numbers of the rows that came from a page, in their order, by what stands before them."""
    found: dict[str, set[int]] = {}
    for key in fields:
        if match := _ROW_FIELD.fullmatch(key):
            lines, line, rows, number = match.groups()
            beginning = f"{lines}-{int(line)}-{rows}" if lines else rows
            found.setdefault(beginning, set()).add(int(number))
    return {beginning: sorted(numbers) for beginning, numbers in found.items()}


def current(form: Form) -> Form:
    """A form as it is read now: earlier a line had one discount or charge, among its own fields."""
    return form | {"lines": [_with_extras(each) for each in form.get("lines", [])]}


def _row(fields: Mapping[str, str], beginning: str, blank: Mapping[str, str]) -> dict[str, Any]:
    return {name: typed_values.tidy(fields.get(f"{beginning}-{name}", "")) for name in blank}


def _with_extras(line: dict[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in line.items() if not name.startswith("extra_")}
    if not line.get("extra_value"):
        return rest
    return rest | {"extras": [{name: line.get(f"extra_{name}", "") for name in BLANK_LINE_EXTRA}]}
