"""What a form comes to while it is typed is what the invoice that is sent says, to the cent."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from lxml import html
from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.invoice import ubl_read
from app.models import Document, DocumentContent
from app.services import documents
from tests.support import token

EXTRAS = {
    "lines-0-quantity": "3",
    "lines-0-price": "33,3350",
    "lines-0-extras-0-kind": "discount_percent",
    "lines-0-extras-0-value": "7,5",
    "lines-0-extras-2-kind": "charge_amount",
    "lines-0-extras-2-value": "1,50",
    "lines-0-extras-2-reason": "Small order",
    "lines-0-extras-5-kind": "discount_amount",
    "lines-0-extras-5-value": "1,50",
    "lines-0-extras-5-reason": "Regular customer",
    "lines-1-description": "Freight included",
    "lines-1-quantity": "-1",
    "lines-1-unit": "C62",
    "lines-1-price": "0,005",
    "lines-1-vat_category": "S",
    "lines-1-vat_rate": "9",
    "lines-1-extras-0-kind": "charge_amount",
    "lines-1-extras-0-value": "12,34",
    "lines-1-extras-0-reason": "Packing",
    "extras-0-kind": "discount_percent",
    "extras-0-value": "3",
    "extras-0-reason": "Loyal customer",
    "extras-0-vat_category": "S",
    "extras-0-vat_rate": "21",
    "extras-4-kind": "charge_amount",
    "extras-4-value": "9,99",
    "extras-4-reason": "Freight",
    "extras-4-vat_category": "S",
    "extras-4-vat_rate": "9",
    "prepaid": "20",
    "rounding": "-0,02",
}


def ask(town, fields):
    answer = town.post("/documents/totals", fields)
    assert answer.status_code == 200, answer.text
    return answer.json


def sums(answer):
    rows = html.fragment_fromstring(answer["totals"], create_parent="dl")
    return {each.get("data-sum"): number(each.text) for each in rows.iter("dd")}


def number(text):
    return Decimal(re.sub(r"[^0-9.-]", "", text))


def only_document():
    with tenancy.every_environment("look in a test"):
        return db.session.scalars(select(Document).where(Document.direction == "out")).one()


def test_every_amount_is_that_of_the_invoice_that_is_sent(town, fields):
    shown = ask(town, fields | EXTRAS)

    address = town.post("/documents/new", {**fields, **EXTRAS, "do": "preview"}).location
    base = address.partition("?")[0].replace("/show/", "/")
    assert town.post(f"{base}/send", {"route": "platform"}).status_code == 302
    document = only_document()
    with tenancy.in_organization(document.organization_id):
        sent = ubl_read.read(documents.xml_of(document.public_id))
    totals = sent.totals
    assert sums(shown) == {
        "lines": totals.lines,
        "allowances": -totals.allowances,
        "charges": totals.charges,
        "net": totals.tax_exclusive,
        **{f"vat-{n}": each.tax for n, each in enumerate(sent.vat_breakdown)},
        "vat": totals.tax,
        "gross": totals.tax_inclusive,
        "prepaid": -totals.prepaid,
        "rounding": totals.rounding,
        "due": totals.payable,
    }
    amounts = {name: number(text) for name, text in shown["amounts"].items()}
    assert amounts == {
        **{f"lines-{n}": line.net for n, line in enumerate(sent.lines)},
        "extras-0": -sent.allowances_charges[0].amount,
        "extras-1": sent.allowances_charges[1].amount,
    }
    assert [(each.charge, each.amount) for each in sent.lines[0].allowances_charges] == [
        (False, Decimal("7.50")),
        (True, Decimal("1.50")),
        (False, Decimal("1.50")),
    ]
    # And they are right: 100.01 less 7.5 %, and 12.34 less half a cent; of 104.85 together 3 %.
    assert (totals.lines, totals.allowances) == (Decimal("104.85"), Decimal("3.15"))


@pytest.mark.parametrize(
    "typed",
    [
        {"lines-0-price": ""},
        {"lines-0-price": "1.234"},
        {"lines-0-quantity": "-"},
        {"lines-0-vat_rate": ""},
        {"lines-0-vat_rate": "999999999999"},
        {"lines-0-vat_category": "Q"},
        {"currency": ""},
        {"currency": "€"},
        {"organization": "nobody"},
        {"lines-0-extras-0-value": "x"},
        {"lines-0-extras-0-value": "5", "lines-0-extras-0-kind": "nonsense"},
        {"extras-0-value": "", "extras-0-reason": "Freight"},
        {"extras-0-value": "5"},
        {"prepaid": ",", "rounding": "1,234"},
        {"issue_date": "", "buyer_name": "", "buyer_value": "12"},
    ],
)
def test_what_is_not_finished_is_no_error(town, fields, typed):
    more = {"lines-8-description": "B", "lines-8-quantity": "1", "lines-8-price": "10,00"}

    answer = ask(town, {**fields, **more, **typed})

    assert answer["amounts"]["lines-1"].endswith("10.00")
    assert "due" in sums(answer)


def test_nothing_at_all_is_nothing_to_pay(town):
    assert sums(ask(town, {})) == {"net": 0, "vat": 0, "due": 0}


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("lines-0-extras-0-value", "120", "Write a percentage above 0 and at most 100."),
        ("lines-0-extras-0-value", "-5", "Write a percentage above 0 and at most 100."),
        ("lines-1-extras-0-value", "0", "Write an amount above 0."),
        ("lines-1-extras-0-value", "1,2345", "Write at most two decimals."),
        ("lines-1-extras-0-reason", "", "Say what is charged, such as freight."),
        ("lines-0-extras-2-value", "ten", "is not a number"),
        ("extras-0-value", "ten", "is not a number"),
        ("extras-4-reason", "", "Say what is charged, such as freight."),
        ("extras-4-vat_rate", "", "Fill in a number."),
        ("prepaid", "1,2345", "Write at most two decimals."),
        ("rounding", "x", "is not a number"),
    ],
)
def test_each_mistake_of_discounts_is_at_its_field(town, fields, field, typed, sentence):
    page = town.post("/documents/new", {**fields, **EXTRAS, field: typed, "do": "preview"}).text
    at = field.replace("extras-4", "extras-1").replace("extras-2", "extras-1")  # counted anew

    assert f'id="{at}-errors"' in page
    assert f'href="#{at}"' in page
    assert sentence in page


def test_discounts_on_a_line_come_and_go_without_a_script(town, fields):
    more = town.post("/documents/new", {**fields, **EXTRAS, "do": "add-lines-0-extras"}).text
    fewer = town.post("/documents/new", {**fields, **EXTRAS, "do": "remove-lines-0-extras-2"}).text

    assert 'name="lines-0-extras-3-value"' in more
    assert "Small order" not in fewer
    assert 'value="Regular customer"' in fewer
    assert 'value="Packing"' in fewer


def test_a_discount_on_a_line_that_was_kept_earlier_is_still_there(town, fields):
    address = town.post("/documents/new", {**fields, "do": "save"}).location.partition("?")[0]
    earlier = {"extra_kind": "discount_amount", "extra_value": "1", "extra_reason": "Loyal"}
    with tenancy.every_environment("an earlier version in a test"):
        content = db.session.scalars(select(DocumentContent)).one()
        line = {name: v for name, v in content.form["lines"][0].items() if name != "extras"}
        content.form = content.form | {"lines": [line | earlier]}
        db.session.commit()

    page = town.client.get(address).text

    assert 'name="lines-0-extras-0-reason" value="Loyal"' in page
    shown = town.client.get(address.replace("/edit/", "/") + "/html").text
    assert "190.00" in shown


def test_a_discount_on_the_whole_comes_and_goes_without_a_script(town, fields):
    more = town.post("/documents/new", {**fields, "do": "add-extras"}).text
    fewer = town.post("/documents/new", {**fields, **EXTRAS, "do": "remove-extras-0"}).text

    assert 'name="extras-0-value"' in more
    assert "Loyal customer" not in fewer
    assert 'value="Freight"' in fewer


def test_strangers_work_out_nothing(app, town, fields):
    stranger = app.test_client()
    stolen = token(town.client.get("/documents/new").text)

    answer = stranger.post("/documents/totals", data={**fields, "csrf_token": stolen})

    assert answer.status_code in (302, 400, 401)
