"""A document beside its list, and one deed on many of them: each within the wall, and each answered for."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.models import Delivery, Direction, Document, DocumentContent, DocumentShare, Readiness
from app.models.types import now
from app.services import bundles, documents
from tests.documents.conftest import post
from tests.documents.samples import xml
from tests.factories import sign_in
from tests.support import statements


@pytest.fixture
def keep(world, town):
    def keep(number, direction=Direction.IN, *, owner=None, state="", **columns):
        owner = owner or town.holding
        columns = {"readiness": Readiness.READY, "status": 10, **columns}
        document = world.keep(
            Document(organization_id=owner.id, direction=direction, number=number, **columns)
        )
        part = {"organization_id": owner.id, "document_id": document.id}
        world.keep(DocumentContent(**part, seller_name="Bakker", buyer_name="Klant"))
        if state:
            later = now() + timedelta(hours=1)
            delivery = Delivery(
                **part, route="email", recipient="x@example.nl", message_key=number, state=state
            )
            delivery.next_at = later
            world.keep(delivery)
        return document

    return keep


def press(town, deed, rows, *, box="inbox", client=None, query=""):
    typed = {"box": box, "query": query, "row": [each.public_id for each in rows]}
    return post(client or town.client, f"/documents/together/{deed}", typed, at="/inbox/")


def row_of(document):
    db.session.rollback()  # what was read before stands still
    with tenancy.every_environment("test"):
        found = db.session.scalars(select(Document).where(Document.id == document.id)).one()
        db.session.refresh(found)
        return found


def preview_of(client, document):
    return client.get(f"/documents/preview/{document.public_id}", headers={"X-Fragment": "1"})


# --- Beside the list ---


def test_the_address_of_a_list_shows_a_document_beside_it(town, keep):
    document = keep("IN-1")

    page = town.client.get(f"/inbox/?kind=invoice&show={document.public_id}").text

    assert 'id="preview"' in page
    assert f'href="/documents/{document.public_id}/pdf"' in page
    assert 'href="/inbox/?kind=invoice" data-close-preview' in page


def test_to_look_beside_the_list_is_to_open(town, keep):
    one, other = keep("IN-1"), keep("IN-2")

    town.client.get(f"/inbox/?show={one.public_id}")
    preview_of(town.client, other)

    assert row_of(one).opened_at
    assert row_of(other).opened_at
    assert row_of(other).status == 20


def test_a_browser_that_fetches_ahead_has_opened_nothing(town, keep):
    document = keep("IN-1")

    town.client.get(f"/inbox/?show={document.public_id}", headers={"Sec-Purpose": "prefetch"})

    assert row_of(document).opened_at is None


def test_a_script_gets_the_part_and_others_the_page(town, keep):
    document = keep("IN-1")

    part = preview_of(town.client, document)
    page = town.client.get(f"/documents/preview/{document.public_id}")

    assert part.text.count("<html") == 0
    assert part.headers["X-Fragment"] == "1"
    assert page.location == f"/documents/show/{document.public_id}"


def test_somebody_elses_document_is_not_shown_beside_mine(town, keep):
    foreign = keep("THEIRS", owner=town.buyer)
    keep("OURS")

    page = town.client.get(f"/inbox/?show={foreign.public_id}")

    assert page.status_code == 200
    assert 'id="preview"' not in page.text
    assert preview_of(town.client, foreign).status_code == 404


def test_a_list_with_a_document_beside_it_takes_few_statements(town, keep):
    document = keep("OUT-1", Direction.OUT, state="failed")
    address = f"/outbox/?show={document.public_id}"
    town.client.get(address)

    with statements() as sent:
        town.client.get(address)

    assert len(sent) <= 12, "\n".join(sent)


# --- Several at once ---


def test_several_are_marked_as_read_and_as_unread(town, keep):
    rows = [keep("IN-1"), keep("IN-2")]

    answer = press(town, "read", rows, query="unread=1")
    read = [bool(row_of(each).opened_at) for each in rows]
    press(town, "unread", rows[:1])

    assert answer.location == "/inbox/?unread=1"
    assert read == [True, True]
    assert [bool(row_of(each).opened_at) for each in rows] == [False, True]


def test_what_may_be_sent_again_is_and_the_others_say_why_not(town, keep):
    failed = keep("FAILED", Direction.OUT, state="failed")
    fine = keep("FINE", Direction.OUT, state="delivered")
    never = keep("NEVER", Direction.OUT)

    page = press(town, "retry", [failed, fine, never], box="outbox").text

    assert "Done with 1 document." in page
    assert "2 documents stayed as they are" in page
    assert re.findall(r"<td[^>]*>(FINE|NEVER|FAILED)</td>", page) == ["FINE", "NEVER"]
    assert "It was not sent yet." in page


def test_what_waits_is_cancelled(town, keep):
    waiting = [keep(f"W{each}", Direction.OUT, state="queued") for each in range(3)]

    answer = press(town, "cancel", waiting, box="outbox")

    assert answer.status_code == 302
    with tenancy.every_environment("test"):
        assert set(db.session.scalars(select(Delivery.state))) == {"cancelled"}


def test_drafts_are_thrown_away_and_nothing_else(town, keep):
    draft = keep("", Direction.OUT, readiness=Readiness.DRAFT)
    sent = keep("SENT", Direction.OUT)

    page = press(town, "discard", [draft, sent], box="drafts").text

    assert "Done with 1 document." in page
    assert "SENT" in page
    with tenancy.every_environment("test"):
        assert db.session.scalars(select(Document.number)).all() == ["SENT"]


@pytest.mark.parametrize("deed", ["read", "unread", "retry", "cancel", "discard", "download"])
def test_ids_of_others_are_as_if_they_did_not_exist(town, keep, deed):
    foreign = keep("THEIRS", owner=town.buyer, state="queued")

    answer = press(town, deed, [foreign])

    assert answer.status_code == 404
    assert "THEIRS" not in answer.text
    assert row_of(foreign).opened_at is None


def test_a_foreign_id_among_mine_is_left_out_without_its_number(town, keep):
    mine, foreign = keep("MINE"), keep("THEIRS", owner=town.buyer)

    page = press(town, "read", [mine, foreign]).text

    assert "Done with 1 document." in page
    assert "THEIRS" not in page
    assert row_of(foreign).opened_at is None


def test_what_is_shown_to_me_is_not_mine_to_mark(town, keep, app, world):
    shown = keep("SHOWN")
    guest, window = world.user(town.ours, "Gast Vrij"), app.test_client()
    world.keep(
        DocumentShare(organization_id=town.holding.id, document_id=shown.id, user_id=guest.id)
    )
    sign_in(window, guest)

    press(town, "unread", [shown], client=window)
    press(town, "read", [shown], client=window)

    assert row_of(shown).opened_at is None


@pytest.mark.parametrize("number", [0, 101])
def test_from_one_to_a_hundred_at_once(town, keep, number):
    rows = [keep("IN-1")] * min(number, 1)
    typed = {
        "box": "inbox",
        "row": [each.public_id for each in rows] + [str(n) for n in range(1, number)],
    }

    answer = post(town.client, "/documents/together/read", typed, at="/inbox/")

    assert answer.status_code == 422


def test_several_come_as_one_file_of_xml_and_pdf(town, world):
    with world.acting(town.piet):
        taken = [
            documents.take_in(xml(number), organization_id=town.holding.id)
            for number in ("Z-1", "Z-2")
        ]
        for each in taken:
            documents.process(each.document_id)
    ids = [each.document_public_id for each in taken]

    answer = post(town.client, "/documents/together/download", {"row": ids}, at="/documents/list/")

    assert answer.mimetype == "application/zip"
    with ZipFile(BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert sorted(names) == [
            "invoice-Z-1.pdf",
            "invoice-Z-1.xml",
            "invoice-Z-2.pdf",
            "invoice-Z-2.xml",
        ]
        assert archive.read("invoice-Z-1.pdf").startswith(b"%PDF")
        assert b"Z-2" in archive.read("invoice-Z-2.xml")


def test_of_many_only_the_xml_comes(town, world, monkeypatch):
    monkeypatch.setattr(bundles, "MOST_PDFS", 0)
    with world.acting(town.piet):
        taken = documents.take_in(xml("Z-1"), organization_id=town.holding.id)

    answer = post(
        town.client,
        "/documents/together/download",
        {"row": [taken.document_public_id]},
        at="/documents/list/",
    )

    with ZipFile(BytesIO(answer.data)) as archive:
        assert archive.namelist() == ["invoice-Z-1.xml"]


def test_the_file_is_made_while_it_is_sent(town, world):
    with world.acting(town.piet):
        taken = documents.take_in(xml("Z-1"), organization_id=town.holding.id)
        bundle = bundles.collect([taken.document_public_id])
        with statements() as sent:
            pieces = [piece for piece in bundles.stream(bundle, "en") if piece]

    assert len(pieces) == 3  # the XML, the PDF, the table of contents
    assert sent == []
