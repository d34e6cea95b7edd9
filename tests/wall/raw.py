"""Tries every way to a row of ours past the session: plain SQL on a connection of the application."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, inspect, select, update
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.models import Membership
from tests.wall.checker import plain_column
from tests.wall.expectations import expected
from tests.wall.scene import Eye, Scene

# The session looks at the organization that a new membership is linked to, and finds none on a row that
# names it by number only, as here. The database looks it up.
LINKED_ONLY = (Membership, Eye.ADMINISTRATOR)


class Row:
    """Our row of one table, by its bare table, and another one like it that may be added."""

    def __init__(self, scene: Scene, model: Any) -> None:
        self.table = model.__table__
        self.primary = inspect(model).primary_key[0]
        self.key = inspect(scene.rows[model]).identity[0]
        self.plain = inspect(model).attrs[plain_column(model)].columns[0]
        self.other = scene.new(model)
        self.values = _values(self.other)

    @property
    def here(self) -> Any:
        """The condition that finds it."""
        return self.primary == self.key


def _values(row: Any) -> dict[Any, Any]:
    found = {}
    for attribute in inspect(type(row)).column_attrs:
        column, value = attribute.columns[0], getattr(row, attribute.key)
        if value is None and column.default is not None and column.default.is_scalar:
            value = column.default.arg
        if value is None and column.default is not None and column.default.is_callable:
            value = column.default.arg(None)
        if value is not None:
            found[column] = value
    return found


def problems(row: Row, model: Any, eye: Eye) -> list[str]:
    """Where the second wall differs from what is expected of the first; a scope is open."""
    wanted = expected(model)
    checks = {
        "seen": (select(row.primary).where(row.here), eye in wanted.sees),
        "changed": (
            update(row.table).where(row.here).values({row.plain: row.plain}),
            eye in wanted.changes,
        ),
        "removed": (delete(row.table).where(row.here), eye in wanted.changes),
        "added": (
            row.table.insert().inline().values(row.values),
            eye in wanted.adds or (model, eye) == LINKED_ONLY,
        ),
    }
    return [
        f"{'is not' if may else 'is'} {how} by {eye.name}"
        for how, (statement, may) in checks.items()
        if went_through(statement) != may
    ]


def went_through(statement: Any) -> bool:
    """Whether the database let a statement reach a row; nothing of it stays."""
    connection = db.session.connection()
    attempt = connection.begin_nested()
    try:
        done = connection.execute(statement)
        return bool(done.fetchall() if done.returns_rows else done.rowcount)
    except SQLAlchemyError as error:
        # A row that others refer to doesn't go, but it was reached; a policy says its own name.
        return "row-level security" not in str(error.orig) and "denied" not in str(error.orig)
    finally:
        attempt.rollback()
