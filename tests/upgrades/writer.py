"""An old process that goes on writing while the tables change, and notices when it has to wait for long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError

INSERT = (
    "INSERT INTO outgoing_mail (public_id, kind, recipient, subject, text, html, state, tries,"
    " next_at, note, created_at) SELECT gen_random_uuid(), 'k', 'a@b.example', 's', 't', 'h', 'sent',"
    " 1, now(), '', now() FROM generate_series(1, {rows})"
)


class Writer:
    """Adds a row again and again, each in a transaction of its own."""

    def __init__(self, url: str, patience: str = "60s") -> None:
        self._engine = create_engine(url, poolclass=NullPool)
        self._patience = patience
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write)
        self.written = 0
        self.refused: list[str] = []

    def _write(self) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(f"SET lock_timeout = '{self._patience}'")
            connection.commit()
            while not self._stop.is_set():
                self._once(connection)

    def _once(self, connection: Any) -> None:
        try:
            connection.exec_driver_sql(INSERT.format(rows=1))
            connection.commit()
            self.written += 1
        except SQLAlchemyError as error:
            connection.rollback()
            self.refused.append(str(error.orig).splitlines()[0])

    def until(self, done: Callable[[], bool]) -> None:
        """Wait for something that happens meanwhile, at most a minute."""
        for _ in range(1200):
            if done():
                return
            self._stop.wait(0.05)
        raise AssertionError("it did not happen within a minute")

    def goes_on(self, rows: int = 5) -> None:
        """Wait until so many more rows are written."""
        wanted = self.written + rows
        self.until(lambda: self.written >= wanted)

    def __enter__(self) -> Self:
        self._thread.start()
        self.goes_on(1)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
