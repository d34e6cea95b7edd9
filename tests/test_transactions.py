"""One call, one transaction; what must follow the commit waits for it and is forgotten otherwise."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

import pytest
from sqlalchemy import func, select

from app import tenancy
from app.extensions import db
from app.models import Setting
from app.services import silence
from app.transactions import after_commit, nobody_waits, open_now, transaction


def kept() -> set[str]:
    with tenancy.every_environment("test"):
        return set(db.session.scalars(select(Setting.name).where(Setting.name != silence.NAME)))


def keep(name: str) -> None:
    with transaction(), tenancy.every_environment("test"):
        db.session.add(Setting(name=name, value=1))


def test_an_inner_call_joins_the_outer(context):
    with pytest.raises(ZeroDivisionError), transaction():
        keep("inner")
        _ = 1 / 0

    assert kept() == set()


def test_what_follows_the_commit_waits_for_it(context):
    seen = []
    with transaction():
        keep("one")
        after_commit(lambda: seen.append((kept(), open_now())))
        assert seen == []

    assert seen == [({"one"}, False)]


def test_what_would_follow_is_forgotten_when_nothing_was_stored(context):
    seen = []
    with pytest.raises(ZeroDivisionError), transaction():
        after_commit(lambda: seen.append("done"))
        _ = 1 / 0

    assert seen == []
    assert not open_now()


def test_another_system_is_talked_to_with_no_transaction_open(context):
    kept()
    assert db.session().in_transaction()

    nobody_waits()

    assert not db.session().in_transaction()
    with transaction(), pytest.raises(RuntimeError, match="a transaction is open"):
        nobody_waits()


def test_outside_a_transaction_it_is_done_at_once(context):
    seen = []
    after_commit(lambda: seen.append("done"))

    assert seen == ["done"]


def test_writers_wait_in_line_instead_of_failing(app):
    """Each reads before it writes: with a deferred BEGIN, SQLite would fail all but one."""
    start, errors = threading.Barrier(4), []

    def add(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                for turn in range(5):
                    with transaction(), tenancy.every_environment("test"):
                        db.session.scalar(select(func.count(Setting.name)))
                        db.session.add(Setting(name=f"{number}-{turn}", value=1))
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    with app.app_context():
        assert len(kept()) == 20


def test_a_form_that_only_reads_so_far_keeps_no_writer_waiting(app):
    with app.test_request_context("/documents/upload", method="POST"):
        with tenancy.every_environment("test"):
            db.session.scalar(select(func.count(Setting.name)))
        assert db.session().in_transaction()

        other = sqlite3.connect(db.engine.url.database, timeout=0, isolation_level=None)
        with closing(other):
            other.execute("BEGIN IMMEDIATE")
