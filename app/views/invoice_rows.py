"""What the buttons of the invoice form do that store nothing: rows, a customer, a communication."""

from __future__ import annotations

import secrets

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
    """One more, with the VAT of the line above."""
    if rows not in invoice_forms.BLANKS:
        return
    above = form["lines"][-1] if form["lines"] else {}
    kept = {name: above[name] for name in ("vat_category", "vat_rate") if name in above}
    form[rows].append(invoice_forms.BLANKS[rows] | kept)


def _remove_row(form: Form, rows: str, number: str) -> None:
    numbers = invoice_forms.row_numbers(request.form, rows) if rows in form else []
    if number.isdecimal() and int(number) in numbers:
        del form[rows][numbers.index(int(number))]
