"""How far the work is. Read from the tables, so never a proof of anything: see ``verdict`` for that."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

OPEN = ("queued", "sending", "retrying")
OFTEN = 0.4  # seconds between two looks
STATES = "SELECT state, count(*) FROM delivery GROUP BY state"

Connect = Callable[[], Any]


class Watch(threading.Thread):
    """Looks at the states of all deliveries again and again."""

    def __init__(self, connect: Connect) -> None:
        super().__init__(daemon=True)
        self._connect = connect
        self._over = threading.Event()
        self.states: dict[str, int] = {}
        self.moved_at: list[float] = []  # when more deliveries had ended than before

    @property
    def ended(self) -> int:
        """Deliveries on which nothing more happens by itself."""
        return sum(count for state, count in self.states.items() if state not in OPEN)

    @property
    def open(self) -> int:
        """Deliveries that wait or are under way."""
        return sum(count for state, count in self.states.items() if state in OPEN)

    def run(self) -> None:
        """Until told to stop."""
        while not self._over.wait(OFTEN):
            self.look()

    def look(self) -> None:
        """Once, if the database can be reached."""
        try:
            with closing(self._connect()) as connection:
                cursor = connection.cursor()
                cursor.execute(STATES)
                found = {str(state): int(count) for state, count in cursor.fetchall()}
        except (sqlite3.Error, psycopg2.Error):
            return
        before, self.states = self.ended, found
        if self.ended > before:
            self.moved_at.append(time.monotonic())

    def stop(self) -> None:
        """Enough."""
        self._over.set()
        self.join(30)


def of_file(path: Path) -> Connect:
    """Reads the embedded database, beside everyone else."""
    return lambda: sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)


def of_server(url: str) -> Connect:
    """Reads the database server, past all wires."""
    return lambda: psycopg2.connect(url, connect_timeout=5)
