"""Tidying up."""

from __future__ import annotations

from app.jobs import job
from app.services import expiry, leftovers


@job
def sweep_files() -> None:
    """Remove files that no row names."""
    leftovers.sweep_files()


@job
def sweep_rows() -> None:
    """Remove rows that are over."""
    expiry.sweep()
