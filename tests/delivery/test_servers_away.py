"""The storage or the database goes away while deliveries are handed over: no bug, and not for long."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from app.models.types import now
from app.services import deliveries, documents, handing_over, mailing, outcomes
from app.storage import Unreachable
from app.storage.files import FileStore
from tests.delivery.conftest import Walk, attempts, change, delivery, make_due

SILENT = "The storage doesn't answer right now. Try again in a few minutes."


def test_a_storage_that_is_away_is_asked_once_and_everything_is_tried_again(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = [walk.queued(str(number)) for number in range(5)]
    asked = []

    def away(*_: object) -> str:
        asked.append(1)
        raise Unreachable(SILENT)

    with monkeypatch.context() as outage:
        outage.setattr(FileStore, "keep", away)
        deliveries.deliver_due()

    found = [delivery(public_id) for public_id in waiting]
    assert [each.state for each in found] == ["retrying"] * 5
    assert {each.note for each in found} == {SILENT}
    assert all(each.code != outcomes.OUR_BUG for each in found)
    assert len(asked) == 1
    for public_id in waiting:
        make_due(public_id)
    deliveries.deliver_due()
    assert [delivery(public_id).state for public_id in waiting] == ["delivered"] * 5
    assert len(walk.inbox()) == 5


def test_a_mail_whose_document_cannot_be_fetched_is_tried_again(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    public_id = walk.queued(email="inkoop@klant.example")

    def away(*_: object) -> bytes:
        raise Unreachable(SILENT)

    with monkeypatch.context() as outage:
        outage.setattr(FileStore, "fetch", away)
        deliveries.deliver_due()

    assert (delivery(public_id).state, delivery(public_id).note) == ("retrying", SILENT)


@pytest.mark.parametrize("email", ["", "inkoop@klant.example"])
def test_a_database_that_goes_away_halfway_is_no_bug_of_ours(
    walk: Walk, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    public_id = walk.queued(email=email)

    def gone(*_: object) -> None:
        raise OperationalError("SELECT 1", None, Exception("server closed the connection"))

    with monkeypatch.context() as outage:
        outage.setattr(handing_over, "hand_over", gone)
        outage.setattr(mailing, "message", gone)
        deliveries.deliver_due()
    assert delivery(public_id).state == "sending"

    change(public_id, lease_until=now() - timedelta(seconds=1))
    deliveries.sweep()
    make_due(public_id)
    deliveries.deliver_due()

    assert delivery(public_id).state in ("delivered", "sent")
    assert attempts(public_id)[0].code == outcomes.INTERRUPTED


def test_documents_wait_to_be_read_until_the_storage_is_back(
    walk: Walk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with walk.world.acting(walk.sender):
        for number in range(3):
            documents.take_in(walk.xml(str(number)), organization_id=walk.ours.id)
    asked = []

    def away(*_: object) -> bytes:
        asked.append(1)
        raise Unreachable(SILENT)

    with monkeypatch.context() as outage:
        outage.setattr(FileStore, "fetch", away)
        assert documents.process_due() == 0

    assert len(asked) == 1
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert documents.process_due() == 3, "at once, without waiting for a lease"


def test_an_upload_that_cannot_be_kept_says_so_and_leaves_no_row(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> str:
        raise Unreachable(SILENT)

    with monkeypatch.context() as outage:
        outage.setattr(FileStore, "keep", away)
        with walk.world.acting(walk.sender), pytest.raises(Unreachable, match="Try again"):
            documents.take_in(walk.xml(), organization_id=walk.ours.id)

    with walk.world.acting(walk.sender):
        assert not documents.take_in(walk.xml(), organization_id=walk.ours.id).repeated
