"""The embedded database: copied through its own backup interface, put back by renaming a file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from app import durable
from app.backup.databases import Snapshot
from app.errors import Conflict, Unreadable
from app.extensions import db
from app.models.types import now

KIND = "sqlite"
BESIDE = ("-wal", "-shm")


class SqliteDatabase:
    """The file that DATABASE_URL names."""

    kind = KIND

    def __init__(self, url: URL) -> None:
        self._path = Path(url.database or "")

    @contextmanager
    def snapshot(self, folder: Path) -> Iterator[Snapshot]:
        """Copy one moment; writers go on meanwhile, because a reader doesn't stop them."""
        if not self._path.exists():
            raise Conflict("There is no platform in this database. Check DATABASE_URL.")
        path = folder / "database"
        with closing(_opened(self._path)) as source, closing(_opened(path)) as copy:
            copy.execute("PRAGMA synchronous=OFF")  # it is made durable as a part of the archive
            # All pages in one go: in steps, each write of someone else would begin it anew.
            source.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
        with _engine(path).connect() as connection:
            yield Snapshot(path, sqlite3.sqlite_version, connection)

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection that sees everything."""
        with _engine(self._path).connect() as connection:
            yield connection

    def refuse_unusable(self, server: str) -> None:
        """SQLite reads what any older or newer version of it wrote."""

    def empty(self) -> bool:
        """Whether the file is absent, or without tables."""
        if not self._path.exists():
            return True
        with closing(_opened(self._path)) as connection:
            found = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return bool(found[0] == 0)

    def put(self, path: Path, *, replace: bool) -> None:
        """Look through the copy, then give it the name of the database; a former one stays beside it."""
        with closing(_opened(path)) as copy:
            _refuse_broken(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # nothing of it stands in a second file
        durable.flush(path)
        db.session.remove()
        db.engine.dispose()
        self._take_away_beside()
        if replace and self._path.exists():
            os.rename(self._path, f"{self._path}.replaced-{now():%Y-%m-%dT%H-%M-%SZ}")
        os.rename(path, self._path)
        durable.flush(self._path.parent)

    def clear(self) -> None:
        """Remove the file."""
        db.session.remove()
        db.engine.dispose()
        self._take_away_beside()
        self._path.unlink(missing_ok=True)

    def _take_away_beside(self) -> None:
        if self._path.exists():
            with closing(_opened(self._path)) as old:
                old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for ending in BESIDE:
            self._path.with_name(self._path.name + ending).unlink(missing_ok=True)


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=60, isolation_level=None)


def _engine(path: Path) -> Engine:
    return create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)


def _refuse_broken(copy: sqlite3.Connection) -> None:
    try:
        said = copy.execute("PRAGMA quick_check").fetchone()[0]
        dangling = copy.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise Unreadable(
            "The database in this archive cannot be read. Use another backup."
        ) from error
    if said != "ok" or dangling:
        raise Unreadable("The database in this archive is damaged. Use another backup.")
