"""``flask bench fill``: a platform as it looks after years of use, on an empty database, in minutes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, create_engine, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from app import tenancy
from app.errors import Conflict
from app.extensions import db, settings
from app.models import Document, Environment, Organization
from app.services import installation, permissions, test_receiver
from app.transactions import transaction
from bench import fill_files, fill_people, fill_sql
from bench.fill_people import Member
from bench.fill_sql import POSTGRESQL, SQLITE, Dialect, Range

TABLES = ("document", "document_content", "document_version", "delivery", "attempt")
WITH_BYTES = 100  # of the newest documents
WORTH_REBUILDING = 200_000  # documents; below that, indexes are kept up row by row
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Filled:
    """What was made: how many of what, and the people to look through."""

    documents: int
    organizations: int
    members: tuple[Member, ...]


def fill(documents: int, organizations: int = 0, tell: Told = lambda _line: None) -> Filled:
    """Make documents in bulk, with what belongs to them, and people who look at them."""
    _refuse_used()
    to = _range(documents, organizations)
    engine = _engine()
    say = SQLITE if engine.dialect.name == "sqlite" else POSTGRESQL
    rebuild = documents >= WORTH_REBUILDING
    db.session.remove()
    _run(engine, fill_sql.organizations(say, to))
    if rebuild:
        _rest_indexes(engine)
    for stage in _stages(say, to, fill_people.colleagues(to)):
        began = time.monotonic()
        _together(engine, [list(statements) for statements in stage.values()])
        tell(f"{', '.join(stage)}: {time.monotonic() - began:.0f} s")
    began = time.monotonic()
    _settle(engine, rebuild)
    tell(f"indexes and statistics: {time.monotonic() - began:.0f} s")
    members = fill_people.members(to)
    fill_files.keep(WITH_BYTES)
    if say is POSTGRESQL:
        _run(engine, ["ANALYZE document_share"])
    return Filled(documents, to.last_organization - to.first_organization + 1, tuple(members))


def _refuse_used() -> None:
    installation.prepare()
    permissions.synchronise()
    test_receiver.ensure()
    with tenancy.every_environment("is the platform empty"):
        if db.session.scalars(select(Document.id).limit(1)).first() is not None:
            raise Conflict(
                "This database holds documents already. Name an empty one in DATABASE_URL."
            )


def _range(documents: int, organizations: int) -> Range:
    """One environment owns them all; the test receiver's own organization stays apart."""
    wanted = organizations or min(10_000, max(60, documents // 1000))
    with transaction(), tenancy.every_environment("measuring: the environment"):
        environment = Environment(name="Postkantoor", language="en", plan="business")
        db.session.add(environment)
        db.session.flush()
        last = db.session.scalar(select(func.max(Organization.id)))
    empty = max(20, wanted // 50)
    return Range(documents, environment.id, (last or 0) + 1, wanted - fill_sql.BUSY - empty, empty)


def _engine() -> Engine:
    # A connection of our own: not in the name of anyone, and without the application's caution.
    return create_engine(make_url(settings().database_url), poolclass=NullPool)


def _stages(say: Dialect, to: Range, first_colleague: int) -> list[dict[str, Iterable[str]]]:
    """What may be made side by side."""
    return [
        {"plan": fill_sql.plan(say, to)},
        {"documents": fill_sql.documents(say), "contents": fill_sql.contents(say)},
        {
            "versions and shares": [
                *fill_sql.versions(say),
                *fill_sql.shares(say, first_colleague),
            ],
            "deliveries and attempts": [*fill_sql.deliveries(say), *fill_sql.attempts(say)],
        },
        {"end": fill_sql.end(say)},
    ]


def _together(engine: Engine, parts: list[list[str]]) -> None:
    """Two connections work at once where the database allows more than one writer."""
    if engine.dialect.name == "sqlite":
        _run(engine, [statement for part in parts for statement in part])
        return
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda part: _run(engine, part), parts))


def _run(engine: Engine, statements: Iterable[str]) -> None:
    with engine.connect().execution_options(
        isolation_level="AUTOCOMMIT", no_parameters=True
    ) as connection:
        _hurry(connection)
        for statement in statements:
            connection.exec_driver_sql(statement)


def _hurry(connection: Connection) -> None:
    """Nobody relies on this data before it is whole."""
    if connection.dialect.name == "sqlite":
        ways = ["synchronous=OFF", "cache_size=-1000000", "temp_store=MEMORY", "foreign_keys=OFF"]
        for way in ways:
            connection.exec_driver_sql(f"PRAGMA {way}")
        return
    connection.exec_driver_sql("SET synchronous_commit = off")
    connection.exec_driver_sql("SET work_mem = '256MB'")
    connection.exec_driver_sql("SET maintenance_work_mem = '1GB'")
    connection.exec_driver_sql(
        "SET session_replication_role = replica"
    )  # the rows fit by their making


def _rest_indexes(engine: Engine) -> None:
    """Ten million rows are sorted once faster than they are put in their places one by one."""
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE bench_indexes (statement TEXT)")
            for name, statement in _own_indexes(connection):
                connection.exec_driver_sql("INSERT INTO bench_indexes VALUES (?)", (statement,))
                connection.exec_driver_sql(f'DROP INDEX "{name}"')
        return
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE pg_index SET indisready = false"
                " WHERE indrelid = ANY (CAST(:tables AS regclass[]))"
            ),
            {"tables": list(TABLES)},
        )


def _own_indexes(connection: Connection) -> list[tuple[str, str]]:
    found = connection.execute(
        text("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'index' AND sql > ''")
    ).all()
    return [(name, statement) for name, statement, table in found if table in TABLES]


def _settle(engine: Engine, rebuild: bool) -> None:
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            kept = (
                connection.exec_driver_sql("SELECT statement FROM bench_indexes").scalars().all()
                if rebuild
                else []
            )
        _run(engine, [*kept, *(["DROP TABLE bench_indexes"] if rebuild else []), "ANALYZE"])
        return
    steps = [
        [f"REINDEX TABLE {table}"] * rebuild + [f"VACUUM (ANALYZE, FREEZE) {table}"]
        for table in TABLES
    ]
    _together(engine, [steps[0], [step for table in steps[1:] for step in table]])
    _run(
        engine,
        ["SELECT setval('document_id_seq', max(id)) FROM document"]
        + ["SELECT setval('organization_id_seq', max(id)) FROM organization"]
        + [f"ANALYZE {table}" for table in ("organization", "identifier")],
    )
