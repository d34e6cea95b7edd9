"""A worker that was asked to stop finishes the row in hand and takes no more: the rest stays queued."""

from __future__ import annotations

import pytest

from app import queue
from app.services import claiming, deliveries, mails


@pytest.fixture
def asked_to_stop():
    """As after SIGTERM."""
    queue.ask_to_stop()
    yield
    queue._asked_to_stop.clear()


def test_nothing_more_is_claimed(context, asked_to_stop, monkeypatch):
    monkeypatch.setattr(claiming, "claim_some", lambda *_: pytest.fail("looked for more work"))

    assert deliveries.deliver_due() == 0
    assert mails.send_due() == 0
