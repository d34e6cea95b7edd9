"""One page per document: what it shows to whom, and every deed that it offers."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app import tenancy
from app.extensions import db
from app.models import Delivery, Document, PrivateLink
from app.models.types import now
from app.services import documents, history
from app.transactions import transaction
from tests.support import statements

from .conftest import post
from .samples import SELLER, xml

HOSTILE = "<script>alert('x')</script>"


def take_in(town, content):
    """A document of the sender, by its public id."""
    fields = {
        "organization": town.holding.public_id,
        "files": [(io.BytesIO(content), "a.xml")],
    }
    page = town.post("/documents/upload", fields, content_type="multipart/form-data").text
    return re.search(r"/documents/show/([0-9a-f-]{36})", page)[1]


def press(town, public_id, deed, **fields):
    """Press a button of the sender's page."""
    return town.post(f"/documents/{public_id}/{deed}", fields)


def look(town, public_id):
    return town.client.get(f"/documents/show/{public_id}").text


def delivery(public_id):
    with transaction(), tenancy.every_environment("look in a test"):
        return db.session.scalars(
            select(Delivery)
            .join(Document, Document.id == Delivery.document_id)
            .where(Document.public_id == public_id)
            .order_by(Delivery.id.desc())
        ).first()


def put(public_id, **columns):
    """Let the newest delivery stand where a test wants it."""
    with transaction(), tenancy.every_environment("arrange a test"):
        db.session.execute(
            update(Delivery).where(Delivery.id == delivery(public_id).id).values(**columns)
        )


@pytest.fixture
def sent(town):
    """A document that waits to be mailed."""
    public_id = take_in(town, xml(buyer_value="10203040", buyer_email="klant@example.nl"))
    press(town, public_id, "send", route="email")
    return public_id


@pytest.fixture
def arrived(town):
    """A document in the receiver's inbox: the sender's public id and the receiver's."""
    public_id = take_in(town, xml())
    press(town, public_id, "send", route="platform")
    town.deliver()
    found = re.search(r"/documents/show/([0-9a-f-]{36})", town.receiver.get("/inbox/").text)
    return public_id, found[1]


def answer(town, public_id, **fields):
    """Press a button of the receiver's page."""
    return post(town.receiver, f"/documents/{public_id}/status", fields, at="/documents/new")


def test_the_page_shows_the_way_before_it_is_sent(town):
    page = look(town, take_in(town, xml()))

    assert "Goes to the inbox of Anna Afval on this platform." in page
    assert ">Send</button>" in page


def test_both_ways_are_offered_where_both_are_possible(town):
    page = look(town, take_in(town, xml(buyer_email="anna@example.nl")))

    assert 'value="platform" checked' in page
    assert "Will be mailed to anna@example.nl." in page


def test_send_pressed_twice_makes_one_delivery(town):
    public_id = take_in(town, xml())
    first = press(town, public_id, "send", route="platform")
    second = press(town, public_id, "send", route="platform")

    with tenancy.every_environment("count in a test"):
        found = db.session.scalars(select(Delivery)).all()
    assert (first.status_code, second.status_code, len(found)) == (302, 302, 1)


def test_findings_are_plain_sentences_in_the_readers_language(town):
    wrong = xml().replace(b">121.00</cbc:PayableAmount>", b">120.00</cbc:PayableAmount>")
    public_id = take_in(town, wrong)

    english = look(town, public_id)
    town.client.get("/lang/nl")

    assert "The amount to pay is 120.00, but 121.00 is expected." in english
    assert ">Send</button>" not in english


def test_a_waiting_delivery_can_be_cancelled(town, sent):
    assert ">Cancel</button>" in look(town, sent)

    press(town, sent, "cancel", delivery=delivery(sent).public_id)

    assert delivery(sent).state == "cancelled"
    assert "It was cancelled and not sent." in look(town, sent)


def test_a_failed_delivery_is_mended_by_correcting_the_address(town, sent):
    put(sent, state="failed", note="There is no such address.", next_at=None, ended_at=now())
    page = look(town, sent)
    assert "There is no such address. Correct the address and send it again." in page

    press(town, sent, "correct", delivery=delivery(sent).public_id, address="goed@example.nl")

    assert (delivery(sent).state, delivery(sent).recipient) == ("queued", "goed@example.nl")


def test_a_wrong_correction_comes_back_as_it_was_typed(town, sent):
    put(sent, state="failed", next_at=None, ended_at=now())

    page = press(town, sent, "correct", delivery=delivery(sent).public_id, address="no <address>@")

    assert page.status_code == 409
    assert "isn&#39;t a mail address" in page.text
    assert 'value="no &lt;address&gt;@"' in page.text


def test_retry_makes_a_new_delivery_of_a_failed_one(town, sent):
    put(sent, state="failed", next_at=None, ended_at=now())
    before = delivery(sent)

    press(town, sent, "retry", delivery=before.public_id)

    assert delivery(sent).state == "queued"
    assert delivery(sent).id > before.id


@pytest.mark.parametrize(("arrived_", "state"), [("yes", "delivered"), ("no", "retrying")])
def test_a_person_decides_about_an_unknown_delivery(town, sent, arrived_, state):
    put(sent, state="unknown", next_at=None)
    page = look(town, sent)
    assert ">It arrived</button>" in page
    assert ">Send again</button>" in page

    press(town, sent, "resolve", delivery=delivery(sent).public_id, arrived=arrived_)

    assert delivery(sent).state == state


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"status": "approve"}, "Approved"),
        ({"status": "reject", "reason": "Wrong price"}, "Rejected"),
        ({"status": "pay"}, "Paid"),
    ],
)
def test_what_the_receiver_decides_is_seen_by_the_sender(town, arrived, fields, word):
    ours, theirs = arrived

    answer(town, theirs, **fields)

    page = look(town, ours)
    assert f">{word}</span>" in page
    assert fields.get("reason", "") in page


def test_a_rejection_needs_a_reason(town, arrived):
    page = answer(town, arrived[1], status="reject", reason="  ")

    assert page.status_code == 422
    assert "Say why, so that the sender can mend it." in page.text


def test_the_sender_cannot_decide_for_the_receiver(town, arrived):
    assert press(town, arrived[0], "status", status="approve").status_code == 409


def test_a_member_who_looks_has_opened_it_once(town, arrived):
    ours, theirs = arrived
    town.receiver.get(f"/documents/show/{theirs}", headers={"Sec-Purpose": "prefetch"})
    assert 'class="unread"' in town.receiver.get("/inbox/").text

    town.receiver.get(f"/documents/show/{theirs}")
    page = town.receiver.get(f"/documents/show/{theirs}").text

    assert 'class="unread"' not in town.receiver.get("/inbox/").text
    assert page.count("<li>Opened") == 1
    assert ">Opened</span>" in look(town, ours)


def test_the_xml_is_the_original_and_only_a_download(town):
    public_id = take_in(town, xml())

    answer_ = town.client.get(f"/documents/{public_id}/xml")

    assert answer_.data == xml()
    assert answer_.mimetype == "application/xml"
    assert answer_.headers["X-Content-Type-Options"] == "nosniff"
    assert answer_.headers["Content-Disposition"].startswith("attachment;")


def test_the_pdf_is_made_when_it_is_asked_for(town):
    answer_ = town.client.get(f"/documents/{take_in(town, xml())}/pdf")

    assert answer_.data.startswith(b"%PDF-")
    assert answer_.mimetype == "application/pdf"


def test_hostile_words_are_only_text_everywhere(town):
    from dataclasses import replace

    content = xml(HOSTILE, replace(SELLER, name=HOSTILE), buyer_name=HOSTILE, note=HOSTILE)
    public_id = take_in(town, content)

    page, paper = look(town, public_id), town.client.get(f"/documents/{public_id}/html")

    assert HOSTILE not in page
    assert HOSTILE not in paper.text
    assert "&lt;script&gt;" in page
    assert "&lt;script&gt;" in paper.text
    assert "sandbox" in paper.headers["Content-Security-Policy"]
    assert "default-src 'none'" in paper.headers["Content-Security-Policy"]


@pytest.mark.parametrize("part", ["show/{}", "{}/html", "{}/pdf", "{}/xml", "edit/{}"])
def test_another_customers_document_is_not_there(town, part):
    address = f"/documents/{part.format(take_in(town, xml()))}"

    assert town.receiver.get(address).status_code == 404


@pytest.mark.parametrize(
    "deed", ["send", "retry", "cancel", "correct", "resolve", "status", "discard"]
)
def test_another_customers_buttons_do_nothing(town, sent, deed):
    before = delivery(sent)
    fields = {"delivery": before.public_id, "status": "approve", "address": "x@example.nl"}

    refused = post(town.receiver, f"/documents/{sent}/{deed}", fields, at="/documents/new")

    assert refused.status_code == 404
    assert (delivery(sent).id, delivery(sent).state) == (before.id, before.state)


@pytest.mark.parametrize(
    "deed", ["send", "retry", "cancel", "correct", "resolve", "status", "discard"]
)
def test_nothing_is_done_by_looking_at_an_address(town, sent, deed):
    assert town.client.get(f"/documents/{sent}/{deed}").status_code == 405


def test_a_draft_can_be_thrown_away(town, fields):
    address = town.post("/documents/new", {**fields, "do": "save"}).location
    public_id = re.search(r"[0-9a-f-]{36}", address)[0]

    press(town, public_id, "discard")

    assert town.client.get(f"/documents/show/{public_id}").status_code == 404


def test_the_page_takes_few_statements_however_long_its_history(town, arrived):
    look(town, arrived[0])
    counted = []
    for more in (0, 30):
        _remember(arrived[0], more)
        with statements() as asked:
            look(town, arrived[0])
        counted.append(len(asked))

    assert counted[0] == counted[1] <= 12


@pytest.mark.parametrize("email", ["", "klant@example.nl"])
def test_the_page_before_sending_takes_few_statements(town, email):
    public_id = take_in(town, xml(buyer_email=email))
    look(town, public_id)
    with statements() as asked:
        look(town, public_id)

    assert len(asked) <= 12


def test_the_preview_of_a_draft_takes_few_statements(town, fields):
    address = town.post("/documents/new", {**fields, "do": "preview"}).location
    town.client.get(address)
    with statements() as asked:
        town.client.get(address)

    assert len(asked) <= 12


def _remember(public_id, times):
    with transaction(), tenancy.every_environment("arrange a test"):
        document = documents.get(public_id)
        for _ in range(times):
            history.note(document, "Queued")


@pytest.fixture
def link(town, sent, app):
    """The private link in the mail."""
    town.deliver()
    mails = sorted((app.config["SETTINGS"].mail_dir).glob("*.eml"))
    texts = [each.read_bytes().replace(b"=\n", b"").decode("utf-8", "replace") for each in mails]
    found = re.search(r"/private/[\w-]+", "".join(texts))
    assert found, "no mail has a link"
    return found[0]


def test_the_private_link_shows_the_invoice_to_someone_without_a_login(app, link):
    stranger = app.test_client()

    page = stranger.get(link)

    assert "Piet Holding sent this to you" in page.text or "Piet Holding" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert b"Advice" in stranger.get(f"{link}/html").data
    assert stranger.get(f"{link}/pdf").data.startswith(b"%PDF-")
    assert stranger.get(f"{link}/xml").headers["Content-Disposition"].startswith("attachment;")


def test_a_private_link_does_not_open_the_document_for_the_receiver(town, app, link, sent):
    app.test_client().get(link)

    assert ">Opened</span>" not in look(town, sent)


def test_an_ended_link_says_so(app, link):
    with transaction(), tenancy.every_environment("let time pass"):
        db.session.execute(update(PrivateLink).values(expires_at=now() - timedelta(days=1)))

    page = app.test_client().get(link, headers={"Accept-Language": "en"})

    assert page.status_code == 410
    assert "This link has ended. Ask the sender to send the document again." in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("part", ["", "/html", "/pdf", "/xml"])
def test_a_made_up_link_shows_nothing(app, part):
    page = app.test_client().get(f"/private/abc{part}", headers={"Accept-Language": "en"})

    assert page.status_code == 404
    assert "This link isn&#39;t right." in page.text


@pytest.mark.parametrize(
    "typed", ["'; DROP TABLE document; --", "a\x00b", "\ud7ff\uffff", "x" * 9000]
)
def test_what_nobody_can_mean_is_refused_and_breaks_nothing(town, sent, typed):
    for deed in ("cancel", "retry", "resolve", "correct"):
        refused = press(town, sent, deed, delivery=typed, address=typed)
        assert refused.status_code == (400 if "\0" in typed else 404)
    assert town.client.get("/documents/show/a%00b").status_code == 400
    assert delivery(sent).state == "queued"
