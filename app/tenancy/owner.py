"""A connection that sees everything and may change tables: for migrations, not for the application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from app import patience
from app.extensions import db

# A change of a table that waits for a long query makes everybody behind it wait as well: better to give up
# soon and come back.
LOCK_TIMEOUT = "800ms"


@contextmanager
def as_owner() -> Iterator[Connection]:
    """Connect without the role of the application; on SQLite everybody owns the file."""
    if db.engine.dialect.name != "postgresql":
        with db.engine.connect() as connection:
            yield connection
        return
    url = db.engine.url
    # A host that goes away while it changes tables lets go of them.
    line = patience.of_database_owner(str(url))
    engine = create_engine(url, poolclass=NullPool, connect_args=line)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        connection.commit()
        yield connection
