"""What a backup asks of a database, whichever kind it is."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, func, select

from app.errors import Conflict


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The database of one moment: a file with everything, and a connection that reads that moment."""

    path: Path
    server: str
    connection: Connection


class Database(Protocol):
    """A database that can be kept and put back."""

    kind: str

    def snapshot(self, folder: Path) -> AbstractContextManager[Snapshot]:
        """Keep this moment as a file in the folder, while everybody goes on."""

    def connected(self) -> AbstractContextManager[Connection]:
        """A connection that sees everything."""

    def refuse_unusable(self, server: str) -> None:
        """Refuse what could not be put back here, before anything is touched."""

    def empty(self) -> bool:
        """Whether there is nothing in it."""

    def put(self, path: Path, *, replace: bool) -> None:
        """Make the file the database: all of it or nothing."""

    def clear(self) -> None:
        """Take everything away again."""


def revision(connection: Connection) -> str:
    """The version of the tables."""
    found = MigrationContext.configure(connection).get_current_revision()
    if found is None:
        raise Conflict("There is no platform in this database. Check DATABASE_URL.")
    return found


def rows(connection: Connection) -> Mapping[str, int]:
    """How many rows each table has."""
    there = MetaData()
    there.reflect(connection)
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in there.sorted_tables
    }
