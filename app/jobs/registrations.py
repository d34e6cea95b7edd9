"""Publishing in the network."""

from __future__ import annotations

from app.jobs import job
from app.services import registrations


@job
def register() -> None:
    """Do every registration and removal whose time has come."""
    registrations.work_due()
