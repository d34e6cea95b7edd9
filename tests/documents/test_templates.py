"""A draft kept as a template, and new invoices that begin from it."""

from __future__ import annotations

import re

import pytest
from lxml import html

from tests.documents.conftest import post
from tests.documents.test_attachments import PDF, attach, blobs
from tests.documents.test_totals import EXTRAS
from tests.support import statements


def kept(town, fields, name="Every month"):
    """A draft with discounts and a file, and the template that is made of it."""
    draft = attach(town, fields | EXTRAS, ("offer.pdf", PDF), do="save").replace("/edit/", "/")
    answer = town.post(f"{draft}/template", {"name": name})
    assert answer.status_code == 302, answer.text
    return draft, begin_address(town)


def begin_address(town):
    page = town.client.get("/documents/new").text
    return re.search(r'action="(/documents/templates/[^"]+/begin)"', page)[1]


def begun(town, address):
    answer = town.post(address)
    assert answer.status_code == 302, answer.text
    page = town.client.get(answer.location).text
    form = dict(html.fromstring(page).get_element_by_id("invoice-form").form_values())
    return page, form


def test_a_new_invoice_begins_from_it_with_today_and_without_a_number(town, fields):
    draft, address = kept(town, fields | {"number": "F-1"})
    town.post(f"{draft}/discard")

    page, form = begun(town, address)

    assert form["number"] == ""
    assert form["issue_date"] != "2026-11-20" or "2026-11-20" in page
    assert (form["lines-0-extras-0-value"], form["extras-0-reason"]) == ("7,5", "Loyal customer")
    assert "offer.pdf" in page
    assert begun(town, address)[1]["new_draft" if "new_draft" in form else "kind"]


def test_its_files_stay_until_nobody_names_them(town, fields):
    draft, address = kept(town, fields)
    town.post(f"{draft}/discard")
    assert blobs() == 1

    town.post(address.replace("/begin", "/remove"))

    assert blobs() == 0
    assert "Every month" not in town.client.get("/documents/new").text


def test_the_same_name_replaces_it(town, fields):
    kept(town, fields)
    kept(town, fields | {"buyer_name": "Bakker"})

    page = town.client.get("/documents/new").text
    assert page.count(">Every month</span>") == 1
    assert begun(town, begin_address(town))[1]["buyer_name"] == "Bakker"


@pytest.mark.parametrize(
    ("name", "sentence"), [(" ", "Give the template a name."), ("x" * 101, "at most 100 fit")]
)
def test_a_name_that_will_not_do_is_refused_at_the_field(town, fields, name, sentence):
    draft = attach(town, fields, do="save").replace("/edit/", "/")

    answer = town.post(f"{draft}/template", {"name": name})

    assert answer.status_code == 422
    assert 'id="template-name-errors"' in answer.text
    assert sentence in answer.text


def test_only_a_draft_becomes_one_and_nobody_else_begins_from_it(town, fields):
    _draft, address = kept(town, fields)

    assert post(town.receiver, address, at="/documents/new").status_code == 404
    assert (
        post(town.receiver, address.replace("/begin", "/remove"), at="/documents/new").status_code
        == 404
    )
    assert "Every month" not in town.receiver.get("/documents/new").text


def test_many_templates_take_no_more_statements(town, fields):
    for n in range(3):
        kept(town, fields, f"Number {n}")
    with statements() as sent:
        town.client.get("/documents/new")

    assert len(sent) <= 12
