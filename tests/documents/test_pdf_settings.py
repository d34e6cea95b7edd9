"""Which PDF people get: as the environment chose, or the organization that differs."""

from __future__ import annotations

import io
from dataclasses import replace
from email import message_from_bytes, policy

import pikepdf
import pytest
from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.invoice import compose, ubl_read, ubl_write
from app.invoice.model import Attachment
from app.models import Environment, Organization
from tests.factories import sign_in
from tests.rendering.test_merging import pdf, widths
from tests.support import statements

from .samples import xml
from .test_page import look, press, take_in

PROTECTED = pdf(222, password="secret")
CHOICE = {"received": "always", "sent": "always", "first": "generated"}
A4 = 595


def with_files(*files: tuple[str, bytes], number: str = "P-1", **fields: str) -> bytes:
    """The invoice with these attachments."""
    invoice = ubl_read.read(xml(number, **fields))
    attached = tuple(
        Attachment(id=name, filename=name, content=content, mime="application/pdf")
        for name, content in files
    )
    return ubl_write.write(compose.complete(replace(invoice, attachments=attached)))


def choose(town, **more):
    answer = town.post("/pdf/", {**CHOICE, **more}, at="/pdf/")
    assert answer.status_code == 302, answer.text


def download(town, public_id):
    return town.client.get(f"/documents/{public_id}/pdf")


@pytest.fixture
def document(town):
    return take_in(town, with_files(("contract.pdf", pdf(200)), ("secret.pdf", PROTECTED)))


def test_by_itself_the_invoice_is_printed(town, document):
    found = download(town, document).data

    assert widths(found) == [A4]
    with pikepdf.open(io.BytesIO(found)) as opened, opened.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"


@pytest.mark.parametrize(
    ("sent", "expected"), [("always", [A4]), ("never", [200]), ("absent", [200])]
)
def test_what_is_made_is_what_was_chosen(town, document, sent, expected):
    choose(town, sent=sent)

    assert widths(download(town, document).data) == expected


def test_only_when_none_is_attached(town):
    choose(town, sent="absent")

    assert widths(download(town, take_in(town, xml("P-2"))).data) == [A4]


def test_without_any_it_is_said(town):
    choose(town, sent="never")

    answer = download(town, take_in(town, xml("P-3")))

    assert answer.status_code == 409
    assert "There is no PDF of this invoice" in answer.text


@pytest.mark.parametrize(("first", "expected"), [("generated", [A4, 200]), ("original", [200, A4])])
def test_joined_in_the_order_that_was_chosen(town, document, first, expected):
    choose(town, merge="1", first=first)

    assert widths(download(town, document).data) == expected


def test_what_is_left_beside_is_listed_with_the_reason_and_can_be_taken(town, document):
    choose(town, merge="1")

    page = town.client.get(f"/documents/{document}/files").text

    assert "/files" in look(town, document)
    assert "Protected with a password, so it is beside the PDF." in page
    assert "no archival PDF/A" in page
    taken = town.client.get(f"/documents/{document}/files?take=2")
    assert taken.data == PROTECTED
    assert taken.headers["Content-Disposition"].startswith("attachment;")
    assert town.client.get(f"/documents/{document}/files?take=3").status_code == 404
    assert town.client.get(f"/documents/{document}/files?take=original").status_code == 404


def test_an_organization_may_differ_and_follow_again(town, document):
    address = f"/organizations/pdf/{town.holding.public_id}"
    choose(town, sent="always")

    town.post(address, {**CHOICE, "sent": "never", "differs": "1"}, at=address)
    differs = widths(download(town, document).data)
    town.post(address, {**CHOICE, "sent": "never", "differs": "0"}, at=address)

    assert differs == [200]
    assert widths(download(town, document).data) == [A4]


def test_the_receiver_has_settings_of_their_own(town, document):
    choose(town, sent="never")
    press(town, document, "send", route="platform")
    town.deliver()

    page = town.receiver.get("/inbox/").text
    theirs = page.split("/documents/show/")[1][:36]

    assert widths(town.receiver.get(f"/documents/{theirs}/pdf").data) == [A4]


def mailed(town, app):
    """What came out of the machine for an invoice that was mailed."""
    attached = (("contract.pdf", pdf(200)), ("secret.pdf", PROTECTED))
    buyer = {"buyer_value": "10203040", "buyer_email": "klant@example.nl"}
    content = with_files(*attached, number="P-9", **buyer)
    public_id = take_in(town, content)
    press(town, public_id, "send", route="email")
    town.deliver()
    files = (app.config["SETTINGS"].data_dir / "mail").glob("*.eml")
    mails = [message_from_bytes(each.read_bytes(), policy=policy.default) for each in files]
    return next(each for each in mails if each["To"] == "klant@example.nl")


def test_a_mail_carries_it_and_says_what_is_beside(town, app):
    choose(town, merge="1")

    mail = mailed(town, app)

    files = {each.get_filename(): each.get_content() for each in mail.iter_attachments()}
    assert set(files) == {"invoice-P-9.pdf", "invoice-P-9.xml", "secret.pdf"}
    assert widths(files["invoice-P-9.pdf"]) == [A4, 200]
    assert files["secret.pdf"] == PROTECTED
    assert "secret.pdf" in mail.get_body(("plain",)).get_content()


def test_nonsense_is_refused_and_changes_nothing(town):
    answer = town.post("/pdf/", {**CHOICE, "sent": "sometimes"}, at="/pdf/")

    assert answer.status_code in (400, 409, 422)
    assert kept(Environment, town.ours) is None


def test_who_doesnt_administer_sees_no_settings(town, world, app):
    clerk = world.user(town.ours, "Kees Klerk")
    client = app.test_client()
    sign_in(client, clerk)

    assert client.get("/pdf/").status_code in (302, 403)


def test_a_closed_organization_stays_as_it_was(town):
    address = f"/organizations/pdf/{town.holding.public_id}"
    town.client.get(address)
    with tenancy.every_environment("arrange a test"):
        row = db.session.get(Organization, town.holding.id)
        row.state = "closed"
        db.session.commit()

    town.post(address, {**CHOICE, "differs": "1"}, at="/pdf/")

    assert kept(Organization, town.holding) is None


def kept(model, row):
    with tenancy.every_environment("look in a test"):
        return db.session.scalars(select(model.pdf).where(model.id == row.id)).one()


def test_the_pages_ask_few_questions(town, document):
    for address in (
        "/pdf/",
        f"/organizations/pdf/{town.holding.public_id}",
        f"/documents/{document}/files",
        f"/documents/{document}/pdf",
    ):
        with statements() as made:
            assert town.client.get(address).status_code == 200
        assert len(made) <= 12, (address, made)
