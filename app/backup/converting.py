"""A platform grows: the rows of a SQLite archive go into PostgreSQL, table by table, in one transaction."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlalchemy import (
    JSON,
    URL,
    Connection,
    MetaData,
    Table,
    Text,
    create_engine,
    func,
    insert,
    select,
)
from sqlalchemy.pool import NullPool

from app.backup.databases import Database
from app.extensions import db
from app.services import upgrades

AT_ONCE = 1000


def put(path: Path, database: Database) -> None:
    """Make the tables there, then copy all rows or none."""
    upgrades.bring_up_to_date()
    source = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    with (
        source.connect() as rows,
        database.connected() as connection,
        closing(connection.begin()) as change,
    ):
        for table in db.metadata.sorted_tables:
            _copy(_plain(table), rows, connection)
        change.commit()


def _copy(table: Table, rows: Connection, connection: Connection) -> None:
    found = rows.execution_options(yield_per=AT_ONCE).execute(select(table))
    for batch in found.mappings().partitions():
        connection.execute(insert(table), [dict(row) for row in batch])
    if "id" in table.columns:
        highest = rows.execute(select(func.max(table.columns.id))).scalar_one()
        if highest is not None:
            # Numbers go on after the highest; PostgreSQL counts apart from the rows.
            connection.execute(select(func.setval(f"{table.name}_id_seq", highest)))


def _plain(table: Table) -> Table:
    """The table with JSON as it is written: a null of JSON and no value at all stay apart."""
    copy = table.to_metadata(MetaData())
    for column in copy.columns:
        if isinstance(column.type, JSON):
            column.type = Text()
    return copy
