"""Support staff: queues, retries with a look first, any page by any name; never content."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import tenancy
from app.errors import NotAllowed, Unreadable
from app.extensions import db
from app.models import AuditEntry, Delivery, Document, DocumentContent
from app.models.types import new_public_id, now
from app.services import finding_anything, support

SECRET = "Seller that nobody may read"


@pytest.fixture
def sofie(world):
    return world.user(None, "Sofie Steun", staff="support")


@pytest.fixture
def delivery(customers, world):
    """Makes a delivery of a new document in a state."""

    def make(state, **columns):
        own = {"organization_id": customers.holding.id}
        document = world.keep(
            Document(**own, direction="out", number=new_public_id()[:8], readiness="ready")
        )
        part = {**own, "document_id": document.id}
        world.keep(DocumentContent(**part, seller_name=SECRET))
        columns.setdefault("ended_at", now() if state == "failed" else None)
        return world.keep(
            Delivery(
                **part,
                route="email",
                recipient="x@example.nl",
                message_key=new_public_id(),
                state=state,
                **columns,
            )
        )

    return make


def state_of(delivery):
    with tenancy.every_environment("test"):
        return db.session.scalars(
            select(Delivery.state)
            .where(Delivery.document_id == delivery.document_id)
            .order_by(Delivery.id)
        ).all()


def test_queues_count_states_and_reasons(world, sofie, delivery):
    delivery("failed", code="mailbox_gone")
    delivery("failed", code="mailbox_gone")
    delivery("retrying", next_at=now())

    with world.acting(sofie):
        found = support.queues()

    assert {row.state: row.count for row in found.deliveries} == {"failed": 2, "retrying": 1}
    assert [(row.code, row.count) for row in found.failures] == [("mailbox_gone", 2)]
    assert len(found.troubled) == 3


def test_customers_have_no_queues(customers, world):
    with world.acting(customers.piet), pytest.raises(NotAllowed):
        support.queues()
    with world.acting(customers.piet), pytest.raises(NotAllowed):
        finding_anything.find("piet")


def test_a_look_changes_nothing_and_trying_again_is_audited(world, sofie, delivery, customers):
    failed, unknown = delivery("failed"), delivery("unknown")
    keys = [failed.public_id, unknown.public_id]

    with world.acting(sofie):
        assert [one.public_id for one in support.preview(keys)] == [failed.public_id]
    assert state_of(failed) == ["failed"]
    with world.acting(sofie):
        assert support.retry(keys).count == 1

    assert state_of(failed) == ["failed", "queued"]
    assert state_of(unknown) == ["unknown"]
    with tenancy.every_environment("test"):
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "delivery tried again by support")
        ).one()
        assert (entry.environment_id, entry.person_name) == (customers.ours.id, "Sofie Steun")


def test_one_refusal_does_not_stop_the_rest(world, sofie, delivery, customers):
    first, second = delivery("failed"), delivery("failed")
    world.keep(_again(first))

    with world.acting(sofie):
        done = support.retry([first.public_id, second.public_id])

    assert done.count + len(done.refusals) == 2
    assert state_of(second) == ["failed", "queued"]


def _again(first):
    return Delivery(
        organization_id=first.organization_id,
        document_id=first.document_id,
        route="email",
        recipient="x@example.nl",
        message_key=first.message_key,
        state="delivered",
    )


def test_too_many_at_once_are_refused(world, sofie):
    with world.acting(sofie), pytest.raises(Unreadable):
        support.retry([new_public_id() for _ in range(support.MOST_RETRIED + 1)])


@pytest.mark.parametrize("what", ["name", "organization", "number", "address", "id", "delivery"])
def test_anything_is_found(world, sofie, customers, delivery, what):
    sent = delivery("failed")
    with tenancy.every_environment("test"):
        document = db.session.get(Document, sent.document_id)
    text = {
        "name": "piet bv",
        "organization": "Piet Hold",
        "number": document.number,
        "address": customers.jan.email.upper(),
        "id": document.public_id,
        "delivery": sent.public_id,
    }[what]

    with world.acting(sofie):
        assert finding_anything.find(text)


def test_the_pages_never_show_what_a_document_says(browser, world, sofie, delivery):
    sent = delivery("failed", code="mailbox_gone")
    with tenancy.every_environment("test"):
        document = db.session.get(Document, sent.document_id)
    browser.sign_in(sofie)

    for address in (
        "/support/queues/",
        f"/support/find?q={document.number}",
        f"/support/documents/{document.public_id}",
    ):
        page = browser.get(address)
        assert page.status_code == 200, address
        assert document.number in page.text
        assert SECRET not in page.text


def test_the_screens_show_first_and_then_try_again(browser, sofie, delivery):
    sent = delivery("failed")
    browser.sign_in(sofie).get("/support/queues/")

    page = browser.post("/support/queues/preview", delivery=sent.public_id)
    assert "new delivery" in page.text
    assert state_of(sent) == ["failed"]
    browser.post("/support/queues/retry", delivery=sent.public_id)

    assert state_of(sent) == ["failed", "queued"]
