"""The second wall alone: PostgreSQL judges each row where nothing stands in the session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_appbuilder import Model
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from app import tenancy
from app.extensions import db, remember_application
from app.models import Blob, Contact, Document, Organization
from app.tenancy import Owner, registry
from app.tenancy.owner import as_owner
from app.tenancy.policies import NAMES, OPEN, POLICIES
from app.transactions import transaction
from tests import postgres
from tests.support import statements
from tests.wall.conftest import made
from tests.wall.raw import Row, problems, went_through
from tests.wall.scene import Eye, Scene

pytestmark = pytest.mark.postgres

MODELS = [model for model, rule in registry.items() if rule.owner is not Owner.FRAMEWORK]


def name(model):
    return model.__tablename__


@pytest.fixture(scope="module")
def platform(session_app: Flask, postgres_session_app: Flask) -> Iterator[Scene]:
    """The scene, made once: no test here keeps what it changes."""
    postgres.empty(postgres_session_app)
    remember_application(postgres_session_app)
    yield from made(postgres_session_app)
    remember_application(session_app)


@pytest.fixture
def scene(platform: Scene) -> Iterator[Scene]:
    """The scene; afterwards nothing is open."""
    yield platform
    db.session.rollback()


@pytest.fixture(scope="module")
def rows(platform: Scene) -> dict[type, Row]:
    """Our row of each table."""
    with transaction(), tenancy.every_environment("test"):
        return {model: Row(platform, model) for model in MODELS}


def count(table: str) -> int:
    """Rows of a table, asked past the session."""
    return int(db.session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar())


def as_the_owner(*commands: str) -> None:
    with as_owner() as connection:
        for command in commands:
            connection.exec_driver_sql(command)
        connection.commit()


def test_every_table_has_its_policies(platform):
    with as_owner() as connection:
        found = {
            table: set(policies)
            for table, policies in connection.exec_driver_sql(
                "SELECT c.relname, array_agg(p.polname::text) FROM pg_class c"
                " JOIN pg_policy p ON p.polrelid = c.oid WHERE c.relrowsecurity GROUP BY 1"
            )
        }

    tables = {table.name for table in Model.metadata.tables.values()}
    assert {table for table in tables if found.get(table) != {*NAMES, OPEN}} == set()
    assert set(POLICIES) == tables


def test_content_is_the_same_in_both_walls():
    marked = {table for table, policy in POLICIES.items() if policy.content}

    assert marked == {name(model) for model, rule in registry.items() if rule.content}


@pytest.mark.parametrize("eye", Eye, ids=lambda eye: eye.name.lower())
def test_the_second_wall_shows_what_the_first_shows(scene, rows, eye):
    with scene.looking(eye):
        found = {name(model): problems(row, model, eye) for model, row in rows.items()}

    assert {table: wrong for table, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("model", MODELS, ids=name)
def test_with_an_open_policy_the_check_is_red(scene, rows, model):
    table = name(model)
    for verb, policy in (("SELECT", "USING"), ("INSERT", "WITH CHECK")):
        as_the_owner(f"CREATE POLICY hole_{verb} ON {table} FOR {verb} {policy} (true)")
    try:
        with scene.looking(Eye.STRANGER):
            found = problems(rows[model], model, Eye.STRANGER)
    finally:
        db.session.rollback()
        as_the_owner(*(f"DROP POLICY hole_{verb} ON {table}" for verb in ("SELECT", "INSERT")))

    assert "is seen by STRANGER" in found
    assert "is added by STRANGER" in found or table == "audit_entry"  # which everybody adds to


def test_without_a_policy_nobody_sees_a_table(scene, rows):
    as_the_owner("ALTER POLICY postiljon_see ON document RENAME TO aside")
    as_the_owner("CREATE POLICY postiljon_see ON document FOR SELECT USING (false)")
    as_the_owner("DROP POLICY aside ON document")
    try:
        with scene.looking(Eye.OWNER):
            found = problems(rows[Document], Document, Eye.OWNER)
    finally:
        db.session.rollback()
        with as_owner() as connection:
            tenancy.row_security.bring_up_to_date(connection)
            connection.commit()

    assert "is not seen by OWNER" in found
    with scene.looking(Eye.OWNER):
        assert problems(rows[Document], Document, Eye.OWNER) == []


def test_without_a_scope_a_connection_sees_nothing(scene):
    assert {table: count(table) for table in POLICIES if not table.startswith("ab_perm")} == {
        table: 0 for table in POLICIES if not table.startswith("ab_perm")
    }


def test_outside_of_any_context_a_connection_sees_nothing(platform, postgres_session_app):
    engine = db.engine
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM document").scalar() == 0


def test_a_pooled_connection_keeps_no_scope(scene):
    db.session.rollback()
    db.engine.dispose()  # so that there is one connection in the pool, and no choice
    with scene.looking(Eye.OWNER):
        assert count("document") == 1
        process = db.session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar()
        db.session.commit()

    assert db.session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar() == process
    assert count("document") == 0


def test_within_one_transaction_each_scope_sees_its_own(scene):
    with transaction(), scene.looking(Eye.STRANGER):
        seen = [count("document")]
        with tenancy.every_environment("test"):
            seen.append(count("document"))
            with tenancy.in_organization(scene.organization.id):
                seen.append(count("organization"))
            seen.append(count("document"))
        seen.append(count("document"))

    assert seen == [0, 1, 1, 1, 0]


def test_what_a_savepoint_undid_is_told_again(scene):
    with scene.looking(Eye.OWNER):
        connection = db.session.connection()
        attempt = connection.begin_nested()
        assert count("document") == 1
        attempt.rollback()

        assert count("document") == 1


def test_the_first_statement_may_be_one_of_many_rows_or_be_read_bit_by_bit(scene):
    blobs = [
        {"organization_id": scene.organization.id, "digest": digest, "size": 1} for digest in "xyz"
    ]
    with scene.looking(Eye.OWNER):
        db.session.connection().execute(Blob.__table__.insert().inline(), blobs)
        db.session.rollback()

        few = db.session.scalars(select(Document.id).execution_options(yield_per=1))

        assert len(list(few)) == 1


def test_telling_the_scope_is_no_statement_more(scene):
    with scene.looking(Eye.OWNER), statements() as sent:
        db.session.scalar(select(func.count(Document.id)))
        db.session.scalar(select(func.count(Organization.id)))

    assert len(sent) == 2


def test_colleagues_find_a_contact_that_is_shared_with_their_environment(scene):
    with transaction(), tenancy.every_environment("test"):
        contact = scene.world.keep(
            Contact(organization_id=scene.organization.id, name="Shared Sam", shared=True)
        )
    with scene.looking(Eye.COLLEAGUE):
        assert db.session.get(Contact, contact.id) is not None
    with scene.looking(Eye.PARTNER):
        assert db.session.get(Contact, contact.id) is None
        assert not went_through(select(Contact.__table__.c.id).where(text("shared")))


def test_the_application_cannot_change_a_table(scene):
    with (
        scene.looking(Eye.OWNER),
        pytest.raises(ProgrammingError, match="must be owner of table document"),
    ):
        db.session.connection().exec_driver_sql("ALTER TABLE document DISABLE ROW LEVEL SECURITY")


def test_the_second_wall_says_that_it_stands(scene):
    assert tenancy.row_security_active()


def test_on_sqlite_there_is_no_second_wall_and_nothing_to_warn_of(context):
    assert not tenancy.row_security_active()


def test_what_is_seen_may_be_locked_and_not_changed(scene):
    table = Organization.__table__
    here = table.c.id == scene.organization.id
    with scene.looking(Eye.PARTNER_MEMBER):
        assert went_through(select(table.c.id).where(here).with_for_update())
        assert not went_through(table.update().where(here).values(name="Mine"))


@pytest.mark.parametrize(
    ("table", "column", "eye"),
    [
        ("document", "organization_id", Eye.OWNER),
        ("document", "organization_id", Eye.SHARED),
        ("ab_user", "environment_id", Eye.OWNER),
        ("organization", "environment_id", Eye.ADMINISTRATOR),
    ],
)
def test_a_row_moves_to_another_owner_only_through_the_gate(scene, table, column, eye):
    bare = Model.metadata.tables[table]
    theirs = {"organization_id": scene.other.id, "environment_id": scene.environment.id}[column]
    row = {"document": scene.document, "ab_user": scene.guest, "organization": scene.other}[table]
    if table == "organization":
        theirs = scene.far_environment.id
    moving = bare.update().where(bare.c.id == row.id).values({column: theirs})
    with scene.looking(eye):
        assert not went_through(moving)
    with tenancy.every_environment("test"):
        # To another environment it goes; a document is bound to its parts, but nobody says no to it.
        assert went_through(moving)
