"""What the form offers and says for the two countries on it: kinds of VAT, rates, and what to think of."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import gettext

from app.invoice import vat_choices
from app.services import hints_of_forms, invoice_choices, invoice_forms, vat_of_forms
from app.services.forms_to_invoice import Parsed
from app.services.invoice_forms import Form
from app.views import formats
from app.views.invoice_choices import VAT_CATEGORIES, label


def answer(form: Form, parsed: Parsed) -> dict[str, Any]:
    """The same for the page to show while somebody types."""
    found = lists(form, parsed)
    return {
        "categories": [(key, str(text)) for key, text in found["vat_categories"]],
        "rates": found["rates"],
        "foreign": found["foreign"],
        "belgian": found["belgian"],
        "hints": render_template("documents/hints.html", hints=found["hints"]),
    }


def lists(form: Form, parsed: Parsed) -> dict[str, Any]:
    """For the page: what can be chosen, what a new row begins with, what to think of."""
    invoice = parsed.invoice
    home = vat_of_forms.seller_country(invoice)
    offered = {*vat_choices.offered(home, vat_of_forms.destination(invoice)), *_chosen(form)}
    return {
        "vat_categories": [each for each in VAT_CATEGORIES if each[0] in offered],
        "rates": [formats.decimal(each) for each in vat_choices.rates(home)],
        "blanks": _blanks(home),
        "foreign": hints_of_forms.foreign(invoice),
        "belgian": "BE" in (home, vat_of_forms.buyer_country(invoice)),
        "hints": [
            (field, label(field), gettext(said)) for field, said in hints_of_forms.hints(invoice)
        ],
    }


def _chosen(form: Form) -> set[str]:
    """What was chosen stays a choice, so that nothing changes behind anybody's back."""
    return {row.get("vat_category", "") for row in (*form["lines"], *form.get("extras", []))}


def _blanks(home: str) -> dict[str, dict[str, str]]:
    rate = {"vat_rate": invoice_choices.standard_rate(home)} if home else {}
    rows = {rows: blank | rate for rows, blank in invoice_forms.BLANKS.items()}
    return rows | {"line_extras": invoice_forms.BLANK_LINE_EXTRA}
