"""CII and PDF with an invoice inside: they take the road of UBL, and the file stays as it came."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.models import Document
from app.services import documents
from tests.documents.test_upload import results, stored, upload

CII = (Path(__file__).parent.parent / "samples" / "cii" / "dutch_invoice.xml").read_bytes()


def packed(content, **saving):
    """A PDF with this invoice inside."""
    made = pikepdf.new()
    made.add_blank_page()
    if content:
        made.attachments["factur-x.xml"] = pikepdf.AttachedFileSpec(made, content)
    written = io.BytesIO()
    made.save(written, **saving)
    return written.getvalue()


def only_document():
    with tenancy.every_environment("look in a test"):
        return db.session.scalars(select(Document)).one()


@pytest.mark.parametrize("content", [CII, packed(CII)], ids=["CII", "Factur-X"])
def test_it_is_taken_in_checked_and_shown(town, content):
    page = upload(town, ("invoice", content)).text

    text = results(page)["invoice"]
    assert "Invoice 2026-77 has no errors." in text
    assert "Anna Afval" in text
    assert "This came as CII D16B." in text
    document = only_document()
    shown = town.client.get(f"/documents/show/{document.public_id}")
    assert shown.status_code == 200
    assert "isn&#39;t checked yet" in shown.text
    assert "Dorpsstraat 1" in town.client.get(f"/documents/{document.public_id}/html").text


def test_the_file_stays_as_it_came(town):
    content = packed(CII)
    upload(town, ("invoice.pdf", content))
    document = only_document()

    with tenancy.in_organization(document.organization_id):
        assert documents.xml_of(document.public_id) == content
    assert town.client.get(f"/documents/{document.public_id}/xml").data == CII
    assert town.client.get(f"/documents/{document.public_id}/pdf").data == content


def test_what_is_wrong_in_it_is_found(town):
    wrong = CII.replace(b">121.00</ram:DuePayableAmount>", b">120.00</ram:DuePayableAmount>")

    text = results(upload(town, ("wrong.xml", wrong)).text)["wrong.xml"]

    assert "BR-CO-16" in text
    assert "This invoice cannot be sent like this." in text


def test_it_arrives_at_a_recipient_inside_the_platform(town):
    upload(town, ("invoice.pdf", packed(CII)))
    document = only_document()

    town.post("/documents/send-many", {"document": document.public_id}, at="/documents/upload")
    town.deliver()

    with tenancy.every_environment("look in a test"):
        found = db.session.scalars(select(Document).where(Document.direction == "in")).one()
    assert (found.number, found.digest) == ("2026-77", document.digest)
    assert "2026-77" in town.receiver.get(f"/documents/show/{found.public_id}").text
    assert "Advice" in town.receiver.get(f"/documents/{found.public_id}/html").text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (packed(b""), "This PDF has no e-invoice inside"),
        (packed(CII, encryption=pikepdf.Encryption(user="a", owner="b")), "protected with a password"),
        (packed(CII)[:300], "This PDF is damaged"),
    ],
    ids=["without", "protected", "damaged"],
)  # fmt: skip
def test_a_pdf_without_an_invoice_that_can_be_read_is_refused(town, content, sentence):
    page = upload(town, ("invoice.pdf", content)).text

    assert sentence in results(page)["invoice.pdf"]
    assert stored() == 0


def test_the_remark_is_said_in_the_language_of_the_reader(town):
    upload(town, ("invoice.xml", CII))
    document = only_document()
    town.client.get("/lang/nl")

    assert "Dit kwam binnen als CII D16B." in town.client.get(f"/documents/show/{document.public_id}").text  # fmt: skip
