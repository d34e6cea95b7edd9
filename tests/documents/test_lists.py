"""Inbox, outbox and documents: newest first, in steps, few statements however many rows."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from app import tenancy
from app.extensions import db
from app.models import (
    Attempt,
    Delivery,
    Direction,
    Document,
    DocumentContent,
    DocumentShare,
    Readiness,
    Route,
)
from app.models.types import now
from app.services import deliveries, documents, starting
from app.services.routes import Choice
from app.transactions import transaction
from tests.factories import sign_in
from tests.support import statements

HOSTILE = "<script>alert('x')</script>"


@pytest.fixture
def keep(world):
    """Keep a document with its content, and a delivery in this state."""

    def keep(
        organization, number, *, direction=Direction.OUT, state=None, party="Klant", **columns
    ):
        document = world.keep(
            Document(
                organization_id=organization.id,
                direction=direction,
                number=number,
                readiness=columns.pop("readiness", Readiness.READY),
                status=columns.pop("status", 10 if direction == Direction.IN else 5),
                **columns,
            )
        )
        world.keep(
            DocumentContent(
                organization_id=organization.id,
                document_id=document.id,
                seller_name=party,
                buyer_name=party,
                currency="EUR",
                payable=Decimal("12.50"),
            )
        )
        if state:
            _deliver(world, document, state)
        return document

    return keep


def _deliver(world, document, state):
    with transaction(), tenancy.every_environment("test"):
        db.session.execute(
            update(Delivery).where(Delivery.document_id == document.id).values(latest=False)
        )
        db.session.execute(
            update(Document).where(Document.id == document.id).values(queued_at=now())
        )
    delivery = world.keep(
        Delivery(
            organization_id=document.organization_id,
            document_id=document.id,
            route="email",
            recipient="klant@example.nl",
            message_key=f"{document.id}-{state}",
            state=state,
            next_at=now() + timedelta(hours=1),
            note="The receiver's server did not answer." if state == "retrying" else "",
        )
    )
    world.keep(
        Attempt(
            organization_id=document.organization_id,
            document_id=document.id,
            delivery_id=delivery.id,
            number=1,
            result="unreachable",
        )
    )


def numbers(page):
    return re.findall(r'class="row-link"[^>]*>([^<]+)</a>', page)


def test_unread_invoices_stand_out_in_the_inbox(town, keep):
    keep(town.holding, "IN-1", direction=Direction.IN, opened_at=now())
    keep(town.holding, "IN-2", direction=Direction.IN)

    page = town.client.get("/inbox/").text

    assert numbers(page) == ["IN-2", "IN-1"]
    assert page.count('class="unread"') == 1


def test_an_empty_inbox_says_why_and_what_to_do(town):
    page = town.client.get("/inbox/").text

    assert "Nothing has arrived yet" in page
    assert "/organizations/" in page


def test_a_guest_reads_why_there_is_nothing(town, app, world):
    guest, window = world.user(town.ours, "Gast Vrij"), app.test_client()
    sign_in(window, guest)

    for address in ("/inbox/", "/outbox/", "/documents/list/"):
        assert "You are not a member of an organization yet" in window.get(address).text


@pytest.mark.parametrize(
    "address", ["/inbox/", "/outbox/", "/documents/list/", "/documents/drafts/"]
)
def test_a_list_takes_few_statements_however_many_rows(town, keep, address):
    direction = Direction.IN if "inbox" in address else Direction.OUT
    readiness = Readiness.DRAFT if "drafts" in address else Readiness.READY
    state = None if "drafts" in address or "inbox" in address else "failed"
    counted = []
    for upto in (2, 24):
        for each in range(upto):
            keep(
                town.holding,
                f"{upto}-{each}",
                direction=direction,
                readiness=readiness,
                state=state,
            )
        with statements() as sent:
            page = town.client.get(address).text
        counted.append(len(sent))
        assert len(numbers(page)) == min(25, upto if upto == 2 else 26)

    assert counted[0] == counted[1] <= 12


def test_older_and_newer_lead_through_the_whole_list_and_back(town, keep):
    for each in range(60):
        keep(town.holding, f"N{each:02}", state="sent")
    pages, address = [], "/outbox/"
    while address:
        page = town.client.get(address).text
        pages.append(numbers(page))
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = older[1].replace("&amp;", "&") if older else ""
    newer = re.search(r'rel="prev" href="([^"]+)"', page)[1].replace("&amp;", "&")

    assert [number for each in pages for number in each] == [f"N{n:02}" for n in range(59, -1, -1)]
    assert numbers(town.client.get(newer).text) == pages[1]


def test_the_organization_in_the_address_narrows_and_never_widens(town, keep, world):
    second = world.organization(town.ours, "Second BV", administrator=town.piet)
    keep(town.holding, "A1", state="sent")
    keep(second, "B1", state="sent")
    keep(town.buyer, "C1", state="sent")

    assert numbers(town.client.get("/outbox/").text) == ["B1", "A1"]
    assert numbers(town.client.get(f"/outbox/?organization={second.public_id}").text) == ["B1"]
    assert numbers(town.client.get(f"/outbox/?organization={town.buyer.public_id}").text) == []


def test_the_place_of_another_customers_row_shows_nothing(town, keep):
    keep(town.holding, "A1", state="sent")
    foreign = keep(town.buyer, "C1", state="sent")

    assert numbers(town.client.get(f"/outbox/?before={foreign.public_id}").text) == []


@pytest.mark.parametrize(
    ("stage", "shown"),
    [
        ("attention", ["U", "F"]),
        ("waiting", ["R", "Q"]),
        ("sent", ["S"]),
        ("delivered", ["D"]),
        ("cancelled", ["C"]),
        ("not-sent", ["N"]),
    ],
)
def test_the_outbox_is_narrowed_by_state(town, keep, stage, shown):
    states = {"F": "failed", "U": "unknown", "Q": "queued", "R": "retrying"}
    states |= {"S": "sent", "D": "delivered", "C": "cancelled", "N": None}
    for number, state in states.items():
        keep(town.holding, number, state=state)

    page = town.client.get(f"/outbox/?state={stage}").text

    assert numbers(page) == shown


def test_only_the_newest_delivery_counts(town, keep, world):
    document = keep(town.holding, "A1", state="failed")
    _deliver(world, document, "delivered")

    assert numbers(town.client.get("/outbox/?state=attention").text) == []
    assert numbers(town.client.get("/outbox/?state=delivered").text) == ["A1"]


def test_what_failed_and_was_sent_again_is_counted_by_its_latest_delivery(town, keep, world):
    document = keep(town.holding, "A1", state="failed")
    with world.acting(town.piet):
        failed = deliveries.of_document(document)[0]
        again = deliveries.retry(failed.public_id)
        both = deliveries.of_document(document)

    assert [(each.public_id, each.latest) for each in both] == [
        (again, True),
        (failed.public_id, False),
    ]
    assert numbers(town.client.get("/outbox/?state=waiting").text) == ["A1"]
    assert numbers(town.client.get("/outbox/?state=attention").text) == []


def test_a_document_that_was_sent_leaves_the_list_of_what_was_not(town, keep, world):
    document = keep(town.holding, "A1")
    before = numbers(town.client.get("/outbox/?state=not-sent").text)
    with world.acting(town.piet), transaction():
        row = documents.get(document.public_id)
        starting.start(row, Choice(Route.EMAIL, "klant@example.nl"))

    assert before == ["A1"]
    assert numbers(town.client.get("/outbox/?state=not-sent").text) == []


@pytest.fixture
def shown_to_guest(town, keep, app, world):
    """A colleague without any organization, whom Piet showed one of two documents."""
    shown = keep(town.holding, "SHOWN")
    keep(town.holding, "HIDDEN")
    guest, window = world.user(town.ours, "Gast Vrij"), app.test_client()
    share = world.keep(
        DocumentShare(
            organization_id=town.holding.id,
            document_id=shown.id,
            user_id=guest.id,
            shared_by="Piet Post",
        )
    )
    sign_in(window, guest)
    return window, share


@pytest.mark.parametrize("address", ["/documents/list/", "/documents/shared/"])
def test_what_is_shared_with_me_stands_in_my_list_with_who_shared_it(shown_to_guest, address):
    window, _share = shown_to_guest
    page = window.get(address).text

    assert numbers(page) == ["SHOWN"]
    assert "shared by Piet Post" in page


def test_what_is_not_shared_any_more_leaves_the_list(shown_to_guest):
    window, share = shown_to_guest
    with transaction(), tenancy.every_environment("test"):
        db.session.get(DocumentShare, share.id).ended_at = now()

    assert numbers(window.get("/documents/list/").text) == []


def test_what_is_mine_and_also_shared_with_me_stands_there_once(town, keep, world):
    document = keep(town.holding, "A1")
    world.keep(
        DocumentShare(
            organization_id=town.holding.id, document_id=document.id, user_id=town.piet.id
        )
    )

    assert numbers(town.client.get("/documents/list/").text) == ["A1"]


def test_failures_are_announced_above_the_outbox(town, keep):
    keep(town.holding, "A1", state="failed")

    assert "1 invoice asks for you" in town.client.get("/outbox/").text


def test_a_state_has_a_word_a_reason_and_the_next_step(town, keep):
    keep(town.holding, "A1", state="retrying")

    page = town.client.get("/outbox/").text

    assert "Retrying" in page
    assert "The receiver&#39;s server did not answer. Next try at" in page


def test_mail_is_shown_as_mailed_and_never_as_delivered(town, keep):
    keep(town.holding, "A1", state="sent")

    page = town.client.get("/outbox/?state=sent").text

    assert ">Mailed<" in page
    assert "arrival isn&#39;t proven" in page


def test_drafts_stand_under_documents_and_not_in_the_outbox(town, keep):
    keep(town.holding, "DRAFT", readiness=Readiness.DRAFT)

    assert numbers(town.client.get("/documents/drafts/").text) == ["DRAFT"]
    assert numbers(town.client.get("/outbox/").text) == []


@pytest.mark.parametrize(
    "query", ["before=1", "after=abc'--", "state=nope", "organization=1%20OR%201"]
)
def test_an_address_that_cannot_be_meant_is_refused(town, query):
    assert town.client.get(f"/outbox/?{query}").status_code == 422


def test_what_others_wrote_is_only_text(town, keep):
    keep(town.holding, HOSTILE, direction=Direction.IN, party=HOSTILE)
    keep(town.holding, HOSTILE + "2", party=HOSTILE, state="failed")

    for address in ("/inbox/", "/outbox/", "/documents/list/"):
        page = town.client.get(address).text
        assert HOSTILE not in page
        assert "&lt;script&gt;" in page


def test_support_staff_see_states_and_nothing_of_what_a_document_says(town, keep, app, world):
    document = keep(town.holding, "A1", party="Secret Customer", state="failed")
    helper, window = world.user(None, "Sam Support", staff="support"), app.test_client()
    sign_in(window, helper)

    listed = window.get("/documents/list/").text
    shown = window.get(f"/documents/show/{document.public_id}").text

    assert "A1" in listed
    assert "Failed" in shown
    assert "Secret Customer" not in listed + shown
    assert "12.50" not in listed + shown
    assert window.get(f"/documents/{document.public_id}/html").status_code == 404
    assert window.get(f"/documents/{document.public_id}/xml").status_code == 404


def test_a_row_that_is_joined_to_another_has_its_own_condition(town, keep, world):
    document = keep(town.holding, "A1", party="Secret Customer")

    with world.acting(town.piet):
        assert documents.get(document.public_id).content.buyer_name == "Secret Customer"
    with world.acting(world.user(None, "Sam Support", staff="support")):
        assert documents.get(document.public_id).content is None
