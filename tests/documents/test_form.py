"""The invoice form: nothing typed is lost, every mistake is at its field, and it ends at the other side."""

from __future__ import annotations

import pytest
from lxml import html

from app.models import Identifier
from app.services import registrations, test_receiver
from tests.support import statements

from .conftest import BUYER_KVK, SELLER_VAT


def filled_in(page):
    """What the form of a page would send as it stands."""
    form = html.fromstring(page).get_element_by_id("invoice-form")
    return {name: value for name, value in form.form_values() if name != "csrf_token"}


def save(town, fields, deed="preview"):
    return town.post("/documents/new", {**fields, "do": deed})


def show(town, answer):
    assert answer.status_code == 302, answer.text
    return town.client.get(answer.location)


def test_a_new_form_is_filled_in_with_what_we_know(town):
    page = town.client.get("/documents/new").text

    assert 'value="NL91ABNA0417164300"' in page
    assert "Piet Holding" in page


def test_without_an_organization_the_form_says_where_to_go(app, world, client):
    from tests.factories import sign_in

    ours = world.environment("Empty")
    guest = world.user(ours, "Gast Gast")
    world.organization(ours, "Draft BV", administrator=guest, active=False)
    sign_in(client, guest)

    page = client.get("/documents/new").text

    assert "There is no organization to send from yet" in page
    assert "/organizations/" in page


def test_the_preview_shows_the_route_before_anything_is_sent(town, fields):
    page = show(town, save(town, fields)).text

    assert "Goes to the inbox of Anna Afval on this platform." in page
    assert "Queued" not in page


def test_an_invoice_walks_from_the_form_to_the_other_inbox_and_its_answer_comes_back(town, fields):
    address = save(town, fields).location.partition("?")[0]
    town.post(f"{address.replace('/show/', '/')}/send", {"route": "platform"})
    town.deliver()

    inbox = town.receiver.get("/inbox/").text
    assert "Piet Holding" in inbox
    assert "231.11" in inbox
    assert 'class="unread"' in inbox
    assert "Delivered" in town.client.get("/outbox/").text


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("buyer_value", "123", "8 digits expected, 3 found"),
        ("buyer_value", "12.34 56-7", "8 digits expected, 7 found"),
        ("buyer_name", "", "Fill in this field."),
        ("currency", "XXZ", "is not a currency"),
        ("issue_date", "31-02-2026", "is not a date"),
        ("iban", "NL00ABNA0417164300", "is not a right IBAN"),
        ("buyer_email", "anna at example", "is not an e-mail address"),
        ("buyer_country", "QQ", "Choose a country."),
        ("lines-0-price", "ten", "is not a number"),
        ("lines-0-price", "1.234", "can be read in two ways"),
        ("lines-0-price", "-3", "A price isn’t negative"),
        ("lines-0-vat_rate", "0", "Write a rate above 0"),
        ("lines-0-description", "", "Fill in this field."),
    ],
)
def test_each_mistake_has_its_own_sentence_at_its_field(town, fields, field, typed, sentence):
    page = save(town, {**fields, field: typed}).text

    assert f'id="{field}-errors"' in page
    assert sentence.replace("’", "&#39;") in page
    assert f'href="#{field}"' in page


def test_nothing_typed_is_lost_when_something_is_wrong(town, fields):
    page = save(town, {**fields, "buyer_value": "1", "note": "keep <this> & that"}).text

    assert "keep &lt;this&gt; &amp; that" in page
    assert 'value="95,50"' in page
    assert "/documents/edit/" in page  # and it is a draft already


def test_lines_are_added_and_removed_without_a_script(town, fields):
    more = save(town, fields, "add-lines").text
    fewer = save(town, {**fields, "lines-7-description": "Second"}, "remove-lines-0").text

    assert 'name="lines-1-price"' in more
    assert "Advice" not in fewer
    assert "Second" in fewer


def test_a_draft_comes_back_as_it_was_typed(town, fields):
    answer = save(town, {**fields, "lines-0-price": "12,3x"}, "save")

    page = town.client.get(answer.location).text

    assert 'value="12,3x"' in page


def test_a_draft_with_mistakes_is_not_sent(town, fields):
    address = save(town, {**fields, "iban": ""}).location.partition("?")[0]
    page = town.client.get(address).text

    assert ">Send<" not in page.replace("\n", "")
    answer = town.post(f"{address.replace('/show/', '/')}/send", {"route": "platform"})
    assert answer.status_code == 409
    assert "This draft has mistakes" in answer.text


def test_an_unknown_receiver_without_a_mail_address_is_refused_before_anything_is_sent(
    town, fields
):
    page = show(town, save(town, {**fields, "buyer_value": "99999990"})).text

    assert "receive on this platform under 0106:99999990, and there is no mail address" in page
    assert ">Send<" not in page


def test_a_receiver_with_receive_off_is_refused_before_anything_is_sent(town, fields, world):
    environment = world.environment("Silent")
    world.organization(environment, "Silent BV", value="10203040", receive=False)

    page = show(town, save(town, {**fields, "buyer_value": "10203040"})).text

    assert "receive on this platform under 0106:10203040" in page


def test_while_typing_the_page_asks_how_the_customer_is_reached(town):
    asked = {
        "organization": town.holding.public_id,
        "buyer_scheme": "0106",
        "buyer_value": BUYER_KVK,
        "buyer_country": "NL",
    }
    answer = town.client.get("/documents/route", query_string=asked).json

    assert answer == {
        "text": "Goes to the inbox of Anna Afval on this platform.",
        "level": "good",
    }


def test_mail_to_a_belgian_business_carries_a_warning(town):
    asked = {
        "organization": town.holding.public_id,
        "buyer_scheme": "0208",
        "buyer_value": "0123456749",
        "buyer_email": "jan@example.be",
        "buyer_country": "BE",
    }
    answer = town.client.get("/documents/route", query_string=asked).json

    assert answer["level"] == "warning"
    assert "Belgium" in answer["text"]


def test_another_customers_draft_is_not_there(town, fields):
    address = save(town, fields, "save").location

    assert town.client.get(address).status_code == 200
    assert town.receiver.get(address).status_code == 404


def test_the_form_takes_few_statements(town):
    town.client.get("/documents/new")
    with statements() as sent:
        town.client.get("/documents/new")

    assert len(sent) <= 12


@pytest.mark.parametrize("with_vat", [True, False])
def test_the_sample_invoice_goes_to_the_test_receiver_without_a_change(town, world, with_vat):
    test_receiver.ensure()
    registrations.work_due()
    if with_vat:
        own = {"scheme": "9944", "value": SELLER_VAT, "owned": True, "send": True}
        world.keep(Identifier(organization_id=town.holding.id, **own))
    page = town.client.get("/documents/new?sample=1").text
    typed = filled_in(page)

    shown = show(town, save(town, typed)).text

    assert "Goes to the inbox of Test receiver on this platform." in shown
    assert ">Send<" in shown
