"""One call, one transaction: an inner call joins the outer, and what must follow the commit waits for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import g, has_request_context, request
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from app.extensions import db

FORMS = (".add", ".edit", ".delete")


@contextmanager
def transaction() -> Iterator[None]:
    """Commit everything done inside, or nothing; then do what waited for the commit."""
    if open_now():
        yield
        return
    session = db.session()
    if session.in_transaction():
        session.commit()  # ends a read, so that SQLite may begin this one as a writer
    g.transaction_hooks = []
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    else:
        hooks = g.transaction_hooks
    finally:
        g.transaction_hooks = None
    for hook in hooks:
        hook()


def open_now() -> bool:
    """Whether a business transaction is open: nobody may be waited for then."""
    return g.get("transaction_hooks") is not None


def nobody_waits() -> None:
    """Before another system is talked to: end a mere read, which would keep a connection waiting.

    A business transaction isn't ended but refused: what it locked would make others wait as well.
    """
    if open_now():
        raise RuntimeError("a transaction is open, and someone else's system would be waited for")
    if db.session().in_transaction():
        db.session.commit()


def after_commit(hook: Callable[[], None]) -> None:
    """Do it when the transaction has been committed, never when it was rolled back."""
    if open_now():
        g.transaction_hooks.append(hook)
    else:
        hook()


def let_go() -> None:
    """End the session of a request or job; a connection that broke at the very end spoils nothing."""
    try:
        db.session.close()
    except DBAPIError:
        db.session().invalidate()


def _writes() -> bool:
    return open_now() or _in_a_form_of_the_framework()


def _in_a_form_of_the_framework() -> bool:
    """These change the row that they have read before they come to ``transaction()``."""
    if not has_request_context() or request.method != "POST":
        return False
    return (request.endpoint or "").endswith(FORMS)


def prepare_engine(engine: Engine) -> None:
    """Make SQLite safe for several processes: WAL, foreign keys, full durability, writers in line."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            "busy_timeout=15000",
            "journal_mode=WAL",
            "foreign_keys=ON",
            "synchronous=FULL",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A reader that becomes a writer halfway fails at once when another wrote meanwhile;
        # one that begins as a writer waits in line.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes() else "BEGIN")
