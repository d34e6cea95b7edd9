"""What comes in at the test receiver."""

from __future__ import annotations

from app.jobs import job
from app.services import test_receiver


@job
def answer() -> None:
    """Approve it and send an invoice back."""
    test_receiver.answer_due()
