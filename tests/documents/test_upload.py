"""Upload: every file gets its own answer, whatever it is, and a bad one never stops a good one."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app import tenancy
from app.extensions import db
from app.invoice.identifiers import ParticipantId
from app.invoice.model import Identifier
from app.models import Document
from app.services import uploads
from tests.support import statements, token

from .samples import SELLER, xml


def upload(town, *files, organization=None):
    """Send these (name, content) pairs; the answer is the page of results."""
    chosen = organization or town.holding
    fields = {
        "csrf_token": token(town.client.get("/documents/new").text),
        "organization": chosen.public_id,
        "files": [FileStorage(io.BytesIO(content), name) for name, content in files],
    }
    boundary, body = encode_multipart(fields)  # in memory: the client leaves its file open
    kind = f'multipart/form-data; boundary="{boundary}"'
    return town.client.post("/documents/upload", data=body, content_type=kind)


def results(page):
    """The text of each file's answer, by file name."""
    found = re.findall(
        r"<h2[^>]*>(.*?)</h2>(.*?)(?=<h2|</main>)", page.partition('class="results"')[2], re.S
    )
    return {name: re.sub(r"<[^>]+>|\s+", " ", text) for name, text in found}


def stored():
    with tenancy.every_environment("count in a test"):
        return db.session.scalar(select(func.count()).select_from(Document))


def _zip():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("invoice.xml", xml())
    return packed.getvalue()


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><Invoice>&b;</Invoice>'
NOT_TAKEN = [
    (b"", "The file is empty."),
    (b"Dear customer, see below", "This is not an XML file."),
    (b"<Invoice><broken></Invoice>", "isn&#39;t well-formed XML"),
    (b'<?xml version="1.0"?><Order/>', "not a UBL 2.1 invoice or credit note"),
    (BOMB, "contains a DOCTYPE or entities"),
    (_zip(), "This is a ZIP file"),
    (b"%PDF-1.7 invoice", "This is a PDF, not XML."),
    (b"\x89PNG\r\n\x1a\n0000", "This is an image, not XML."),
]


@pytest.mark.parametrize(("content", "sentence"), NOT_TAKEN)
def test_what_is_not_an_invoice_is_refused_with_its_own_sentence_and_not_stored(
    town, content, sentence
):
    page = upload(town, ("x.xml", content)).text

    assert sentence in results(page)["x.xml"]
    assert stored() == 0


def test_fifty_megabytes_are_too_many_for_one_file(town):
    page = upload(town, ("large.xml", b"<Invoice>" + b" " * 50_000_000 + b"</Invoice>")).text

    assert "at most 20 MB is possible" in results(page)["large.xml"]
    assert stored() == 0


def test_a_request_that_is_too_large_as_a_whole_gets_a_sentence(town):
    kind, size = "multipart/form-data; boundary=x", 300 * 1024 * 1024

    answer = town.client.post(
        "/documents/upload",
        input_stream=io.BytesIO(b"x"),
        content_type=kind,
        environ_overrides={"CONTENT_LENGTH": str(size)},
    )

    assert answer.status_code == 413
    assert "Send smaller files, or fewer at a time." in answer.text


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            lambda x: x.replace(b">121.00</cbc:PayableAmount>", b">120.00</cbc:PayableAmount>"),
            "BR-CO-16",
        ),
        (lambda x: x.replace(b'currencyID="EUR"', b'currencyID="EUX"'), "BR-CL-03"),
    ],
)
def test_an_invoice_that_breaks_a_rule_is_kept_with_its_findings_and_cannot_be_sent(
    town, change, code
):
    changed = change(xml())
    assert changed != xml()

    page = upload(town, ("wrong.xml", changed)).text

    assert code in results(page)["wrong.xml"]
    assert "This invoice cannot be sent like this." in results(page)["wrong.xml"]
    assert "Send this invoice" not in page


def test_a_supplier_that_is_not_the_chosen_organization_is_refused_naming_both(town):
    stranger = replace(
        SELLER,
        name="Other BV",
        endpoint=ParticipantId("0106", "11223344"),
        legal_id=Identifier("11223344", "0106"),
        vat_id="NL123456782B01",
    )

    text = results(upload(town, ("other.xml", xml(seller=stranger))).text)["other.xml"]

    assert "Other BV" in text
    assert "Piet Holding" in text
    assert "cannot be sent" in text


def test_the_same_file_twice_shows_the_first(town):
    upload(town, ("first.xml", xml()))

    page = upload(town, ("again.xml", xml())).text

    assert "You uploaded this same file before; this is the first one, 2026-1." in page
    assert stored() == 1


def test_the_same_number_with_other_content_is_refused_naming_the_first(town):
    upload(town, ("first.xml", xml()))

    text = results(upload(town, ("second.xml", xml(price="200"))).text)["second.xml"]

    assert "Number 2026-1 was used in 2026 already" in text
    assert "first.xml" in text


def test_an_organization_that_is_not_active_cannot_upload(town, world):
    sleeping = world.organization(town.ours, "Sleeping BV", administrator=town.piet, active=False)

    text = results(upload(town, ("a.xml", xml()), organization=sleeping).text)["a.xml"]

    assert "Sleeping BV isn&#39;t active yet." in text
    assert stored() == 0


def test_another_customers_organization_cannot_be_chosen(town):
    page = upload(town, ("a.xml", xml()), organization=town.buyer).text

    assert "Choose the organization that sends these invoices." in page
    assert stored() == 0


def test_nothing_chosen_is_said(town):
    assert "Choose at least one file." in upload(town).text


@pytest.mark.parametrize("receives", [False, None])
def test_a_receiver_that_cannot_be_reached_is_said_before_sending(town, world, receives):
    if receives is not None:
        world.organization(
            world.environment("Silent"), "Silent", value="10203040", receive=receives
        )

    page = upload(town, ("a.xml", xml(buyer_value="10203040"))).text

    assert "receive on this platform under 0106:10203040, and there is no mail address" in page
    assert "Send this invoice" not in page


def test_a_bad_file_does_not_stop_a_good_one(town):
    page = upload(town, ("bad.xml", b""), ("good.xml", xml())).text

    found = results(page)
    assert "The file is empty." in found["bad.xml"]
    assert "Invoice 2026-1 has no errors." in found["good.xml"]
    assert "Goes to the inbox of Anna Afval on this platform." in found["good.xml"]


def test_what_was_uploaded_is_sent_by_one_button(town):
    page = upload(town, ("a.xml", xml("1")), ("b.xml", xml("2"))).text
    chosen = re.findall(r'name="document" value="([^"]+)"', page)

    town.post("/documents/send-many", {"document": chosen})
    town.deliver()

    inbox = town.receiver.get("/inbox/").text
    assert len(chosen) == 2
    assert inbox.count('class="unread"') == 2


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("<img src=x onerror=alert(1)>.xml", "&lt;img src=x onerror=alert(1)&gt;.xml"),
        ("a\u202elmx.exe", "almx.exe"),
    ],
)
def test_a_hostile_file_name_is_only_a_name(town, name, shown):
    page = upload(town, (name, b"")).text

    assert f'<h2 translate="no">{shown}</h2>' in page


def test_a_file_name_of_another_system_loses_its_folders():
    assert uploads.shown_name("C:\\temp\\a.xml") == "a.xml"


def test_uploading_takes_the_same_statements_per_file_and_few_to_show(town):
    town.client.get("/documents/upload")
    with statements() as sent:
        town.client.get("/documents/upload")

    assert len(sent) <= 12
