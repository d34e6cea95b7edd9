"""Which kind of database the settings name."""

from __future__ import annotations

from sqlalchemy import make_url

from app.backup.databases import Database
from app.backup.postgres import PostgresDatabase
from app.backup.sqlite import SqliteDatabase
from app.extensions import settings


def of_settings() -> Database:
    """The database of this platform, as a backup sees it."""
    url = make_url(settings().database_url)
    if url.get_backend_name() == "sqlite":
        return SqliteDatabase(url)
    return PostgresDatabase(url)
