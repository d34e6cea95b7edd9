"""Files that go with an invoice: kept with its draft, inside the XML that is sent, and gone when taken away."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import func, select

from app import tenancy
from app.extensions import db
from app.invoice import ubl_read
from app.models import Blob, Document
from app.services import attachments, documents
from tests.documents.test_totals import only_document
from tests.support import statements

PDF, PNG = b"%PDF-1.7 a letter", b"\x89PNG\r\n\x1a\n picture"


def send_form(town, address, fields, *files, do="attach"):
    chosen = [(io.BytesIO(content), name) for name, content in files]
    return town.post(
        address, {**fields, "do": do, "files": chosen}, content_type="multipart/form-data"
    )


def attach(town, fields, *files, do="attach"):
    """The address of the draft that has these files."""
    answer = send_form(town, "/documents/new", fields, *files, do=do)
    assert answer.status_code == 302, re.findall(r"field-errors.*", answer.text)
    return answer.location.partition("?")[0].partition("#")[0]


def blobs():
    with tenancy.every_environment("look in a test"):
        found = db.session.scalar(select(func.count()).select_from(Blob))
        db.session.rollback()  # the next look sees what happened since
        return found


def test_they_are_kept_with_the_draft_and_shown(town, fields):
    draft = attach(town, fields, ("offer.pdf", PDF), ("C:\\photos\\site.PNG", PNG))

    page = town.client.get(draft).text
    assert "offer.pdf" in page
    assert "site.PNG" in page
    assert 'value="95,50"' in page
    assert "together at most 14 MB" in page


def test_saving_the_draft_again_keeps_them(town, fields):
    draft = attach(town, fields, ("offer.pdf", PDF))

    again = send_form(town, draft, fields, ("site.png", PNG), do="save")

    page = town.client.get(again.location).text
    assert "offer.pdf" in page
    assert "site.png" in page


def test_one_is_taken_away_and_its_bytes_with_it(town, fields):
    draft = attach(town, fields, ("offer.pdf", PDF), ("site.png", PNG))
    digest = re.search(r'value="detach-([0-9a-f]{64})"', town.client.get(draft).text)[1]

    send_form(town, draft, fields, do=f"detach-{digest}")

    page = town.client.get(draft).text
    assert "offer.pdf" not in page
    assert "site.png" in page
    assert blobs() == 1


def test_bytes_that_another_draft_has_too_stay(town, fields):
    first, second = (attach(town, fields, ("offer.pdf", PDF)) for _ in range(2))

    town.post(first.replace("/edit/", "/") + "/discard")

    assert blobs() == 1
    town.post(second.replace("/edit/", "/") + "/discard")
    assert blobs() == 0


def test_they_go_with_the_invoice_and_arrive(town, fields):
    shown = attach(town, fields, ("offer.pdf", PDF), ("site.png", PNG), do="preview")
    assert "offer.pdf" in town.client.get(shown.replace("/show/", "/") + "/html").text

    town.post(shown.replace("/show/", "/") + "/send", {"route": "platform"})
    town.deliver()

    document = only_document()
    with tenancy.in_organization(document.organization_id):
        sent = ubl_read.read(documents.xml_of(document.public_id))
    assert [(each.filename, each.mime, each.content) for each in sent.attachments] == [
        ("offer.pdf", "application/pdf", PDF),
        ("site.png", "image/png", PNG),
    ]
    assert blobs() == 2  # the XML of sender and receiver: the files are inside
    with tenancy.every_environment("look in a test"):
        arrived = db.session.scalars(select(Document).where(Document.direction == "in")).one()
    assert "site.png" in town.receiver.get(f"/documents/{arrived.public_id}/html").text


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("virus.exe", b"MZ", "cannot go with an invoice"),
        ("letter", b"x", "cannot go with an invoice"),
        ("offer.pdf", b"<html>", "is no pdf file"),
        ("table.csv", b"a\0b", "is no csv file"),
        ("offer.pdf", b"", "is empty"),
        ("big.pdf", PDF + b" " * 5000, "is too large"),
    ],
)
def test_what_cannot_go_with_it_is_refused_at_the_field(
    town, fields, name, content, sentence, monkeypatch
):
    monkeypatch.setattr(attachments, "MOST_EACH", 5000)
    page = send_form(town, "/documents/new", fields, (name, content)).text

    assert 'id="files-errors"' in page
    assert sentence in page
    assert 'value="95,50"' in page  # and nothing that was typed is lost
    assert blobs() == 0


def test_together_they_have_a_limit(town, fields, monkeypatch):
    monkeypatch.setattr(attachments, "most_together", lambda: 9000)
    half = b"%PDF" + b" " * 5000
    page = send_form(town, "/documents/new", fields, ("a.pdf", half), ("b.pdf", half + b"x")).text
    twins = send_form(town, "/documents/new", fields, ("a.pdf", PDF), ("A.pdf", PDF + b"x")).text
    many = send_form(
        town, "/documents/new", fields, *((f"{n}.pdf", PDF + bytes([n])) for n in range(1, 22))
    ).text

    assert "Together these files are too large" in page
    assert "Two files have the same name." in twins
    assert "At most 20 files go with one invoice." in many


def test_nobody_else_adds_to_a_draft(town, fields):
    draft = attach(town, fields, ("offer.pdf", PDF))

    from tests.documents.conftest import post

    answer = post(
        town.receiver,
        draft,
        {**fields, "do": "attach", "files": [(io.BytesIO(PNG), "x.png")]},
        at="/documents/new",
        content_type="multipart/form-data",
    )

    assert answer.status_code == 404


def test_the_form_of_a_draft_takes_few_statements(town, fields):
    draft = attach(town, fields, ("offer.pdf", PDF), ("site.png", PNG))
    with statements() as sent:
        town.client.get(draft)

    assert len(sent) <= 12


def test_a_form_of_very_many_lines_is_taken(town, fields):
    line = {k.partition("-")[2].partition("-")[2]: v for k, v in fields.items() if "lines-" in k}
    many = {f"lines-{n}-{name}": value for n in range(300) for name, value in line.items()}

    draft = attach(town, {**fields, **many}, ("offer.pdf", PDF))

    assert 'name="lines-299-price"' in town.client.get(draft).text
