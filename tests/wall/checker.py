"""Tries every way to a row of ours and says what went through that should not, or failed and should not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import delete, exists, func, inspect, literal, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import aliased, make_transient_to_detached

from app import tenancy
from app.extensions import db
from app.tenancy import registry
from tests.wall.expectations import expected
from tests.wall.scene import Eye, Scene

OWNER_COLUMNS = ("organization_id", "environment_id", "user_id")


def seen(model: Any, key: Any) -> list[str]:
    """The ways of asking that found the row."""
    primary = inspect(model).primary_key[0]
    column = getattr(model, inspect(model).get_property_by_column(primary).key)
    other: Any = aliased(model)
    ask: dict[str, Callable[[], Any]] = {
        "select": lambda: db.session.scalars(select(model).where(column == key)).all(),
        "a column": lambda: db.session.scalars(select(column).where(column == key)).all(),
        "count": lambda: db.session.scalar(select(func.count(column)).where(column == key)),
        "exists": lambda: db.session.scalar(
            select(literal(1)).where(exists(select(column).where(column == key)))
        ),
        "an alias": lambda: db.session.scalars(
            select(other).where(getattr(other, column.key) == key)
        ).all(),
        "a join": lambda: db.session.execute(
            select(func.count())
            .select_from(model)
            .join(other, getattr(other, column.key) == column)
            .where(column == key)
        ).scalar(),
        "the framework's query": lambda: db.session.query(model).filter(column == key).count(),
        "get": lambda: db.session.get(model, key),
    }
    found = []
    for name, question in ask.items():
        db.session.expunge_all()
        if question():
            found.append(name)
    return found


def changed(model: Any, key: Any) -> list[str]:
    """The statements that would have changed the row."""
    primary = inspect(model).primary_key[0]
    column = getattr(model, inspect(model).get_property_by_column(primary).key)
    no_sync = {"synchronize_session": False}
    plain = plain_column(model)
    ask = {
        "update": update(model).where(column == key).values({plain: getattr(model, plain)}),
        "delete": delete(model).where(column == key),
    }
    found = []
    for name, statement in ask.items():
        with _undone():
            try:
                # Either no row, or a refusal: some tables are only changed row by row.
                # A row that others refer to may refuse to go; then it was reached all the same.
                reached = db.session.execute(statement, execution_options=no_sync).rowcount
            except tenancy.WallBreach:
                reached = 0
            except SQLAlchemyError:
                reached = 1
            if reached:
                found.append(name)
    return found


def flushed(change: Callable[[], None]) -> bool:
    """Whether this change of rows gets through the wall; what the database says of it doesn't matter."""
    with _undone():
        try:
            change()
            db.session.flush()
        except tenancy.WallBreach:
            return False
        except SQLAlchemyError:
            return True
        return True


@contextmanager
def _undone() -> Iterator[None]:
    try:
        yield
    finally:
        db.session.rollback()
        db.session.expunge_all()


def plain_column(model: Any) -> str:
    """A column that says nothing about whose the row is."""
    mapper = inspect(model)
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        free = not column.primary_key and not column.foreign_keys and not column.unique
        if free and attribute.key not in (*OWNER_COLUMNS, "document_id", "delivery_id"):
            return str(attribute.key)
    return "user_id"  # of a table that only links


def _edit(model: Any, key: Any) -> Callable[[], None]:
    """Change a row whose contents someone got hold of, without reading it here."""

    def change() -> None:
        row = held(model, key)
        db.session.add(row)
        plain = plain_column(model)
        setattr(row, plain, _different(getattr(row, plain)))

    return change


_held: dict[tuple[type, Any], dict[str, Any]] = {}


def held(model: Any, key: Any) -> Any:
    """A copy of the row as someone who once could see it still holds it in memory."""
    row = model(**_held[model, key])
    make_transient_to_detached(row)
    return row


def hold(scene: Scene, model: Any) -> None:
    """Remember the columns of our row."""
    row = scene.rows[model]
    values = {
        attribute.key: getattr(row, attribute.key) for attribute in inspect(model).column_attrs
    }
    _held[model, inspect(row).identity[0]] = values


def _different(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return "zz"
    return None if value is not None else "zz"


def problems(scene: Scene, model: Any, eye: Eye) -> list[str]:
    """What is wrong with the wall around our row of this model, seen from there."""
    row = scene.rows[model]
    key = inspect(row).identity[0]
    hold(scene, model)
    wanted = expected(model)
    new = scene.new(model)
    values = {
        attribute.key: getattr(new, attribute.key)
        for attribute in inspect(model).column_attrs
        if getattr(new, attribute.key) is not None
    }
    with scene.looking(eye):
        return [
            *_reading(model, key, eye in wanted.sees),
            *_writing("changed", flushed(_edit(model, key)), eye in wanted.changes),
            *_writing(
                "changed with others",
                bool(changed(model, key)),
                eye in wanted.changes and registry[model].changeable is not None,
            ),
            *_writing(
                "added", flushed(lambda: db.session.add(model(**values))), eye in wanted.adds
            ),
        ]


def _reading(model: Any, key: Any, may: bool) -> list[str]:
    found = seen(model, key)
    if may:
        return [] if len(found) == 8 else [f"should be seen, was only by {found}"]
    return [f"seen by {way}" for way in found]


def _writing(how: str, went_through: bool, may: bool) -> list[str]:
    if went_through == may:
        return []
    return [f"should be {how}, was refused" if may else f"was {how}"]
