"""Counting for the first page."""

from __future__ import annotations

from app.jobs import job
from app.services import tallying


@job
def count() -> None:
    """Count what is new, and look again at some of what is old."""
    tallying.count_on()
