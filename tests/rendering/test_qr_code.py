"""The code of a bank transfer says what the page says, and is there only where it can be used."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.invoice.model import Invoice, Kind, Party, PaymentMeans, Totals
from app.rendering import html, payment_view
from app.rendering.formats import Formats
from app.rendering.payment_view import qr_code

IBAN = "NL91ABNA0417164300"
MEANS = PaymentMeans(code="58", account=IBAN, reference="2026-1")
TO_PAY = Invoice(
    number="2026-1",
    currency="EUR",
    seller=Party(name="Bakkerij Vermeer"),
    payment_means=(MEANS,),
    totals=Totals(payable=Decimal("121.50")),
)
ENGLISH = Formats.of("en")


@pytest.fixture
def said(monkeypatch):
    """The lines of the code, as they are handed to the library that draws it."""
    lines = []
    real = payment_view.helpers.make_epc_qr

    def note(**values):
        lines.append(values)
        return real(**values)

    monkeypatch.setattr(payment_view.helpers, "make_epc_qr", note)
    return lines


def test_it_says_who_is_paid_how_much_and_for_what(said):
    code = qr_code(ENGLISH, TO_PAY)

    assert said == [
        {
            "name": "Bakkerij Vermeer",
            "iban": IBAN,
            "amount": Decimal("121.50"),
            "text": "2026-1",
            "reference": None,
            "bic": None,
            "encoding": "utf-8",
        }
    ]
    assert code.says == "QR code of a bank transfer of €121.50 to NL91 ABNA 0417 1643 00"


def test_a_structured_reference_stays_one(said):
    qr_code(ENGLISH, replace(TO_PAY, payment_means=(replace(MEANS, reference="RF18 5390 0754 7034"),)))  # fmt: skip

    assert (said[0]["reference"], said[0]["text"]) == ("RF18539007547034", None)


@pytest.mark.parametrize(
    "other",
    [
        {"currency": "SEK"},
        {"kind": Kind.CREDIT_NOTE},
        {"totals": Totals(payable=Decimal(0))},
        {"totals": Totals(payable=Decimal(-5))},
        {"totals": Totals(payable=Decimal("1000000000"))},
        {"totals": Totals()},
        {"seller": Party()},
        {"payment_means": ()},
        {"payment_means": (replace(MEANS, code="59"),)},
        {"payment_means": (replace(MEANS, account="NL00ABNA0417164300"),)},
        {"payment_means": (replace(MEANS, account="12345"),)},
    ],
    ids=str,
)
def test_where_nothing_can_be_transferred_there_is_none(other):
    assert qr_code(ENGLISH, replace(TO_PAY, **other)) is None


def test_names_and_references_of_any_length_and_script_fit():
    odd = replace(
        TO_PAY,
        seller=Party(name="Ω漢😀" * 100),
        payment_means=(replace(MEANS, reference="é漢😀\n" * 100, bic="ABNANL2A"),),
    )

    assert qr_code(ENGLISH, odd) is not None


def test_it_stands_on_the_page_as_a_picture_with_words():
    page = html(TO_PAY, "nl")

    assert 'alt="QR-code van een overschrijving van €' in page
    assert 'src="data:image/svg+xml' in page
