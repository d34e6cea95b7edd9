"""The role of the application, where the owner of the tables is an ordinary user of the server."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import NullPool, create_engine

from app import tenancy
from app.extensions import db
from app.observability import health
from app.services import upgrades
from app.tenancy import row_security
from app.tenancy.owner import as_owner
from tests.postgres import another_database
from tests.upgrades.conftest import small_application

pytestmark = pytest.mark.postgres

KEEPER = "keeper_of_tables"


@pytest.fixture
def kept(postgres_url: str) -> Iterator[str]:
    """The address of a database whose owner may sign in and nothing more."""
    server = create_engine(postgres_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {KEEPER} LOGIN")
    try:
        with another_database(postgres_url, "kept", owner=KEEPER) as url:
            yield url
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP ROLE {KEEPER}")


def test_where_it_may_not_be_made_the_platform_works_and_names_the_commands(
    kept, postgres_url, caplog
):
    caplog.set_level(logging.WARNING, row_security.log.name)
    with small_application(kept).app_context():
        upgrades.bring_up_to_date()
        assert not tenancy.row_security_active()
        assert health.second_wall() == "off"
        (warning,) = [each.getMessage() for each in caplog.records]
        commands = re.findall(r"(?:CREATE|GRANT) [^;]+;", warning)
        administrator = create_engine(postgres_url, poolclass=NullPool)
        with administrator.begin() as connection:
            for command in commands:
                connection.exec_driver_sql(command)

        upgrades.bring_up_to_date()

        assert tenancy.row_security_active()
        assert health.second_wall() == "ok"
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM document").scalar() == 0
        db.engine.dispose()


def test_two_databases_of_one_server_have_roles_of_their_own(application, postgres_url):
    upgrades.bring_up_to_date()
    long, longer = row_security.roles_of("d" * 62), row_security.roles_of("d" * 63)

    assert len({*long, *longer}) == 4
    assert all(len(role) <= 63 for role in longer)
    assert "'" not in row_security.roles_of("o'hara").rows
    with db.engine.connect() as connection:
        name, role = connection.exec_driver_sql("SELECT current_database(), current_user").one()
    assert role == row_security.roles_of(name).rows


def test_a_role_that_may_sign_in_is_not_used(application, database, postgres_url, caplog):
    role = row_security.roles_of(database.rpartition("/")[2]).rows
    administrator = create_engine(postgres_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with administrator.connect() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN")

    upgrades.bring_up_to_date()

    assert not tenancy.row_security_active()
    assert f"{role} may sign in" in caplog.text


def test_taken_away_again_nothing_of_it_is_left(application):
    upgrades.bring_up_to_date()
    with as_owner() as connection:
        name = connection.exec_driver_sql("SELECT current_database()").scalar()

        row_security.remove(connection)
        connection.commit()

        left = connection.exec_driver_sql(
            "SELECT (SELECT count(*) FROM pg_policy), (SELECT count(*) FROM pg_class"
            " WHERE relrowsecurity), (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal),"
            " (SELECT count(*) FROM pg_roles WHERE rolname = ANY (%s))",
            (list(row_security.roles_of(name)),),
        ).one()
    assert tuple(left) == (0, 0, 0, 0)


def test_nothing_is_made_again_when_nothing_changed(application, caplog):
    caplog.set_level(logging.INFO, row_security.log.name)
    upgrades.bring_up_to_date()
    assert "row security of document is made anew" in caplog.text
    caplog.clear()

    upgrades.bring_up_to_date()

    assert "made anew" not in caplog.text
