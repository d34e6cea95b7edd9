"""Any invoice that the form can make: all nine VAT families, discounts, foreign currency, credit notes.

``forms()`` fills in the form as people may, without mistakes; ``invoices()`` is what those forms mean.
"""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from app.invoice import vat_choices
from app.invoice.identifiers import ParticipantId
from app.invoice.model import Address, Contact, Identifier, Invoice, Party
from app.services import invoice_forms
from app.services.forms_to_invoice import Parsed, parse
from app.services.invoice_forms import Form

# The supplier's country with its number, and customers to choose from.
SELLERS = {
    "NL": (ParticipantId("0106", "53087412"), "NL859837445B01"),
    "BE": (ParticipantId("0208", "0403019261"), "BE0403019261"),
    "ES": (ParticipantId("0088", "8712345678906"), "ESA12345674"),
}
BUYERS = {
    "NL": {"buyer_scheme": "0106", "buyer_value": "60145238", "buyer_vat": "NL001234567B01"},
    "BE": {"buyer_scheme": "0208", "buyer_value": "0403170701", "buyer_vat": "BE0403170701"},
    "DE": {"buyer_scheme": "9930", "buyer_value": "DE123456788"},
    "ES": {"buyer_scheme": "0088", "buyer_value": "8712345678906", "buyer_vat": "ESA12345674"},
    "US": {"buyer_scheme": "0088", "buyer_value": "8712345678906"},
}
OTHER_CURRENCIES = ("USD", "GBP", "JPY", "SEK")

# What XML can hold and people type; a form takes the space around it away.
_words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn")),
    min_size=1,
    max_size=30,
).filter(lambda text: text.strip() == text)


def _decimals(least: str, most: str, places: int) -> st.SearchStrategy[str]:
    numbers = st.decimals(Decimal(least), Decimal(most), places=places)
    return numbers.map(lambda number: f"{number:f}".replace(".", ","))


_cents = _decimals("0.01", "99999.99", 2)
_quantities = st.one_of(_decimals("-999", "9999", 0), _decimals("-99.9999", "999.9999", 4))
_prices = st.one_of(_decimals("0", "9999.99", 2), _decimals("0", "99.9999", 4))
_shares = st.one_of(_decimals("1", "100", 0), _decimals("0.01", "99.99", 2))


@st.composite
def forms(draw: st.DrawFn) -> tuple[Form, str]:
    """A form without mistakes, and the country of its supplier."""
    seller, buyer = draw(st.sampled_from(sorted(SELLERS))), draw(st.sampled_from(sorted(BUYERS)))
    families = draw(_families(seller, buyer))
    rows = st.sampled_from(families).flatmap(lambda family: _vat(family, seller))
    form: Form = dict.fromkeys(invoice_forms.FIELDS, "")
    form |= BUYERS[buyer] | {
        "issue_date": "2026-11-20",
        "due_date": "2026-12-20",
        "delivery_date": "2026-11-19",
        "buyer_name": "Anna Afval",
        "buyer_street": "Kade 5",
        "buyer_postcode": "3511 XX",
        "buyer_city": "Utrecht",
        "buyer_country": buyer,
        "buyer_reference": draw(_words),
        "iban": "NL91ABNA0417164300",
        "exemption_reason": draw(_words) if "E" in families else "",
    }
    form |= draw(_currency()) | draw(_kind()) | draw(_more())
    form["lines"] = [draw(rows) | draw(_line()) for _ in range(draw(st.integers(1, 6)))]
    form["extras"] = [draw(rows) | draw(_extra("")) for _ in range(draw(st.integers(0, 3)))]
    return form, seller


def parsed(form: Form, country: str) -> Parsed:
    """What a form means for the supplier of this country, numbered."""
    return parse(form, _seller(country), "F-2026-1")


def invoices() -> st.SearchStrategy[Invoice]:
    """What forms without mistakes mean: worked out, and ready to be written."""
    return forms().map(lambda made: parsed(*made).invoice)


def _seller(country: str) -> Party:
    number, vat_id = SELLERS[country]
    return Party(
        name="Piet Holding",
        endpoint=number,
        legal_id=Identifier(number.value, number.scheme),
        vat_id=vat_id,
        address=Address(lines=("Plein 1",), city="Gent", postcode="9000", country=country),
        contact=Contact(email="piet@example.com"),
    )


def _families(seller: str, buyer: str) -> st.SearchStrategy[list[str]]:
    offered = vat_choices.offered(seller, buyer)
    together = [each for each in offered if each != vat_choices.OUTSIDE]
    several = st.lists(st.sampled_from(together), min_size=1, max_size=3, unique=True)
    return st.one_of(several, several, several, st.just([vat_choices.OUTSIDE]))


def _vat(family: str, seller: str) -> st.SearchStrategy[dict[str, str]]:
    rates = [str(each).replace(".", ",") for each in vat_choices.rates(seller)] + ["3,75"]
    if family in vat_choices.MAY_BE_ZERO:
        rates += ["0", "7"]
    rate = st.sampled_from(rates) if family in vat_choices.WITH_RATE else st.just("")
    return st.fixed_dictionaries({"vat_category": st.just(family), "vat_rate": rate})


@st.composite
def _line(draw: st.DrawFn) -> dict[str, str]:
    line = {
        "description": draw(_words),
        "quantity": draw(_quantities),
        "unit": draw(st.sampled_from(("C62", "HUR", "KGM"))),
        "price": draw(_prices),
    }
    return line | (draw(_extra("extra_")) if draw(st.booleans()) else {})


@st.composite
def _extra(draw: st.DrawFn, prefix: str) -> dict[str, str]:
    kind = draw(
        st.sampled_from(
            (
                invoice_forms.DISCOUNT_PERCENT,
                invoice_forms.DISCOUNT_AMOUNT,
                invoice_forms.CHARGE_PERCENT,
                invoice_forms.CHARGE_AMOUNT,
            )
        )
    )
    size = draw(_shares if kind.endswith("percent") else _cents)
    needed = kind.startswith("charge") or draw(st.booleans())
    return {
        f"{prefix}kind": kind,
        f"{prefix}value": size,
        f"{prefix}reason": draw(_words) if needed else "",
    }


def _currency() -> st.SearchStrategy[dict[str, str]]:
    home = st.just({"currency": "EUR"})
    other = st.fixed_dictionaries(
        {
            "currency": st.sampled_from(OTHER_CURRENCIES),
            "exchange_rate": st.one_of(st.just(""), _decimals("0.0001", "200.0000", 4)),
        }
    )
    return st.one_of(home, other)


def _kind() -> st.SearchStrategy[dict[str, str]]:
    invoice = st.just({"kind": "invoice"})
    note = st.fixed_dictionaries(
        {
            "kind": st.just("credit_note"),
            "preceding_number": _words,
            "preceding_date": st.sampled_from(("", "2026-10-01")),
        }
    )
    return st.one_of(invoice, invoice, note)


def _more() -> st.SearchStrategy[dict[str, str]]:
    amounts = st.one_of(st.just(""), _cents)
    references = st.one_of(st.just(""), _words)
    return st.fixed_dictionaries(
        {
            "prepaid": amounts,
            "rounding": st.one_of(st.just(""), _decimals("-0.99", "0.99", 2)),
            "order_reference": references,
            "contract_reference": references,
            "project_reference": references,
            "payment_reference": st.sampled_from(("", "F-1", "+++090/9337/55493+++")),
            "delivery_street": references,
            "note": references,
        }
    )
