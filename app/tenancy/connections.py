"""Tells PostgreSQL whose eyes and hands a statement is for; every transaction begins with nobody's.

The scope goes along with the statement that needs it, in the same message: it costs no round trip, and
only when it changed since the last statement of this transaction.
"""

from __future__ import annotations

from typing import Any

from flask import has_app_context
from sqlalchemy import Connection, Engine, event

from app.tenancy.row_security import READY, Roles, roles_of
from app.tenancy.scope import Scope, current_or_none

SETTINGS = ("reach", "person", "environment", "administrator", "organizations", "administered")
_TOLD, _ROLES = "told scope", "roles"
_SAVEPOINTS = (
    "SAVEPOINT ",
    "RELEASE ",
    "ROLLBACK ",
)  # need no scope, and the last can bear no other
_NOBODY = dict.fromkeys(SETTINGS, "")
_TAKE_ROLE = """
SELECT set_config('role', %(rows)s, false)
 WHERE to_regclass(%(ready)s) IS NOT NULL AND 2 = (
    SELECT count(*) FROM pg_roles
     WHERE rolname IN (%(rows)s, %(gate)s) AND NOT rolcanlogin AND NOT rolsuper AND NOT rolbypassrls
       AND pg_has_role(session_user, oid, 'MEMBER')
       AND has_table_privilege(oid, to_regclass(%(ready)s), 'SELECT'))"""


def narrow(engine: Engine) -> None:
    """Let every connection of this engine take the application's role, and hear who is at work."""
    if engine.dialect.name != "postgresql":
        return
    event.listen(engine, "connect", _take_role)
    for moment in ("begin", "rollback_savepoint"):
        event.listen(engine, moment, _forget)
    event.listen(engine, "do_execute", _tell)
    event.listen(engine, "do_execute_no_params", _tell_without_parameters)
    event.listen(engine, "do_executemany", _tell_first)


def settings_of(scope: Scope | None) -> dict[str, str]:
    """A scope as the policies read it."""
    if scope is None:
        return _NOBODY
    if scope.everything:
        return {"reach": "everything"}  # the others make no difference then
    return {
        "reach": "staff" if scope.staff else "own",
        "person": _text(scope.person_id),
        "environment": _text(scope.environment_id),
        "administrator": "on" if scope.environment_admin else "",
        "organizations": _list(scope.organization_ids),
        "administered": _list(scope.administered_ids),
    }


def _take_role(connection: Any, record: Any) -> None:
    # Outside a transaction, because taking a role is undone with the transaction it happens in. Before
    # the first migration there is nothing to take: the owner makes it.
    roles = roles_of(connection.info.dbname)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(_TAKE_ROLE, {**roles._asdict(), "ready": READY})
            record.info[_ROLES] = roles if cursor.fetchone() else None
    finally:
        connection.autocommit = False


def _forget(connection: Connection, *_names: Any) -> None:
    # A setting of a transaction ends with it, and what was set inside a savepoint is undone with that.
    if not connection.invalidated:  # the next one was never told anything
        connection.info.pop(_TOLD, None)


def _tell(cursor: Any, statement: str, parameters: Any, context: Any) -> bool | None:
    """Send the statement with its scope before it; nothing where the database knows it already."""
    news = "" if statement.startswith(_SAVEPOINTS) else _news(context)
    if not news:
        return None
    if cursor.name is not None:  # rows that are fetched bit by bit: nothing may stand before it
        _send(news, cursor)
        return None
    cursor.execute(f"{news};{statement}", parameters)
    return True


def _tell_without_parameters(cursor: Any, statement: str, context: Any) -> bool | None:
    return _tell(cursor, statement, None, context)


def _tell_first(cursor: Any, _statement: str, _parameters: Any, context: Any) -> None:
    news = _news(context)
    if news:
        _send(news, cursor)


def _send(news: str, cursor: Any) -> None:
    with cursor.connection.cursor() as other:
        other.execute(news)


def _news(context: Any) -> str:
    """What the database doesn't know yet of the scope that is open."""
    if context is None or not context.root_connection.in_transaction():
        return ""  # the library getting to know the server
    info = context.root_connection.info
    scope = current_or_none() if has_app_context() else None
    told_for, told = info.get(_TOLD, (None, _NOBODY))
    if scope is told_for:
        return ""
    wanted = settings_of(scope)
    changed = {name: value for name, value in wanted.items() if told[name] != value}
    info[_TOLD] = scope, {**told, **wanted}
    if not changed:
        return ""
    settings = {f"app.{name}": value for name, value in changed.items()}
    if "reach" in changed and info.get(_ROLES):
        roles: Roles = info[_ROLES]
        settings["role"] = roles.gate if changed["reach"] == "everything" else roles.rows
    # Words, whole numbers and plain names: nothing in them needs quoting.
    return "SELECT " + ", ".join(
        f"set_config('{name}', '{value}', true)" for name, value in settings.items()
    )


def _text(number: int | None) -> str:
    return "" if number is None else str(int(number))


def _list(numbers: frozenset[int]) -> str:
    return f"{{{','.join(str(int(number)) for number in sorted(numbers))}}}"
