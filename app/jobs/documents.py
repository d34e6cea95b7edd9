"""Reading and checking what came in."""

from __future__ import annotations

from app.jobs import job
from app.services import documents


@job
def process() -> None:
    """Read everything that waits to be read."""
    documents.process_due()
