"""The lists and labels of the invoice form, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l

from app.invoice.schemes import SCHEMES
from app.services import invoice_forms
from app.validation.codes import codes

KINDS = (("invoice", _l("Invoice")), ("credit_note", _l("Credit note")))
UNITS = (
    ("C62", _l("piece")),
    ("HUR", _l("hour")),
    ("DAY", _l("day")),
    ("MON", _l("month")),
    ("ANN", _l("year")),
    ("KGM", _l("kilogram")),
    ("MTR", _l("metre")),
    ("MTK", _l("square metre")),
    ("LTR", _l("litre")),
    ("KMT", _l("kilometre")),
    ("KWH", _l("kilowatt hour")),
    ("LS", _l("lump sum")),
)
VAT_CATEGORIES = (
    ("S", _l("VAT")),
    ("Z", _l("zero rate")),
    ("E", _l("exempt")),
    ("AE", _l("reverse charge")),
    ("K", _l("to another EU country")),
    ("G", _l("export")),
    ("O", _l("outside VAT")),
)
EXTRA_KINDS = (
    (invoice_forms.DISCOUNT_PERCENT, _l("Discount in percent")),
    (invoice_forms.DISCOUNT_AMOUNT, _l("Discount as an amount")),
    (invoice_forms.CHARGE_PERCENT, _l("Charge in percent")),
    (invoice_forms.CHARGE_AMOUNT, _l("Charge as an amount")),
)
RATES = ("21", "9", "6", "12")
FIRST_COUNTRIES = ("NL", "BE", "DE", "FR", "LU")
LABELS: Mapping[str, Any] = {
    "organization": _l("Supplier"),
    "seller_vat": _l("Your VAT number"),
    "iban": _l("IBAN to pay to"),
    "payment_reference": _l("Payment reference"),
    "buyer_name": _l("Name of the customer"),
    "buyer_scheme": _l("Kind of number"),
    "buyer_value": _l("Number of the customer"),
    "buyer_legal_scheme": _l("Kind of number in the register"),
    "buyer_legal_value": _l("Number in the register"),
    "buyer_vat": _l("VAT number of the customer"),
    "buyer_email": _l("E-mail address"),
    "buyer_street": _l("Street and number"),
    "buyer_postcode": _l("Postcode"),
    "buyer_city": _l("City"),
    "buyer_country": _l("Country"),
    "kind": _l("Kind"),
    "number": _l("Number"),
    "issue_date": _l("Date"),
    "due_date": _l("Due date"),
    "buyer_reference": _l("Reference of the customer"),
    "order_reference": _l("Order number"),
    "currency": _l("Currency"),
    "exchange_rate": _l("Exchange rate"),
    "contract_reference": _l("Contract number"),
    "project_reference": _l("Project number"),
    "delivery_date": _l("Delivery date"),
    "delivery_name": _l("Delivered to"),
    "delivery_street": _l("Street and number of the delivery address"),
    "delivery_postcode": _l("Postcode of the delivery address"),
    "delivery_city": _l("City of the delivery address"),
    "delivery_country": _l("Country of the delivery address"),
    "preceding_number": _l("Number of the original invoice"),
    "preceding_date": _l("Date of the original invoice"),
    "exemption_reason": _l("Reason why no VAT is charged"),
    "note": _l("Note on the invoice"),
    "lines": _l("Lines"),
    "description": _l("Description"),
    "quantity": _l("Quantity"),
    "price": _l("Price"),
    "vat_rate": _l("VAT rate"),
    "vat_category": _l("VAT category"),
    "unit": _l("Unit"),
    "files": _l("Attachments"),
    "prepaid": _l("Paid already"),
    "rounding": _l("Rounding"),
    "value": _l("How much"),
    "reason": _l("Reason"),
}


def lists() -> dict[str, Any]:
    """Everything that the form offers to choose from and that is the same for everyone."""
    return {
        "kinds": KINDS,
        "units": UNITS,
        "schemes": [(each.code, gettext(each.name)) for each in SCHEMES],
        "countries": _countries(),
        "extra_kinds": EXTRA_KINDS,
    }


def label(field: str) -> str:
    """The name of a field, and of which row."""
    rows, _, rest = field.partition("-")
    number, _, name = rest.partition("-")
    if not number.isdigit():
        return str(LABELS.get(field, field))
    said = {"number": int(number) + 1, "what": LABELS.get(name.rpartition("-")[2], "")}
    if rows == "extras":
        return str(gettext("Discount or charge %(number)s, %(what)s", **said))
    return str(gettext("Line %(number)s, %(what)s", **said))


def _countries() -> list[tuple[str, str]]:
    locale = get_locale()
    names = locale.territories if locale else {}
    known = sorted((str(names[code]), code) for code in codes("country") if code in names)
    others = [(code, name) for name, code in known if code not in FIRST_COUNTRIES]
    return [(code, str(names.get(code, code))) for code in FIRST_COUNTRIES] + others
