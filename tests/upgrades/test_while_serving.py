"""The tables change while old processes go on: nobody waits for long, and nobody is refused."""

from __future__ import annotations

import logging
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, event, inspect, text
from sqlalchemy.engine import Engine

from app import tenancy
from app.extensions import db
from app.services import upgrades
from app.tenancy.owner import as_owner
from config import ROOT
from tests.upgrades.writer import INSERT, Writer

pytestmark = pytest.mark.postgres

ROWS = 300_000
STOPS_WRITING = {"ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"}
COLUMN = 'op.add_column("outgoing_mail", sa.Column("colour", sa.String(10)))'
STEPS = (
    COLUMN,
    'steps.add_check("colour_is_known", "outgoing_mail", "colour <> \'\'")',
    'steps.fill("outgoing_mail", "colour = \'blue\'", "colour IS NULL")',
    'steps.add_index("outgoing_mail_colour", "outgoing_mail", ["colour", "id"])',
)
PLAIN_INDEX = 'op.create_index("plain", "outgoing_mail", ["subject"])'


@pytest.fixture
def big_table(application, database) -> str:
    """The address of a database with many mails."""
    upgrades.bring_up_to_date()
    with as_owner() as connection:
        connection.exec_driver_sql(INSERT.format(rows=ROWS))
        connection.commit()
    return database


@contextmanager
def locks_kept() -> Iterator[list[tuple[str, str]]]:
    """Which locks on the big table statements take and keep, of those that stop writing."""
    found: list[tuple[str, str]] = []

    def look(connection, cursor, statement, _parameters, _context, _many):
        if "outgoing_mail" not in statement or statement.startswith(("INSERT", "SELECT")):
            return
        with cursor.connection.cursor() as other:
            other.execute(
                "SELECT DISTINCT mode FROM pg_locks WHERE pid = pg_backend_pid()"
                " AND relation = 'outgoing_mail'::regclass"
            )
            found.extend(
                (mode, statement.strip()) for (mode,) in other.fetchall() if mode in STOPS_WRITING
            )

    event.listen(Engine, "after_cursor_execute", look)
    try:
        yield found
    finally:
        event.remove(Engine, "after_cursor_execute", look)


def test_no_step_keeps_a_big_table_from_those_who_write(big_table, next_version):
    for step in STEPS:
        next_version.add(step)
    with Writer(big_table) as writer, locks_kept() as kept:
        upgrades.bring_up_to_date(next_version.folder)
        writer.goes_on()

    assert writer.refused == []
    # A column without a value is a word in the catalogue, however many rows there are.
    assert {statement for _mode, statement in kept} == {
        "ALTER TABLE outgoing_mail ADD COLUMN colour VARCHAR(10)"
    }
    with as_owner() as connection:
        rest = "SELECT count(*) FROM outgoing_mail WHERE colour IS NULL AND id <= %s"
        assert connection.exec_driver_sql(rest, (ROWS,)).scalar() == 0
        indexes = {index["name"] for index in inspect(connection).get_indexes("outgoing_mail")}
        checks = {
            check["name"] for check in inspect(connection).get_check_constraints("outgoing_mail")
        }
    assert "outgoing_mail_colour" in indexes
    assert "colour_is_known" in checks


def test_an_index_built_the_plain_way_is_noticed(application, next_version):
    upgrades.bring_up_to_date()
    next_version.add(PLAIN_INDEX)

    with locks_kept() as kept:
        upgrades.bring_up_to_date(next_version.folder)

    assert [mode for mode, _statement in kept] == ["ShareLock"]


def test_a_change_that_must_wait_for_a_long_query_lets_everybody_else_go_on(
    application, database, next_version, monkeypatch, caplog
):
    upgrades.bring_up_to_date()
    next_version.add(COLUMN)
    monkeypatch.setattr(upgrades, "PAUSE", 0.1)
    monkeypatch.setattr(upgrades, "TRIES", 10_000)
    caplog.set_level(logging.WARNING, upgrades.log.name)
    with Writer(database) as writer, create_engine(database).connect() as reader:
        reader.exec_driver_sql(
            "SELECT count(*) FROM outgoing_mail"
        )  # and its transaction stays open
        migrating = threading.Thread(target=_migrate, args=(application, next_version))
        migrating.start()
        writer.until(lambda: caplog.text.count("trying again") >= 2)
        writer.goes_on()
        reader.rollback()
        migrating.join()
        writer.goes_on()
        reader.engine.dispose()

    assert writer.refused == []
    assert _stands_at() == next_version.head


def test_after_a_minute_and_a_half_the_operator_is_told_why(
    application, database, next_version, monkeypatch
):
    upgrades.bring_up_to_date()
    next_version.add(COLUMN)
    monkeypatch.setattr(upgrades, "TRIES", 1)
    engine = create_engine(database)
    with engine.connect() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM outgoing_mail")
        with pytest.raises(upgrades.SettingError, match="a long query or a backup"):
            upgrades.bring_up_to_date(next_version.folder)
    engine.dispose()

    assert _stands_at() != next_version.head


def test_an_index_that_was_left_unfinished_is_built_again(application, next_version):
    upgrades.bring_up_to_date()
    with as_owner() as connection:
        connection.exec_driver_sql("CREATE INDEX outgoing_mail_colour ON outgoing_mail (subject)")
        connection.commit()
    next_version.add('steps.add_index("outgoing_mail_colour", "outgoing_mail", ["kind"])')

    upgrades.bring_up_to_date(next_version.folder)

    with as_owner() as connection:
        [columns] = [
            index["column_names"]
            for index in inspect(connection).get_indexes("outgoing_mail")
            if index["name"] == "outgoing_mail_colour"
        ]
    assert columns == ["kind"]


def test_a_process_of_an_older_version_starts_and_works_beside_a_newer_database(
    application, next_version, caplog
):
    next_version.add(COLUMN)
    upgrades.bring_up_to_date(next_version.folder)

    upgrades.bring_up_to_date()

    assert f"the database is at {next_version.head}, newer than this Postiljon" in caplog.text
    assert _stands_at() == next_version.head
    with tenancy.every_environment("test"):
        db.session.connection().exec_driver_sql(INSERT.format(rows=1))
        db.session.commit()


STARTING = """
import sys
from pathlib import Path
from app.services import upgrades
from tests.upgrades.conftest import small_application

with small_application(sys.argv[1]).app_context():
    print("ready", flush=True)
    with upgrades.alone():
        upgrades.bring_up_to_date(Path(sys.argv[2]))
print("done")
"""


def test_of_two_that_start_at_once_one_migrates_and_the_other_waits(
    application, database, next_version
):
    next_version.add(STEPS[3].replace("colour", "kind"))
    command = [sys.executable, "-c", textwrap.dedent(STARTING), database, str(next_version.folder)]
    with upgrades.alone():
        starting = [
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(2)
        ]
        for each in starting:
            assert each.stdout is not None
            assert each.stdout.readline() == b"ready\n"
        assert not db.session.scalar(text("SELECT to_regclass('document')"))
        db.session.remove()

    ends = [each.communicate(timeout=120) for each in starting]

    assert [each.returncode for each in starting] == [0, 0], ends
    assert _stands_at() == next_version.head


def test_the_tables_are_what_the_models_say(application):
    upgrades.bring_up_to_date()

    with as_owner() as connection:
        assert compare_metadata(MigrationContext.configure(connection), db.metadata) == []


def _migrate(application, next_version) -> None:
    with application.app_context():
        upgrades.bring_up_to_date(next_version.folder)


def _stands_at() -> str:
    with as_owner() as connection:
        return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())
