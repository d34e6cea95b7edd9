"""What the buttons of the invoice form do that store nothing: rows, a customer, a communication."""

from __future__ import annotations

import secrets
from typing import Any

from flask import request

from app.invoice import structured
from app.services import invoice_forms
from app.services.invoice_forms import Form
from app.views import customer_lookup


def communication() -> str:
    """Of any number: whoever is paid recognises the invoice by it."""
    return structured.communication(secrets.randbelow(10**10))


def changed(form: Form, deed: str) -> Form:
    """The form after a button that stores nothing."""
    if deed.startswith("add-"):
        _add_row(form, deed.removeprefix("add-"))
    if deed.startswith("remove-"):
        _remove_row(form, *deed.removeprefix("remove-").rpartition("-")[::2])
    if deed.startswith(customer_lookup.TAKE):
        form = customer_lookup.taken(form, deed)
    if deed == "structured":
        form["payment_reference"] = communication()
    if not form["lines"]:
        _add_row(form, "lines")
    return form


def _add_row(form: Form, rows: str) -> None:
    """One more, with the VAT of the line above; or one of a line."""
    if (line := _line(form, rows)) is not None:
        line.setdefault("extras", []).append(dict(invoice_forms.BLANK_LINE_EXTRA))
    if rows not in invoice_forms.BLANKS:
        return
    above = form["lines"][-1] if form["lines"] else {}
    kept = {name: above[name] for name in ("vat_category", "vat_rate") if name in above}
    form[rows].append(invoice_forms.BLANKS[rows] | kept)


def _remove_row(form: Form, rows: str, number: str) -> None:
    line = _line(form, rows)
    found = form[rows] if rows in invoice_forms.BLANKS else line["extras"] if line else []
    numbers = invoice_forms.row_numbers(request.form).get(rows, [])
    if number.isdecimal() and int(number) in numbers[: len(found)]:
        del found[numbers.index(int(number))]


def _line(form: Form, rows: str) -> dict[str, Any] | None:
    """The line whose own rows these are, such as ``lines-3-extras``."""
    numbers = invoice_forms.row_numbers(request.form).get("lines", [])
    named = [f"lines-{number}-extras" for number in numbers]
    lines: list[dict[str, Any]] = form["lines"]
    return lines[named.index(rows)] if rows in named[: len(lines)] else None
