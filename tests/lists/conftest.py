"""The platform on PostgreSQL, for the plans that it makes."""

from __future__ import annotations

from tests.postgres import postgres_session_app, postgres_url

__all__ = ["postgres_session_app", "postgres_url"]
