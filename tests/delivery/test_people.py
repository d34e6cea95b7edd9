"""What people do with deliveries: cancel, try again, decide, correct the address and send again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app import queue as job_queue
from app.errors import Conflict, NotFound
from app.models import DeliveryState
from app.models.types import now
from app.services import deliveries
from tests.delivery.conftest import Walk, attempts, change, delivery, make_due
from tests.delivery.mail_servers import Desk, free_port, serving

S = DeliveryState
MAIL = "inkoop@klant.example"


def test_cancelled_while_queued_it_is_never_sent(walk: Walk) -> None:
    public_id = walk.queued()
    with walk.world.acting(walk.sender):
        deliveries.cancel(public_id)

    assert deliveries.deliver_due() == 0
    assert delivery(public_id).state == S.CANCELLED
    assert walk.inbox() == []


@pytest.mark.parametrize("state", [S.SENDING, S.SENT, S.DELIVERED, S.FAILED, S.UNKNOWN])
def test_what_is_being_handed_over_or_has_ended_is_not_cancelled(walk: Walk, state: S) -> None:
    public_id = walk.queued()
    change(public_id, state=state)

    with walk.world.acting(walk.sender), pytest.raises(Conflict):
        deliveries.cancel(public_id)

    assert delivery(public_id).state == state


def test_waiting_for_its_next_try_it_can_be_tried_at_once(
    walk: Walk, mail_by: Callable[[str], None]
) -> None:
    public_id = walk.queued(email=MAIL)
    mail_by(f"smtp://127.0.0.1:{free_port()}")
    deliveries.deliver_due()
    waits = delivery(public_id).next_at
    assert waits is not None
    assert waits > now()

    with walk.world.acting(walk.sender):
        assert deliveries.retry(public_id) == public_id
    with serving(Desk()) as desk:
        mail_by(desk.url)
        deliveries.deliver_due()

    assert delivery(public_id).state == S.SENT
    assert len(attempts(public_id)) == 2


def test_tried_again_after_it_failed_is_a_new_delivery_of_the_same_message(
    walk: Walk, mail_by: Callable[[str], None]
) -> None:
    public_id = walk.queued(email=MAIL)
    with serving(Desk(recipient="550 no such person")) as desk:
        mail_by(desk.url)
        deliveries.deliver_due()
    assert delivery(public_id).state == S.FAILED

    with walk.world.acting(walk.sender):
        again = deliveries.retry(public_id)

    assert again != public_id
    assert delivery(again).message_key == delivery(public_id).message_key
    assert delivery(public_id).state == S.FAILED


def test_the_address_corrected_it_goes_there_in_two_clicks(
    walk: Walk, mail_by: Callable[[str], None]
) -> None:
    public_id = walk.queued(email="typfout@klant.example")
    with serving(Desk(recipient="550 no such person")) as desk:
        mail_by(desk.url)
        deliveries.deliver_due()

    with walk.world.acting(walk.sender):
        again = deliveries.correct_and_resend(public_id, "goed@klant.example")
    with serving(Desk()) as desk:
        mail_by(desk.url)
        deliveries.deliver_due()

    assert desk.taken[0]["To"] == "goed@klant.example"
    assert delivery(again).state == S.SENT


def test_the_address_corrected_while_waiting_the_old_one_gets_nothing(
    walk: Walk, mail_by: Callable[[str], None]
) -> None:
    public_id = walk.queued(email="typfout@klant.example")
    mail_by(f"smtp://127.0.0.1:{free_port()}")
    deliveries.deliver_due()

    with walk.world.acting(walk.sender):
        deliveries.correct_and_resend(public_id, "0106:20000000")
    deliveries.deliver_due()

    assert delivery(public_id).state == S.CANCELLED
    assert len(walk.inbox()) == 1


@pytest.mark.parametrize("address", ["niemand", "a@b", "0106:1", "@klant.example", ""])
def test_an_address_that_is_none_is_refused_and_nothing_changes(walk: Walk, address: str) -> None:
    public_id = walk.queued(email=MAIL)
    change(public_id, state=S.FAILED)

    with walk.world.acting(walk.sender), pytest.raises(Exception, match=r".") as refusal:
        deliveries.correct_and_resend(public_id, address)

    assert getattr(refusal.value, "status", 500) < 500
    assert deliveries.deliver_due() == 0


def unknown(walk: Walk, mail_by: Callable[[str], None]) -> str:
    public_id = walk.queued(email=MAIL)
    with serving(Desk(dies_after_text=True)) as desk:
        mail_by(desk.url)
        deliveries.deliver_due()
    assert delivery(public_id).state == S.UNKNOWN
    return public_id


def test_unknown_is_not_tried_again_by_itself(walk: Walk, mail_by: Callable[[str], None]) -> None:
    public_id = unknown(walk, mail_by)

    deliveries.sweep()

    assert deliveries.deliver_due() == 0
    assert delivery(public_id).state == S.UNKNOWN


def test_somebody_says_that_it_arrived(walk: Walk, mail_by: Callable[[str], None]) -> None:
    public_id = unknown(walk, mail_by)
    with walk.world.acting(walk.sender):
        deliveries.resolve(public_id, arrived=True)

    assert delivery(public_id).state == S.DELIVERED
    assert deliveries.deliver_due() == 0


def test_somebody_says_send_it_again_and_the_receiver_can_see_that_it_is_the_same(
    walk: Walk, mail_by: Callable[[str], None]
) -> None:
    public_id = walk.queued(email=MAIL)
    with serving(Desk(dies_after_text=True, keeps_what_it_dies_on=True)) as desk:
        mail_by(desk.url)
        deliveries.deliver_due()
        first = list(desk.ids)
    with walk.world.acting(walk.sender):
        deliveries.resolve(public_id, arrived=False)
    with serving(Desk()) as desk:
        mail_by(desk.url)
        deliveries.deliver_due()

    assert delivery(public_id).state == S.SENT
    assert desk.ids == first


def test_only_what_is_unknown_is_decided_by_a_person(walk: Walk) -> None:
    public_id = walk.queued()

    with walk.world.acting(walk.sender), pytest.raises(Conflict):
        deliveries.resolve(public_id, arrived=True)


@pytest.mark.parametrize(
    "deed",
    [
        deliveries.cancel,
        deliveries.retry,
        lambda public_id: deliveries.resolve(public_id, arrived=True),
        lambda public_id: deliveries.correct_and_resend(public_id, MAIL),
    ],
    ids=["cancel", "retry", "resolve", "correct"],
)
def test_somebody_elses_delivery_is_not_there(walk: Walk, deed: Callable[[str], object]) -> None:
    public_id = walk.queued()

    with walk.world.acting(walk.receiver), pytest.raises(NotFound):
        deed(public_id)

    assert delivery(public_id).state == S.QUEUED


def test_with_the_queue_gone_documents_are_still_queued_and_sent_when_it_is_back(
    walk: Walk, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = job_queue.connect(f"redis://127.0.0.1:{free_port()}/0")
    with monkeypatch.context() as breaking:
        breaking.setitem(app.extensions, "queue", gone)
        public_id = walk.queued()
    assert delivery(public_id).state == S.QUEUED

    deliveries.sweep()
    deliveries.deliver_due()

    assert delivery(public_id).state == S.DELIVERED


def test_a_delivery_that_is_not_due_yet_is_left_alone(walk: Walk) -> None:
    public_id = walk.queued()
    change(public_id, next_at=now().replace(year=2999))
    assert deliveries.deliver_due() == 0

    make_due(public_id)
    assert deliveries.deliver_due() == 1
