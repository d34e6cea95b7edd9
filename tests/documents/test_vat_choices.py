"""Which VAT there is follows from the two countries, and what it asks for is said at its field."""

from __future__ import annotations

import pytest

from tests.documents.test_form import save
from tests.documents.test_totals import ask

ABROAD = {
    "buyer_scheme": "9930",
    "buyer_value": "DE123456788",
    "buyer_country": "DE",
    "delivery_date": "2026-11-20",
    "lines-0-vat_category": "K",
}


def offered(town, fields):
    answer = ask(town, fields)
    return [key for key, _text in answer["categories"]], answer["rates"]


@pytest.mark.parametrize(
    ("country", "families"),
    [
        ("NL", ["S", "Z", "E", "AE", "O"]),
        ("BE", ["S", "Z", "E", "AE", "K", "O"]),
        ("US", ["S", "Z", "E", "G", "O"]),
    ],
)
def test_what_is_offered_follows_the_two_countries(town, fields, country, families):
    assert offered(town, {**fields, "buyer_country": country}) == (families, ["21", "9"])


def test_where_it_is_delivered_counts_for_more_than_where_the_customer_is(town, fields):
    families, _rates = offered(town, {**fields, "delivery_country": "US"})

    assert "G" in families


def test_what_was_chosen_stays_a_choice(town, fields):
    families, _rates = offered(town, {**fields, "lines-0-vat_category": "G"})

    assert "G" in families


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"seller_vat": ""}, "seller_vat", "Fill in your VAT number."),
        ({"seller_vat": "001234567B01"}, "seller_vat", "begins with the two letters"),
        ({"lines-0-vat_category": "K"}, "lines-0-vat_category", "another country of the EU"),
        ({"lines-0-vat_category": "G"}, "lines-0-vat_category", "outside the EU"),
        ({"lines-0-vat_category": "L"}, "lines-0-vat_category", "suppliers in Spain only"),
        ({"lines-0-vat_category": "Q"}, "lines-0-vat_category", "Choose the kind of VAT."),
        ({"lines-0-vat_category": "E"}, "exemption_reason", "Say why no VAT is charged"),
        ({**ABROAD, "buyer_scheme": "0088", "buyer_value": "8712345678906"},
         "buyer_vat", "goods that go to another EU country need it"),
        ({**ABROAD, "delivery_date": ""}, "delivery_date", "Fill in the delivery date"),
        ({"lines-0-vat_category": "AE", "buyer_value": ""}, "buyer_vat", "who pays the VAT"),
        ({"extras-0-kind": "discount_amount", "extras-0-value": "5", "extras-0-vat_category": "O"},
         "extras-0-vat_category", "no other kind of VAT"),
        ({"exchange_rate": "-1"}, "exchange_rate", "what one unit"),
        ({"payment_reference": "+++090/9337/55494+++"}, "payment_reference", "don&#39;t fit"),
        ({"payment_reference": "+++090/9337+++"}, "payment_reference", "has twelve digits"),
        ({"buyer_legal_scheme": "0190", "buyer_legal_value": "12"}, "buyer_legal_value", "20 digits expected"),
        ({"delivery_date": "soon"}, "delivery_date", "is not a date"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_at_its_field(town, fields, changed, field, sentence):
    page = save(town, {**fields, **changed}).text

    assert f'id="{field}-errors"' in page
    assert f'href="#{field}"' in page
    assert sentence in page


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"buyer_scheme": "0190", "buyer_value": "00000001823288444000", "buyer_reference": ""},
         "This is a Dutch government body. It asks"),
        ({"buyer_legal_scheme": "0190", "buyer_legal_value": "00000001823288444000"},
         "This is a Dutch government body. Use its OIN"),
        ({"buyer_scheme": "9925", "buyer_value": "BE0403019261", "buyer_country": "BE"},
         "Businesses in Belgium are found by their enterprise number."),
        ({"buyer_scheme": "0208", "buyer_value": "0403019261", "buyer_country": "BE"},
         "Customers in Belgium often ask for their order number."),
        ({"currency": "USD"}, "Fill in the exchange rate"),
    ],
)  # fmt: skip
def test_what_to_think_of_is_said_beforehand(town, fields, changed, sentence):
    assert sentence in ask(town, {**fields, **changed})["hints"]
    assert sentence in save(town, {**fields, **changed}, "update").text


def test_nothing_to_think_of_is_nothing_said(town, fields):
    assert ask(town, fields)["hints"].strip() == ""


def test_a_structured_communication_is_made_and_accepted(town, fields):
    made = town.client.get("/documents/structured").json["text"]
    page = save(town, fields, "structured").text

    assert (
        'id="payment_reference-errors"'
        not in save(town, {**fields, "payment_reference": made}, "save").text
    )
    assert 'value="+++' in page
