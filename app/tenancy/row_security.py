"""The second wall: PostgreSQL's row security, for a statement that gets past the one in the session.

Connections of the application take roles that own nothing, so that policies hold for them; migrations,
backups and operators connect as the owner and see everything.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import ProgrammingError

from app.extensions import db
from app.tenancy.policies import NAMES, OPEN, OWNERS, POLICIES, Policy, clauses

log = logging.getLogger(__name__)

# PostgreSQL cuts off what is longer than 63 bytes; and nothing in it needs quoting.
PLAIN_NAME = re.compile(r"[A-Za-z0-9_.-]{1,48}", re.ASCII)
NOT_ALLOWED = "42501"  # as PostgreSQL calls it
STAYS = "postiljon_stays"
ALL = (*NAMES, OPEN)
READY = "alembic_version"  # whoever may read this has been given everything else
ADVICE = (
    "Row security is off: the second wall between customers is missing, the first one stands. "
    "Let an administrator of PostgreSQL give these commands in this database, then start Postiljon "
    "again: %s"
)

_POLICIES = """
SELECT c.relname,
       bool_and(c.relrowsecurity) AND count(*) = %(names)s,
       min(coalesce(obj_description(p.oid, 'pg_policy'), ''))
  FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
 WHERE c.relnamespace = current_schema()::regnamespace AND p.polname = ANY (%(policies)s)
 GROUP BY c.relname"""
_SEQUENCES = """
SELECT t.relname, s.relname
  FROM pg_depend d
  JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
  JOIN pg_class t ON t.oid = d.refobjid
 WHERE d.classid = 'pg_class'::regclass AND t.relnamespace = current_schema()::regnamespace"""
_COLUMNS = """
SELECT c.relname, array_agg(a.attname::text)
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
 WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0
 GROUP BY c.relname"""
_ROLE = """
SELECT rolcanlogin OR rolsuper OR rolbypassrls,
       pg_has_role(session_user, oid, 'MEMBER')
  FROM pg_roles WHERE rolname = %(role)s"""


class Roles(NamedTuple):
    """The application's two roles: one whose rows are judged, and one for the gate, through which all go."""

    rows: str
    gate: str


def roles_of(database: str) -> Roles:
    """Roles are shared by all databases of a server, so these carry the name of their own."""
    name = database
    if not PLAIN_NAME.fullmatch(database):
        name = hashlib.sha256(database.encode()).hexdigest()[:32]
    return Roles(f"postiljon_rows_{name}", f"postiljon_gate_{name}")


def bring_up_to_date(connection: Connection) -> bool:
    """Make the roles and the policies as they are written now; the owner does this after migrating.

    False where the owner may not make the roles: the platform works, with one wall, and says so.
    """
    roles = roles_of(_database(connection))
    if not all(_has_role(connection, role) for role in roles):
        log.warning(advice(connection))
        return False
    _give(connection, roles)
    return True


def remove(connection: Connection) -> None:
    """Take the policies and the roles away."""
    for table in _states(connection):
        for statement in _without(table):
            connection.exec_driver_sql(statement)
    for role in roles_of(_database(connection)):
        if connection.exec_driver_sql(_ROLE, {"role": role}).first() is not None:
            connection.exec_driver_sql(f"DROP OWNED BY {_quoted(role)}")
            connection.exec_driver_sql(f"DROP ROLE {_quoted(role)}")


def advice(connection: Connection) -> str:
    """What an operator does where the owner of the tables may not make roles."""
    owner = _quoted(str(connection.exec_driver_sql("SELECT session_user").scalar_one()))
    roles = [_quoted(role) for role in roles_of(_database(connection))]
    made = [f"CREATE ROLE {role} NOLOGIN; GRANT {role} TO {owner};" for role in roles]
    return ADVICE % " ".join(made)


def row_security_active() -> bool:
    """Whether the second wall stands for the connections of this process; never on SQLite."""
    if db.engine.dialect.name != "postgresql":
        return False
    with db.engine.connect() as connection:
        return bool(
            connection.exec_driver_sql("SELECT row_security_active('document')").scalar_one()
        )


def _has_role(connection: Connection, role: str) -> bool:
    """Whether the role is there for us, if need be made now."""
    try:
        with connection.begin_nested():
            found = connection.exec_driver_sql(_ROLE, {"role": role}).first()
            if found is None:
                connection.exec_driver_sql(f"CREATE ROLE {_quoted(role)} NOLOGIN")
            elif found[0]:
                log.warning("%s may sign in or sees everything; not used", role)
                return False
            if found is None or not found[1]:
                connection.exec_driver_sql(f"GRANT {_quoted(role)} TO SESSION_USER")
    except ProgrammingError as error:
        if getattr(error.orig, "pgcode", None) == NOT_ALLOWED:
            return False
        raise
    return True


def _give(connection: Connection, roles: Roles) -> None:
    states, sequences, columns = _states(connection), _sequences(connection), _columns(connection)
    for table, policy in POLICIES.items():
        statements = [
            *_policies(table, policy, roles),
            *_staying(table, sorted(OWNERS.intersection(columns[table]))),
            *_grants(table, sequences, roles),
        ]
        digest = hashlib.sha256("\n".join(statements).encode()).hexdigest()
        if states.get(table) != digest:
            log.info("row security of %s is made anew", table)
            _do(connection, [*statements, *_signed(table, digest)])
    schema = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
    both = ", ".join(_quoted(role) for role in roles)
    _do(
        connection,
        [
            f"GRANT USAGE ON SCHEMA {_quoted(schema)} TO {both}",
            f"GRANT EXECUTE ON FUNCTION organizations_of(bigint) TO {both}",
            f"GRANT SELECT ON {READY} TO {both}",
        ],
    )


def _do(connection: Connection, statements: Iterable[str]) -> None:
    """All or nothing, and soon: each table is locked for a moment only."""
    for statement in statements:
        connection.exec_driver_sql(statement)
    connection.commit()


def _states(connection: Connection) -> dict[str, str]:
    """The tables whose policies are all there, and what they were made from."""
    rows = connection.exec_driver_sql(_POLICIES, {"names": len(ALL), "policies": list(ALL)})
    return {table: digest if whole else "" for table, whole, digest in rows}


def _sequences(connection: Connection) -> dict[str, str]:
    """The counter of each table that has one."""
    rows = connection.exec_driver_sql(_SEQUENCES)
    return {row[0]: row[1] for row in rows}


def _columns(connection: Connection) -> dict[str, list[str]]:
    return {row[0]: row[1] for row in connection.exec_driver_sql(_COLUMNS)}


def _policies(table: str, policy: Policy, roles: Roles) -> Iterator[str]:
    """Everything that makes PostgreSQL judge each row of a table, in the right order."""
    yield from _without(table)
    yield f"ALTER TABLE {_quoted(table)} ENABLE ROW LEVEL SECURITY"
    for name, clause in zip(NAMES, clauses(policy), strict=True):
        verb, _, conditions = clause.partition(" ")
        head = f"CREATE POLICY {name} ON {_quoted(table)} FOR {verb}"
        yield f"{head} TO {_quoted(roles.rows)} {conditions}"
    # A role of its own, so that work behind the gate pays nothing for conditions that it doesn't need.
    head = f"CREATE POLICY {OPEN} ON {_quoted(table)} FOR ALL"
    yield f"{head} TO {_quoted(roles.gate)} USING (true) WITH CHECK (true)"


def _staying(table: str, owners: Sequence[str]) -> Iterator[str]:
    """The trigger that keeps a row with its owner; it is asked only when such a column is written."""
    if not owners:
        return
    old, new = (", ".join(f"{side}.{name}" for name in owners) for side in ("OLD", "NEW"))
    yield (
        f"CREATE TRIGGER {STAYS} BEFORE UPDATE OF {', '.join(owners)} ON {_quoted(table)} FOR EACH ROW"
        f" WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION stays_with_its_owner()"
    )


def _grants(table: str, sequences: dict[str, str], roles: Roles) -> Iterator[str]:
    both = ", ".join(_quoted(role) for role in roles)
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {_quoted(table)} TO {both}"
    if table in sequences:
        yield f"GRANT USAGE ON SEQUENCE {_quoted(sequences[table])} TO {both}"


def _signed(table: str, digest: str) -> Iterator[str]:
    """What they were made from, so that an unchanged table isn't locked at every start."""
    return (f"COMMENT ON POLICY {name} ON {_quoted(table)} IS '{digest}'" for name in ALL)


def _without(table: str) -> Iterator[str]:
    for name in ALL:
        yield f"DROP POLICY IF EXISTS {name} ON {_quoted(table)}"
    yield f"DROP TRIGGER IF EXISTS {STAYS} ON {_quoted(table)}"
    yield f"ALTER TABLE {_quoted(table)} DISABLE ROW LEVEL SECURITY"


def _database(connection: Connection) -> str:
    return str(connection.exec_driver_sql("SELECT current_database()").scalar_one())


def _quoted(name: Any) -> str:
    return '"{}"'.format(str(name).replace('"', '""'))
