"""Claim, send, record: what happens when it goes wrong in, between and after the beats."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import rendering, transactions
from app.errors import Conflict
from app.extensions import db
from app.mail import smtp
from app.models import Delivery, DeliveryState, Document, Route
from app.models.delivery import STEPS
from app.models.types import now
from app.outcome import Outcome, Result
from app.services import claiming, deliveries, delivering, handing_over, mailing, outcomes, sweeping
from app.tenancy import in_organization
from tests.delivery.conftest import (
    Walk,
    attempts,
    change,
    delivery,
    everything,
    make_due,
    story,
)
from tests.delivery.mail_servers import Desk, free_port, serving

S = DeliveryState
MAIL = "inkoop@klant.example"


class Killed(BaseException):
    """The process ended here: nothing after it happens."""


class Way:
    """A way out that answers as told."""

    name = "email"

    def __init__(self, outcome: Outcome | Exception, status: Outcome | None = None) -> None:
        self.outcome = outcome
        self.told = status
        self.transaction_open: bool | None = None
        self.before: Callable[[], None] = lambda: None

    def send(self, _message: object, before_hand_over: Callable[[], None]) -> Outcome:
        self.transaction_open = transactions.open_now() or db.session().in_transaction()
        self.before()
        before_hand_over()
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    def status(self, _key: str) -> Outcome | None:
        return self.told


def by(way: Way, monkeypatch: pytest.MonkeyPatch) -> Way:
    monkeypatch.setattr(mailing, "channel", lambda: way)
    return way


@pytest.fixture(autouse=True)
def quick_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in the mail is another test's business."""
    monkeypatch.setattr(rendering, "pdf", lambda *_: b"%PDF")


def end_lease(public_id: str) -> None:
    change(public_id, lease_until=now() - timedelta(seconds=1))


@pytest.mark.parametrize("origin", list(S))
@pytest.mark.parametrize("target", list(S))
def test_only_the_steps_of_the_table_are_taken(origin: S, target: S) -> None:
    row = Delivery(state=origin.value)
    if target in STEPS[origin]:
        row.move_to(target)
        assert row.state == target
    else:
        with pytest.raises(Conflict):
            row.move_to(target)
        assert row.state == origin


@pytest.mark.parametrize(
    ("result", "state"),
    [
        (Result.ACCEPTED, S.SENT),
        (Result.DELIVERED, S.DELIVERED),
        (Result.REFUSED, S.FAILED),
        (Result.UNREACHABLE, S.RETRYING),
        (Result.UNKNOWN, S.UNKNOWN),
    ],
)
def test_what_the_channel_says_decides_what_happens_next(
    walk: Walk, monkeypatch: pytest.MonkeyPatch, result: Result, state: S
) -> None:
    public_id = walk.queued(email=MAIL)
    by(Way(Outcome(result, "because", "A reason.")), monkeypatch)

    deliveries.deliver_due()

    found = delivery(public_id)
    assert (found.state, found.code, found.note) == (state, "because", "A reason.")
    assert [each.result for each in attempts(public_id)] == [result]
    assert (found.next_at is not None) == (state is S.RETRYING)


def test_no_transaction_is_open_while_the_channel_works(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk.queued(email=MAIL)
    way = by(Way(Outcome(Result.ACCEPTED)), monkeypatch)

    deliveries.deliver_due()

    assert way.transaction_open is False


def test_of_two_workers_one_claims(walk: Walk, app: Flask) -> None:
    public_id = walk.queued()
    key, organization = delivery(public_id).id, walk.ours.id
    ready, won = threading.Barrier(4), []

    def work() -> None:
        with app.app_context(), in_organization(organization):
            ready.wait()
            won.append(claiming.claim(key) is not None)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()

    assert sorted(won) == [False, False, False, True]
    assert len(attempts(public_id)) == 1


def test_killed_after_the_claim_it_is_sent_again_once_the_lease_ended(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    public_id = walk.queued()
    with monkeypatch.context() as killing:
        killing.setattr(handing_over, "hand_over", _die)
        with pytest.raises(Killed):
            deliveries.deliver_due()

    assert (deliveries.sweep(), delivery(public_id).state) == (0, S.SENDING)
    end_lease(public_id)
    assert (deliveries.sweep(), delivery(public_id).state) == (1, S.RETRYING)
    make_due(public_id)
    deliveries.deliver_due()
    assert delivery(public_id).state == S.DELIVERED
    assert len(walk.inbox()) == 1


def test_killed_in_the_middle_of_a_hand_over_nothing_of_it_happened(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    public_id = walk.queued()
    with monkeypatch.context() as killing:
        killing.setattr(outcomes, "apply_all", _die)
        with pytest.raises(Killed):
            deliveries.deliver_due()

    assert walk.inbox() == []
    end_lease(public_id)
    deliveries.sweep()
    make_due(public_id)
    deliveries.deliver_due()
    assert len(walk.inbox()) == 1


def test_killed_before_handing_over_a_mail_it_is_sent_again(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    public_id = walk.queued(email=MAIL)
    with monkeypatch.context() as killing:
        killing.setattr(delivering, "mark_handing_over", _die)
        by(Way(Outcome(Result.ACCEPTED)), killing)
        with pytest.raises(Killed):
            deliveries.deliver_due()
    end_lease(public_id)

    deliveries.sweep()

    assert (delivery(public_id).state, delivery(public_id).code) == (S.RETRYING, "interrupted")


def test_killed_while_handing_over_a_mail_nobody_knows(
    walk: Walk, monkeypatch: pytest.MonkeyPatch, mail_by: Callable[[str], None]
) -> None:
    public_id = walk.queued(email=MAIL)
    with serving(Desk()) as desk, monkeypatch.context() as killing:
        mail_by(desk.url)
        killing.setattr(smtp, "_hand_over", _die)
        with pytest.raises(Killed):
            deliveries.deliver_due()
        end_lease(public_id)
        deliveries.sweep()
        deliveries.deliver_due()

    assert delivery(public_id).state == S.UNKNOWN
    assert desk.taken == []


def test_a_channel_that_can_tell_is_asked_before_anything_is_called_unknown(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived, lost = walk.queued("1", email=MAIL), walk.queued("2", email=MAIL)
    for _each in (arrived, lost):
        with monkeypatch.context() as killing:
            killing.setattr(delivering, "record", _die)
            by(Way(Outcome(Result.ACCEPTED)), killing)
            with pytest.raises(Killed):
                deliveries.deliver_due(limit=1)
    end_lease(arrived)
    by(Way(Outcome(Result.ACCEPTED), Outcome(Result.ACCEPTED)), monkeypatch)
    deliveries.sweep()
    end_lease(lost)
    by(Way(Outcome(Result.ACCEPTED), Outcome(Result.UNREACHABLE)), monkeypatch)
    deliveries.sweep()

    assert delivery(arrived).state == S.SENT
    assert delivery(lost).state == S.RETRYING


def test_kept_as_a_file_a_mail_is_looked_for_so_it_is_never_unknown(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    public_id = walk.queued(email=MAIL)
    with monkeypatch.context() as killing:
        killing.setattr(delivering, "record", _die)
        with pytest.raises(Killed):
            deliveries.deliver_due()
    end_lease(public_id)

    deliveries.sweep()

    assert delivery(public_id).state == S.SENT


def test_a_lease_lost_at_the_last_moment_stops_the_hand_over(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    public_id = walk.queued(email=MAIL)
    way = by(Way(Outcome(Result.ACCEPTED)), monkeypatch)
    way.before = lambda: change(public_id, state=S.RETRYING, lease_token=None, next_at=None)

    deliveries.deliver_due()

    assert delivery(public_id).state == S.RETRYING
    assert delivery(public_id).handing_over_at is None


def test_a_late_answer_settles_what_was_called_unknown(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    public_id = walk.queued(email=MAIL)
    with in_organization(walk.ours.id):
        parcel = claiming.claim(delivery(public_id).id)
    assert parcel is not None
    with in_organization(walk.ours.id):
        delivering.mark_handing_over(parcel)
    end_lease(public_id)
    by(Way(Outcome(Result.ACCEPTED)), monkeypatch)
    deliveries.sweep()
    assert delivery(public_id).state == S.UNKNOWN

    with in_organization(walk.ours.id):
        assert delivering.record(parcel, Outcome(Result.ACCEPTED, "smtp_taken"))

    assert delivery(public_id).state == S.SENT


def test_a_late_answer_after_a_person_decided_changes_nothing(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    public_id = walk.queued(email=MAIL)
    with in_organization(walk.ours.id):
        parcel = claiming.claim(delivery(public_id).id)
        assert parcel is not None
        delivering.mark_handing_over(parcel)
    end_lease(public_id)
    by(Way(Outcome(Result.ACCEPTED)), monkeypatch)
    deliveries.sweep()
    with walk.world.acting(walk.sender):
        deliveries.resolve(public_id, arrived=True)

    with in_organization(walk.ours.id):
        assert not delivering.record(parcel, Outcome(Result.REFUSED, "late"))

    assert delivery(public_id).state == S.DELIVERED


def test_a_channel_that_raises_is_our_bug_and_tried_again_while_nothing_left(
    walk: Walk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    public_id = walk.queued(email=MAIL)
    monkeypatch.setattr(mailing, "message", _break)

    deliveries.deliver_due()

    assert (delivery(public_id).state, delivery(public_id).code) == (S.RETRYING, "our_bug")
    assert "Traceback" in caplog.text


def test_a_channel_that_raises_after_the_last_moment_leaves_it_unknown(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    public_id = walk.queued(email=MAIL)
    by(Way(ZeroDivisionError("ours")), monkeypatch)

    deliveries.deliver_due()

    assert delivery(public_id).state == S.UNKNOWN


def test_one_delivery_that_breaks_does_not_keep_the_others_waiting(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, good = walk.queued("1", email=MAIL), walk.queued("2")
    monkeypatch.setattr(mailing, "message", _break)

    assert deliveries.deliver_due() == 2

    assert delivery(broken).state == S.RETRYING
    assert delivery(good).state == S.DELIVERED


def test_one_that_cannot_be_recorded_waits_for_the_sweep_and_the_others_go_on(
    walk: Walk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, good = walk.queued("1", email=MAIL), walk.queued("2")
    by(Way(Outcome(Result.ACCEPTED)), monkeypatch)
    with monkeypatch.context() as breaking:
        breaking.setattr(delivering, "record", _break)
        assert deliveries.deliver_due() == 2
    assert (delivery(broken).state, delivery(good).state) == (S.SENDING, S.DELIVERED)
    assert "was left as it is" in caplog.text

    end_lease(broken)
    deliveries.sweep()

    assert delivery(broken).state == S.UNKNOWN


def test_waits_grow_differ_and_end_after_two_days(walk: Walk) -> None:
    away = Outcome(Result.UNREACHABLE, "smtp_not_reached")
    waits = [
        [outcomes.wait_after(Delivery(attempts=n), away).total_seconds() for _ in range(20)]
        for n in range(1, len(outcomes.NETWORK_WAITS) + 1)
    ]
    for one, seconds in zip(waits, outcomes.NETWORK_WAITS, strict=True):
        assert all(0.8 * seconds <= each <= 1.2 * seconds for each in one)
        assert len(set(one)) > 1
    assert 40 * 3600 < sum(outcomes.NETWORK_WAITS) < 50 * 3600


def test_after_the_last_wait_it_failed_and_people_are_told(
    walk: Walk, mail_by: Callable[[str], None]
) -> None:
    public_id = walk.queued(email=MAIL)
    change(public_id, attempts=len(outcomes.NETWORK_WAITS))
    mail_by(f"smtp://127.0.0.1:{free_port()}")

    deliveries.deliver_due()

    assert (delivery(public_id).state, delivery(public_id).code) == (S.FAILED, "gave_up")


def test_a_mail_server_that_was_away_gets_it_when_it_is_back(
    walk: Walk, mail_by: Callable[[str], None]
) -> None:
    public_id = walk.queued(email=MAIL)
    mail_by(f"smtp://127.0.0.1:{free_port()}")
    deliveries.deliver_due()
    assert delivery(public_id).state == S.RETRYING
    assert deliveries.deliver_due() == 0, "not before its time"

    make_due(public_id)
    with serving(Desk()) as desk:
        mail_by(desk.url)
        deliveries.deliver_due()

    assert delivery(public_id).state == S.SENT
    assert len(desk.taken) == 1
    assert [each.result for each in attempts(public_id)] == ["unreachable", "accepted"]
    assert "Not handed over yet; next try at %(time)s" in story(public_id)


def test_a_busy_organization_does_not_keep_another_waiting(walk: Walk) -> None:
    for number in range(4):
        walk.queued(str(number))
    quiet = walk.world.organization(
        walk.world.environment("Stil"), "Stil BV", administrator=walk.receiver
    )
    walk.world.keep(
        Delivery(
            organization_id=quiet.id,
            document_id=_document_of(walk, quiet),
            route="platform",
            recipient="0106:20000000",
            message_key="k",
            next_at=now(),
        )
    )

    claiming.claim_some(Route.PLATFORM, 2)

    assert sorted(_claimed()) == [walk.ours.id, quiet.id]
    claiming.claim_some(Route.PLATFORM, 10)
    assert sorted(_claimed()) == [*[walk.ours.id] * 4, quiet.id]


def _claimed() -> list[int]:
    """The organizations of the deliveries that are being sent."""
    with everything():
        return list(
            db.session.scalars(select(Delivery.organization_id).where(Delivery.state == S.SENDING))
        )


def test_the_sweep_nudges_for_what_is_due_and_for_nothing_else(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    nudged: list[str] = []
    monkeypatch.setattr(sweeping, "enqueue", lambda task: nudged.append(task.name))

    deliveries.sweep()
    assert nudged == []
    walk.queued()
    deliveries.sweep()
    assert nudged == ["DELIVER"]


def _document_of(walk: Walk, organization: Any) -> int:
    row = walk.world.keep(Document(organization_id=organization.id, direction="out"))
    key: int = row.id
    return key


def _die(*_: object, **__: object) -> None:
    raise Killed


def _break(*_: object) -> None:
    raise ZeroDivisionError("ours")
