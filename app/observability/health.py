"""Whether this process can do its work, and if not, which part is missing.

Only the database makes every request impossible, so only it (away, or older than this code) means “not
ready”. Without the queue sweeps go on by themselves when it is back; without room or the files people
still read lists; both are told as *degraded*, as is a PostgreSQL without row security, and a load balancer
goes on sending people here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from app import storage, tenancy
from app.errors import AppError
from app.extensions import db
from app.observability import facts
from app.services.upgrades import MIGRATIONS
from config import Settings

FRESH = 2.0  # seconds for which an answer is good enough
LEAST_FREE = 100 * 1024 * 1024  # bytes in the data folder
WORTH_MENDING = ("queue", "storage", "second_wall")
OK, MISSING = "ok", "unreachable"

_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Health:
    """What was found, part by part."""

    ready: bool
    parts: Mapping[str, str]

    @property
    def degraded(self) -> bool:
        """Something is missing, and requests are possible all the same."""
        return self.ready and any(self.parts.get(name, OK) != OK for name in WORTH_MENDING)

    def told(self) -> dict[str, object]:
        """For a program that asks."""
        state = "degraded" if self.degraded else "ready" if self.ready else "not ready"
        return {"state": state, **self.parts}


def look() -> Health:
    """How it is now, at most a few seconds old."""
    kept: dict[str, tuple[float, Health]] = current_app.extensions.setdefault("health", {})
    with _lock:
        until, health = kept.get("now", (0.0, None))
        if health is None or until < time.monotonic():
            health = _look(current_app.config["SETTINGS"])
            kept["now"] = (time.monotonic() + FRESH, health)
    return health


def _look(settings: Settings) -> Health:
    database = _database()
    nudges = facts.nudges()
    parts = {
        "database": database,
        "queue": OK if nudges else MISSING,
        "storage": _storage(settings),
        "mail": "server" if settings.mail_url else "kept as files",
    }
    if database == OK and db.engine.dialect.name == "postgresql":
        parts["second_wall"] = second_wall()
    if nudges:
        workers = sum(count for (role, _), count in nudges.present.items() if role == "worker")
        parts |= {"workers": str(workers), "scheduler": nudges.scheduler or "nobody"}
    return Health(database == OK, parts)


def second_wall() -> str:
    """Whether PostgreSQL itself holds customers apart, too."""
    return OK if tenancy.row_security_active() else "off"


def _database() -> str:
    """Whether it answers, and whether its tables are at least those that this code expects."""
    try:
        with db.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return "not prepared"
            stands = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        return MISSING
    # One that we don't know was made by a newer version; those only add.
    older = stands is None or (stands in _known() and stands not in _newest())
    return "older than this version" if older else OK


def _storage(settings: Settings) -> str:
    try:
        storage.store(settings).check()
    except AppError:
        return MISSING
    return "nearly full" if facts.disk(settings.data_dir).free < LEAST_FREE else OK


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(each.revision for each in _scripts().walk_revisions())


@lru_cache(maxsize=1)
def _newest() -> frozenset[str]:
    return frozenset(_scripts().get_heads())


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))
