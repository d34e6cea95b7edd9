"""Platforms with a place of their own: a data folder, a database, a store, and what is in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import MetaData, create_engine, select
from sqlalchemy.pool import NullPool

from app.application import create_app
from app.backup import files
from app.extensions import db, remember_application
from app.services import installation, test_receiver
from config import Settings

# What a restore changes: it says that it is a copy, in the audit log too, and that no backup runs.
CHANGED = ("setting", "audit_entry")


class Place:
    """Where a platform is, or will be."""

    def __init__(self, folder: Path, database: str = "", storage: str = "", **more: str) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.environment = {
            "DATA_DIR": str(folder),
            "DATABASE_URL": database,
            "STORAGE_URL": storage,
            "PUBLIC_URL": "http://localhost",
            "LEASE_SECONDS": "2",
            **more,
        }
        self.settings = Settings.load(self.environment)
        self._app: Flask | None = None

    @property
    def app(self) -> Flask:
        if self._app is None:
            self._app = create_app(self.settings)
        return self._app

    @contextmanager
    def open(self) -> Iterator[Flask]:
        """Its application at work."""
        remember_application(self.app)
        with self.app.app_context():
            yield self.app
            db.session.remove()
            db.engine.dispose()

    def prepare(self) -> Place:
        """Make it a platform."""
        with self.open():
            installation.prepare()
            test_receiver.ensure()
        return self

    def rows(self) -> Mapping[str, list[tuple[Any, ...]]]:
        """Every row of every table, as the database has it."""
        engine = create_engine(self.settings.database_url, poolclass=NullPool)
        there = MetaData()
        with engine.connect() as connection:
            there.reflect(connection)
            return {
                table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
                for table in there.sorted_tables
            }

    def meaning(self) -> Mapping[str, list[tuple[Any, ...]]]:
        """Every row as the models read it, the same from any kind of database."""
        engine = create_engine(self.settings.database_url, poolclass=NullPool)
        with engine.connect() as connection:
            return {
                table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
                for table in db.metadata.sorted_tables
            }

    def bytes(self) -> Mapping[str, bytes]:
        """Every kept file by its name; each is verified while it is read."""
        with self.open():
            return {
                f"{kind}/{kept.organization}/{kept.digest}": files.store_of(kind).fetch(
                    kept.organization, kept.digest
                )
                for kind in (files.FILES, files.PICTURES)
                for kept in files.store_of(kind).kept()
                if not kept.organization.startswith("00000000")
            }


def differences(left: Mapping[str, Any], right: Mapping[str, Any]) -> list[str]:
    """The names that one of the two lacks, or has otherwise."""
    return sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))
