"""From taking in to arrival: inside the platform, by mail, and what is refused before anything is sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from app import storage
from app.errors import AppError, Conflict, NotFound
from app.extensions import db, settings
from app.models import (
    BusinessStatus,
    Contact,
    DeliveryState,
    Document,
    DocumentContent,
    Identifier,
    Notification,
    Route,
)
from app.services import deliveries, documents
from tests.delivery import samples
from tests.delivery.conftest import Walk, attempts, delivery, everything, one, story, stranger
from tests.delivery.mail_servers import Desk, serving


def test_a_document_for_another_customer_is_in_its_inbox_with_its_own_bytes(walk: Walk) -> None:
    public_id = walk.queued()

    assert deliveries.deliver_due() == 1

    assert delivery(public_id).state == DeliveryState.DELIVERED
    (arrived,) = walk.inbox()
    assert (arrived.number, arrived.status) == ("2026-1", BusinessStatus.RECEIVED)
    with walk.world.acting(walk.receiver):
        assert documents.xml_of(arrived.public_id) == walk.xml()
    with everything():
        says = db.session.scalars(
            select(DocumentContent).where(DocumentContent.document_id == arrived.id)
        ).one()
    assert (says.seller_name, str(says.payable)) == ("Afzender BV", "121.00")
    kept = storage.store(settings()).fetch(walk.theirs.public_id, arrived.digest or "")
    assert kept == walk.xml()


def test_the_members_of_the_receiver_are_told(walk: Walk) -> None:
    walk.queued()
    deliveries.deliver_due()

    with everything():
        told = db.session.scalars(select(Notification)).all()
    assert [(each.user_id, each.values["sender"]) for each in told] == [
        (walk.receiver.id, "Afzender BV")
    ]


def test_sender_and_receiver_each_see_their_own_document_only(walk: Walk) -> None:
    walk.queued()
    deliveries.deliver_due()
    (arrived,) = walk.inbox()

    with walk.world.acting(walk.sender), pytest.raises(NotFound):
        documents.get(arrived.public_id)


def test_history_tells_each_step(walk: Walk) -> None:
    public_id = walk.queued()
    deliveries.deliver_due()

    told = story(public_id)
    assert told == ["Taken in", "Checked: can be sent", "Queued", "Delivered"]


def test_a_document_by_mail_carries_the_invoice_as_pdf_and_xml_and_a_link(
    walk: Walk, mail_by: Callable[[str], None]
) -> None:
    public_id = walk.queued(email="inkoop@klant.example")
    with serving(Desk()) as desk:
        mail_by(desk.url)
        deliveries.deliver_due()

    assert delivery(public_id).state == DeliveryState.SENT
    (mail,) = desk.taken
    assert mail["To"] == "inkoop@klant.example"
    assert mail["Reply-To"] == "a@afzender.example"
    files = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    assert set(files) == {"invoice-2026-1.pdf", "invoice-2026-1.xml"}
    assert files["invoice-2026-1.pdf"].startswith(b"%PDF")
    sent = walk.xml(buyer=samples.with_mail(stranger(), "inkoop@klant.example"))
    assert files["invoice-2026-1.xml"] == sent
    body = mail.get_body(("plain",))
    assert body is not None
    assert "http://localhost/private/" in body.get_content()
    (attempt,) = attempts(public_id)
    assert attempt.evidence["reply"] == "250 OK taken"
    assert attempt.handing_over_at is not None


def test_the_route_is_shown_before_sending(walk: Walk) -> None:
    inside, outside = walk.taken("1"), walk.taken("2", email="x@klant.example")

    with walk.world.acting(walk.sender):
        assert deliveries.ways(inside).best.route is Route.PLATFORM
        assert deliveries.ways(inside).best.name == "Ontvanger BV"
        assert deliveries.ways(outside).best.recipient == "x@klant.example"
        assert deliveries.ways(inside, "y@klant.example").by(Route.EMAIL).recipient == (
            "y@klant.example"
        )


def test_the_address_book_knows_where_to_mail_and_nonsense_in_it_is_passed_over(
    walk: Walk,
) -> None:
    public_id = walk.taken(buyer=stranger())
    for email in ("boek@klant.example", "geen adres"):
        walk.world.keep(
            Contact(
                organization_id=walk.ours.id, name="K", scheme="0106", value="99999999", email=email
            )
        )
        with walk.world.acting(walk.sender):
            ways = deliveries.ways(public_id)
        assert [each.recipient for each in ways.choices] == ["boek@klant.example"]


def test_mail_to_a_belgian_business_comes_with_a_warning(walk: Walk) -> None:
    buyer = samples.with_mail(samples.party("Bakker NV", "0208", "0403170701"), "b@bakker.example")
    public_id = walk.taken(buyer=buyer)

    with walk.world.acting(walk.sender):
        assert "Belgium" in deliveries.ways(public_id).best.warning


def test_nobody_to_send_to_is_refused_before_anything_is_sent(walk: Walk) -> None:
    public_id = walk.taken(buyer=stranger())

    with walk.world.acting(walk.sender), pytest.raises(Conflict, match="0106:99999999"):
        deliveries.queue(public_id)

    assert deliveries.deliver_due() == 0


def test_a_receiver_whose_switch_is_off_is_not_reached_inside(walk: Walk) -> None:
    closed = walk.world.organization(
        walk.world.environment("Dicht"), "Dicht BV", receive=False, value="30000000"
    )
    public_id = walk.taken(buyer=samples.party(closed.name, "0106", "30000000"))

    with walk.world.acting(walk.sender), pytest.raises(AppError):
        deliveries.queue(public_id)


def test_pressed_twice_it_is_sent_once_also_after_it_arrived(walk: Walk) -> None:
    public_id = walk.taken()
    with walk.world.acting(walk.sender):
        first = deliveries.queue(public_id)
        second = deliveries.queue(public_id)
    deliveries.deliver_due()
    with walk.world.acting(walk.sender):
        third = deliveries.queue(public_id)

    assert first == second == third
    assert len(walk.inbox()) == 1


def test_sent_again_on_purpose_the_receiver_still_has_it_once(walk: Walk) -> None:
    public_id = walk.taken()
    with walk.world.acting(walk.sender):
        first = deliveries.queue(public_id)
    deliveries.deliver_due()
    with walk.world.acting(walk.sender):
        again = deliveries.resend(public_id)
    deliveries.deliver_due()

    assert first != again
    assert (delivery(again).state, delivery(again).code) == ("delivered", "was_there")
    assert len(walk.inbox()) == 1


def test_a_corrected_version_arrives_beside_the_first(walk: Walk) -> None:
    public_id = walk.taken()
    with walk.world.acting(walk.sender):
        deliveries.queue(public_id)
    deliveries.deliver_due()
    with walk.world.acting(walk.sender):
        corrected = documents.correct(public_id, walk.xml(buyer_reference="afdeling 5"))
    documents.process(corrected.document_id)
    with walk.world.acting(walk.sender):
        deliveries.queue(public_id)
    deliveries.deliver_due()

    assert one(Document, public_id).version == 2
    assert [each.number for each in walk.inbox()] == ["2026-1", "2026-1"]


def test_the_receiver_stopped_receiving_before_it_was_sent(walk: Walk) -> None:
    public_id = walk.queued()
    with everything():
        db.session.scalars(
            select(Identifier).where(Identifier.value == "20000000")
        ).one().receive = False

    deliveries.deliver_due()

    failed = delivery(public_id)
    assert (failed.state, failed.code) == (DeliveryState.FAILED, "not_receiving")
    assert walk.inbox() == []


def test_only_a_member_sends(walk: Walk) -> None:
    public_id = walk.taken()

    with walk.world.acting(walk.receiver), pytest.raises(NotFound):
        deliveries.queue(public_id)
