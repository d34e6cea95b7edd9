"""Sealing the audit log."""

from __future__ import annotations

from app.jobs import job
from app.services import audit


@job
def seal() -> None:
    """Chain what is new."""
    audit.seal()
