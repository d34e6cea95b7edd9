"""What an invoice says, leaf by leaf, and how each of them may be written on paper."""

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal

from app.invoice.identifiers import ParticipantId, grouped
from app.invoice.model import Identifier
from app.rendering import words
from app.rendering.formats import Formats

# Not words for people: bytes and their media type, the kind (the title says it), and the scheme VAT.
NOT_PRINTED = {"content", "mime", "kind", "charge"}
# Totals that change nothing are left out.
ONLY_WHEN_NOT_ZERO = {"prepaid", "rounding", "allowances", "charges"}
BY_CODE = {
    "code": words.METHODS,
    "unit": words.UNITS,
    "base_unit": words.UNITS,
    "vat_category": words.CATEGORIES | {"S": ""},  # a rate that is charged says it
    "category": words.CATEGORIES | {"S": "(S)"},
    "tax_point_code": words.VAT_DUE_ON,
}


def leaves(value, name=""):
    """Each filled field with its name."""
    if isinstance(value, (Identifier, ParticipantId)):
        yield "number", value
        if value.scheme:
            yield "scheme", value.scheme
    elif is_dataclass(value):
        for each in fields(value):
            yield from leaves(getattr(value, each.name), each.name)
    elif isinstance(value, tuple):
        for each in value:
            yield from leaves(each, name)
    elif value not in (None, "") and name not in NOT_PRINTED:
        yield name, value


def ways(name, value, invoice, language):
    """The ways in which a value may stand on the page, without white space; one of them must."""
    f = Formats.of(language)
    if isinstance(value, Decimal):
        currencies = (invoice.currency, invoice.accounting_currency)
        found = [f.number(value), f.percent(value)]
        found += [write(value, each) for write in (f.money, f.price) for each in currencies]
    elif isinstance(value, date):
        found = [f.day(value)]
    elif name == "number" and not isinstance(value, str):
        found = [value.value, grouped(ParticipantId(value.scheme or "", value.value))]
    elif name in BY_CODE:
        found = [f.label(BY_CODE[name].get(value, value)), value]
    elif name in ("country", "origin_country"):
        found = [f.country(value)]
    else:
        found = [value]
    return [squeezed(each) for each in found]


def squeezed(text):
    """Without white space: where a line of the page ends is nobody's concern here."""
    return "".join(text.split())


def missing(invoice, page, language):
    """What the invoice says and the page does not."""
    shown = squeezed(page)
    return [
        (name, value)
        for name, value in leaves(invoice)
        if not (name in ONLY_WHEN_NOT_ZERO and not value)
        if not any(way in shown for way in ways(name, value, invoice, language))
    ]
