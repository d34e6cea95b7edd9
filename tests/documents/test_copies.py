"""A new draft out of what there is: copied, or credited, with its discounts and files."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from lxml import html
from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.invoice import ubl_read
from app.invoice.model import Invoice
from app.models import Document, Organization
from app.services import documents, invoices_to_forms
from tests.documents.samples import xml
from tests.documents.test_attachments import PDF, attach
from tests.documents.test_totals import EXTRAS
from tests.documents.test_upload import upload
from tests.invoice.models import invoices, parsed
from tests.invoice.test_models import SLOW


def sent(town, fields):
    """Two discounts and a file, on their way; the address of the document."""
    shown = attach(town, fields | EXTRAS, ("offer.pdf", PDF), do="preview")
    address = shown.replace("/show/", "/")
    assert town.post(f"{address}/send", {"route": "platform"}).status_code == 302
    return address


def begun(town, address, deed):
    """The form of the draft that this button makes."""
    answer = town.post(f"{address}/{deed}")
    assert answer.status_code == 302, answer.text
    page = town.client.get(answer.location).text
    return page, dict(html.fromstring(page).get_element_by_id("invoice-form").form_values())


def outgoing():
    with tenancy.every_environment("look in a test"):
        found = db.session.scalars(
            select(Document).where(Document.direction == "out").order_by(Document.id)
        ).all()
        db.session.rollback()
        return [each.public_id for each in found]


def read(public_id):
    with tenancy.every_environment("look in a test"):
        ours = db.session.scalars(
            select(Organization.id).join(Document).where(Document.public_id == public_id)
        )
        organization_id = ours.one()
    with tenancy.in_organization(organization_id):
        return ubl_read.read(documents.xml_of(public_id))


def test_a_copy_says_the_same_under_a_new_number(town, fields):
    address = sent(town, fields)

    page, form = begun(town, address, "copy")

    assert "offer.pdf" in page
    assert (form["number"], form["lines-0-extras-0-value"]) == ("", "7,5")
    assert form["lines-0-extras-2-reason"] == "Regular customer"
    answer = town.post("/documents/edit/" + outgoing()[1], {**form, "do": "preview"})
    again = answer.location.partition("?")[0].replace("/show/", "/")
    assert town.post(f"{again}/send", {"route": "platform"}).status_code == 302
    first, second = map(read, outgoing())
    assert first.number != second.number
    assert second.attachments == first.attachments
    assert second.totals == first.totals


def test_a_credit_note_is_about_its_invoice_and_keeps_the_discounts(town, fields):
    address = sent(town, fields)

    page, form = begun(town, address, "credit")

    invoice = read(outgoing()[0])
    assert form["kind"] == "credit_note"
    assert form["preceding_number"] == invoice.number
    assert form["preceding_date"] == "2026-11-20"
    assert "offer.pdf" not in page
    answer = town.post("/documents/edit/" + outgoing()[1], {**form, "do": "preview"})
    again = answer.location.partition("?")[0].replace("/show/", "/")
    assert town.post(f"{again}/send", {"route": "platform"}).status_code == 302
    note = read(outgoing()[1])
    assert note.totals.tax_inclusive == invoice.totals.tax_inclusive
    assert note.preceding[0].number == invoice.number


def test_what_was_uploaded_is_copied_and_credited_too(town):
    upload(town, ("invoice.xml", xml("2026-7")))
    address = f"/documents/{outgoing()[0]}"

    page, form = begun(town, address, "credit")

    assert form["preceding_number"] == "2026-7"
    assert form["lines-0-price"]
    assert not re.findall("field-errors", page)
    assert begun(town, address, "copy")[1]["kind"] == "invoice"


def test_a_draft_and_a_credit_note_are_not_credited(town, fields):
    draft = attach(town, fields, ("offer.pdf", PDF), do="save").replace("/edit/", "/")

    assert town.post(f"{draft}/credit").status_code == 409
    assert "Make a credit note" not in town.client.get(draft.replace("ts/", "ts/show/")).text
    assert "offer.pdf" in begun(town, draft, "copy")[0]


def test_what_came_in_is_not_copied(town, fields):
    sent(town, fields)
    town.deliver()
    with tenancy.every_environment("look in a test"):
        arrived = db.session.scalars(select(Document).where(Document.direction == "in")).one()
    from tests.documents.conftest import post

    answer = post(town.receiver, f"/documents/{arrived.public_id}/copy", at="/documents/new")

    assert answer.status_code == 409


def test_resent_and_cancelled_it_keeps_its_files(town, fields):
    address = sent(town, fields)
    page = town.client.get(address.replace("ts/", "ts/show/")).text
    delivery = re.search(r'name="delivery" value="([^"]+)"', page)[1]

    assert town.post(f"{address}/cancel", {"delivery": delivery}).status_code == 302
    assert town.post(f"{address}/retry", {"delivery": delivery}).status_code == 302
    town.deliver()

    with tenancy.every_environment("look in a test"):
        arrived = db.session.scalars(select(Document).where(Document.direction == "in")).one()
    assert [each.content for each in read(arrived.public_id).attachments] == [PDF]


@SLOW
@given(invoices())
def test_put_back_into_the_form_it_means_the_same(invoice: Invoice) -> None:
    again = parsed(invoices_to_forms.form_of(invoice), invoice.seller.address.country)

    assert {**again.errors} == {}
    assert again.invoice.totals == replace(
        invoice.totals, tax_in_accounting_currency=again.invoice.totals.tax_in_accounting_currency
    )
    assert again.invoice.vat_breakdown == invoice.vat_breakdown
    assert again.invoice.buyer == invoice.buyer


@pytest.mark.parametrize("deed", ["copy", "credit"])
def test_a_stranger_begins_nothing(town, fields, deed):
    address = sent(town, fields)
    from tests.documents.conftest import post

    assert post(town.receiver, f"{address}/{deed}", at="/documents/new").status_code == 404
