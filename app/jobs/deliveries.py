"""Sending what is due, and settling what was left behind."""

from __future__ import annotations

from app import counting
from app.jobs import job
from app.models import Route
from app.services import deliveries


@job
def deliver() -> None:
    """Hand over what is due inside the platform, for a while."""
    deliveries.deliver_due(routes=[Route.PLATFORM])


@job
def deliver_by_mail() -> None:
    """Mail the documents that are due, for a while."""
    deliveries.deliver_due(routes=[Route.EMAIL])


@job
def sweep() -> None:
    """Settle attempts whose worker died, and nudge for what is due."""
    counting.swept(deliveries.sweep())
