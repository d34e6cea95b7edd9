"""However many documents there are, a list costs the same: the plans are read, not the clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.models import Document
from app.tenancy.owner import as_owner
from bench import fill
from bench.lists import addresses, members
from tests import postgres
from tests.factories import sign_in
from tests.lists.work import Work, watching

DOCUMENTS = 30_000  # the busiest organization has 9,000 of them
KINDS = ("busy", "spotless", "mixed", "shared")
# A page reads 26 rows and what belongs to them, for each organization; a badge counts to a hundred. Someone
# with nothing but shares has 100 of them, which several statements look through.
ROWS_OF_A_PAGE = 2_000
STEPS_OF_A_PAGE = 60_000
# What no index answers alone is looked for in 500 rows; in 9,000 it would be many times as much.
ROWS_OF_A_SEARCH = 2_500
STEPS_OF_A_SEARCH = 200_000

pytestmark = pytest.mark.xdist_group("lists")  # the data is made once


def measured(
    app: Flask, kinds: Sequence[str] = KINDS, boxes: tuple[str, ...] = ("/",)
) -> dict[tuple[str, str], Work]:
    """The work of every page of these lists for these kinds of member."""
    with app.app_context():
        people = [user for user in members() if user.username in kinds]
        pages = {
            user.id: [each for each in addresses(user) if each.startswith(boxes)] for user in people
        }
        db.session.remove()
    done: dict[tuple[str, str], Work] = {}
    for user in people:
        window = app.test_client()
        sign_in(window, user)
        for place, address in enumerate(pages[user.id]):
            with watching() as work:
                assert window.get(address).status_code == 200
            done[user.username, f"{place} {address}"] = work
    return done


def filled(app: Flask, documents: int) -> Flask:
    with app.app_context():
        fill.fill(documents)
        db.session.remove()
    return app


@pytest.fixture(scope="module")
def on_postgres(postgres_session_app: Flask) -> Iterator[Flask]:
    yield filled(postgres_session_app, DOCUMENTS)
    postgres.empty(postgres_session_app)


def scans(found: dict[tuple[str, str], Work]) -> dict[tuple[str, str], list[str]]:
    return {page: work.scans for page, work in found.items() if work.scans}


@pytest.mark.postgres
def test_a_list_on_postgresql_reads_what_it_shows_and_not_what_there_is(on_postgres):
    found = measured(on_postgres)

    assert len(found) > 50
    assert scans(found) == {}
    heavy = {page: work for page, work in found.items() if work.rows > most(page)[0]}
    assert not heavy, "\n".join(
        f"{page}: {work.rows}\n{work.because}" for page, work in heavy.items()
    )


def test_a_list_on_sqlite_reads_what_it_shows_and_not_what_there_is(app):
    found = measured(filled(app, DOCUMENTS))

    assert len(found) > 50
    assert scans(found) == {}
    assert {page: work.steps for page, work in found.items() if work.steps > most(page)[1]} == {}
    assert everything(app).scans
    assert everything(app).steps > STEPS_OF_A_PAGE


def heavy(found: dict[tuple[str, str], Work]) -> dict[tuple[str, str], Work]:
    return {page: work for page, work in found.items() if work.rows > most(page)[0]}


def told(found: dict[tuple[str, str], Work]) -> str:
    return "\n".join(f"{page}: {work.rows}\n{work.because}" for page, work in heavy(found).items())


def most(page: tuple[str, str]) -> tuple[int, int]:
    """Rows and steps that a page may take: more when it was narrowed further than by state."""
    if re.search(r"(kind|number|party|arrived|issued)=", page[1]):
        return ROWS_OF_A_SEARCH, STEPS_OF_A_SEARCH
    return ROWS_OF_A_PAGE, STEPS_OF_A_PAGE


@pytest.mark.postgres
@pytest.mark.parametrize("organizations", [150, 450])
def test_a_wrong_guess_does_not_make_postgresql_collect_and_sort(on_postgres, organizations):
    with believing(on_postgres, organizations):
        found = measured(on_postgres, ("busy",), ("/inbox/", "/outbox/"))

    assert scans(found) == {}
    assert not heavy(found), told(found)


@contextmanager
def believing(app: Flask, organizations: int) -> Iterator[None]:
    """How many organizations there are is guessed from a sample, and the guess may be far out."""
    with app.app_context():
        _reckon(f"SET (n_distinct = {organizations})")
        yield
        _reckon("RESET (n_distinct)")


def _reckon(guess: str) -> None:
    with as_owner() as connection:
        for table in ("document", "document_content", "delivery"):
            connection.exec_driver_sql(f"ALTER TABLE {table} ALTER organization_id {guess}")
            connection.exec_driver_sql(f"ANALYZE {table}")
        connection.commit()


@pytest.mark.postgres
def test_a_list_that_reads_everything_is_noticed(on_postgres):
    assert everything(on_postgres).scans
    assert everything(on_postgres).rows > ROWS_OF_A_PAGE


@pytest.mark.postgres
def test_postgresql_does_not_compile_what_is_read_in_a_millisecond(on_postgres):
    with on_postgres.app_context(), db.engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW jit").scalar_one() == "off"


def everything(app: Flask) -> Work:
    """What a careless list would ask."""
    with app.app_context(), tenancy.every_environment("test"), watching() as work:
        db.session.scalars(select(Document.id).where(Document.kind == "other")).all()
        db.session.remove()
    return work
