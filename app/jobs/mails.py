"""Sending the platform's own mails."""

from __future__ import annotations

from app.jobs import job
from app.services import mails


@job
def send() -> None:
    """Send what is due."""
    mails.send_due()
