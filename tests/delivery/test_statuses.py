"""What the receiver does with a document is seen by its sender at once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.errors import Conflict, NotAllowed, NotFound
from app.extensions import db
from app.models import BusinessStatus, Delivery, Direction, Document, HistoryEntry, Notification
from app.services import deliveries, documents, shares, statuses
from tests.delivery.conftest import Walk, delivery, everything, one

S = BusinessStatus


class Both:
    """The same invoice at both ends."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        public_id = walk.queued()
        deliveries.deliver_due()
        with everything():
            self.sent: str = db.session.scalars(
                select(Document.public_id)
                .join(Delivery, Delivery.document_id == Document.id)
                .where(Delivery.public_id == public_id)
            ).one()
        self.arrived: str = walk.inbox()[0].public_id

    def status(self) -> tuple[int, int]:
        return one(Document, self.arrived).status, one(Document, self.sent).status

    def change(self, status: S) -> None:
        with self.walk.world.acting(self.walk.receiver):
            statuses.change(self.arrived, status, reason="Verkeerd aantal uren")


@pytest.fixture
def both(walk: Walk) -> Both:
    return Both(walk)


def test_delivered_it_is_received_at_both_ends(both: Both) -> None:
    assert both.status() == (S.RECEIVED, S.RECEIVED)


def test_opened_by_a_member_it_is_opened_for_the_sender_once(both: Both) -> None:
    with both.walk.world.acting(both.walk.receiver):
        statuses.opened(both.arrived)
        first = one(Document, both.arrived).opened_at
        statuses.opened(both.arrived)

    assert both.status() == (S.OPENED, S.OPENED)
    assert one(Document, both.arrived).opened_at == first


@pytest.mark.parametrize(
    "status", [S.FOR_APPROVAL, S.APPROVED, S.REJECTED, S.APPROVED_FOR_PAYMENT, S.PAID]
)
def test_a_status_crosses_with_who_and_from_which_environment(both: Both, status: S) -> None:
    both.change(status)

    assert both.status() == (status, status)
    sent = one(Document, both.sent)
    with everything():
        entry = db.session.scalars(
            select(HistoryEntry)
            .where(HistoryEntry.document_id == sent.id)
            .order_by(HistoryEntry.id.desc())
        ).first()
        told = db.session.scalars(
            select(Notification).where(Notification.user_id == both.walk.sender.id)
        ).one()
    assert entry is not None
    assert (entry.person_name, entry.environment_name) == ("Olga Ontvanger", "Ontvanger BV")
    assert told.values["receiver"] == "Ontvanger BV"
    assert told.link == f"/documents/show/{both.sent}"


def test_paid_is_the_end(both: Both) -> None:
    both.change(S.PAID)

    with pytest.raises(Conflict):
        both.change(S.REJECTED)

    assert both.status() == (S.PAID, S.PAID)


def test_every_status_has_its_steps_and_none_goes_back_to_stored() -> None:
    assert set(statuses.STEPS) == set(S)
    assert all(S.STORED not in steps for steps in statuses.STEPS.values())


def test_the_sender_does_not_change_it(both: Both) -> None:
    with both.walk.world.acting(both.walk.sender):
        with pytest.raises(Conflict, match="Only the receiver"):
            statuses.change(both.sent, S.PAID)
        with pytest.raises(NotFound):
            statuses.change(both.arrived, S.PAID)

    assert both.status() == (S.RECEIVED, S.RECEIVED)


def test_shared_to_read_it_cannot_be_approved_shared_to_edit_it_can(both: Both) -> None:
    reader = both.walk.world.user(both.walk.there, "Rita Lezer")
    with both.walk.world.acting(both.walk.receiver):
        share = shares.share(both.arrived, reader.public_id, "read")
    with both.walk.world.acting(reader), pytest.raises(NotAllowed):
        statuses.change(both.arrived, S.APPROVED)
    with both.walk.world.acting(both.walk.receiver):
        assert shares.share(both.arrived, reader.public_id, "edit") == share

    with both.walk.world.acting(reader):
        statuses.change(both.arrived, S.APPROVED)

    assert both.status() == (S.APPROVED, S.APPROVED)


def test_a_document_that_came_by_hand_has_nobody_to_tell(walk: Walk) -> None:
    with walk.world.acting(walk.receiver):
        taken = documents.take_in(
            walk.xml(), organization_id=walk.theirs.id, direction=Direction.IN
        )
        documents.process(taken.document_id)
    with walk.world.acting(walk.receiver):
        statuses.change(taken.document_public_id, S.PAID)

    assert one(Document, taken.document_public_id).status == S.PAID


def test_received_as_the_same_bytes_by_hand_before_its_status_crosses_all_the_same(
    walk: Walk,
) -> None:
    with walk.world.acting(walk.receiver):
        documents.take_in(walk.xml(), organization_id=walk.theirs.id, direction=Direction.IN)
    public_id = walk.queued()
    deliveries.deliver_due()
    with walk.world.acting(walk.receiver):
        statuses.change(walk.inbox()[0].public_id, S.APPROVED)

    assert one_by_id(delivery(public_id).document_id).status == S.APPROVED


def one_by_id(document_id: int) -> Document:
    with everything():
        return db.session.scalars(select(Document).where(Document.id == document_id)).one()
