"""Where the wall stands: in the database session, before every statement and every flush."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Table, event, false, inspect, true
from sqlalchemy.orm import (
    ORMExecuteState,
    Session,
    UOWTransaction,
    scoped_session,
    with_loader_criteria,
)
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.sql import ColumnElement

from app.tenancy.registry import Owner, Rule, model_of, registry
from app.tenancy.scope import NoScope, Scope, current_or_none
from app.tenancy.statements import tables_in, unseen_tables

OWNER_COLUMNS = ("organization_id", "environment_id", "document_id")


class WallBreach(RuntimeError):
    """Something would have crossed the wall: a bug of ours, or an attack."""


def guard(session: scoped_session[Any]) -> None:
    """Put the wall around every session of this factory, once however often it is asked for.

    A second application in one process shares the sessions of the first: each condition twice would let
    the database believe that far fewer rows fit than do, and choose its plans by that.
    """
    if event.contains(session, "do_orm_execute", _before_statement):
        return
    event.listen(session, "do_orm_execute", _before_statement)
    event.listen(session, "before_flush", _before_flush)


def _before_statement(state: ORMExecuteState) -> None:
    if state.is_column_load:
        return  # more columns of a row that this scope has already been given
    scope = current_or_none()
    if scope is not None and scope.everything:
        return
    if scope is None or not state.is_orm_statement or state.is_insert:
        _refuse_owned_tables(state, scope)
        return
    _refuse_owned(unseen_tables(state.statement), scope)
    models = _models_within_reach(tables_in(state.statement))
    if state.is_update or state.is_delete:
        _narrow_change(state, scope)
    state.statement = state.statement.options(*_conditions(scope, models))


def _narrow_change(state: ORMExecuteState, scope: Scope) -> None:
    """What one may see, such as a shared document, isn't all that one may change."""
    model = state.bind_mapper.class_ if state.bind_mapper else object
    rule = registry.get(model)
    if rule is None or rule.changeable is None:
        raise WallBreach(f"Rows of {model.__name__} are changed one by one.")
    changed: Any = state.statement
    state.statement = changed.where(rule.changeable(scope))


def _refuse_owned_tables(state: ORMExecuteState, scope: Scope | None) -> None:
    """Without a scope nothing owned may be read; past the ORM the conditions would not be seen."""
    _refuse_owned(tables_in(state.statement), scope)


def _refuse_owned(tables: set[Table], scope: Scope | None) -> None:
    for table in tables:
        rule = registry.get(model_of(table) or object)
        if rule is None or rule.owner is Owner.FRAMEWORK:
            continue
        if scope is None:
            raise NoScope(f"No scope is open, and {table} has an owner.")
        raise WallBreach(f"{table} has an owner; name its model in SELECT, FROM or JOIN.")


def _models_within_reach(tables: set[Table]) -> set[type]:
    """The models of these tables, and all that a loader could join to them by relationships."""
    reach: set[type] = set()
    for table in tables:
        model = model_of(table)
        if model is not None:
            reach |= _related(model)
    return {model for model in reach if registry[model].owner is not Owner.FRAMEWORK}


@cache
def _related(model: type) -> frozenset[type]:
    found: set[type] = set()
    waiting = [model]
    while waiting:
        one = waiting.pop()
        if one in registry and one not in found:
            found.add(one)
            links: Any = inspect(one).relationships
            waiting += [link.mapper.class_ for link in links]
    return frozenset(found)


def _conditions(scope: Scope, models: set[type]) -> list[Any]:
    """The wall's condition for these models, each made once for a scope."""
    for model in models - scope.options.keys():
        scope.options[model] = with_loader_criteria(
            model,
            _condition(registry[model], scope),
            include_aliases=True,
            # Rows that are joined to another one by an eager load are rows too.
            propagate_to_loaders=True,
        )
    return [scope.options[model] for model in sorted(models, key=lambda model: model.__name__)]


def _condition(rule: Rule, scope: Scope) -> ColumnElement[bool]:
    if scope.staff is not None:
        return false() if rule.content else true()
    if rule.owner is Owner.PLATFORM:
        return false()
    return rule.visible(scope)


def _before_flush(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    scope = current_or_none()
    if scope is not None and scope.everything:
        return
    for row in [*session.new, *session.dirty, *session.deleted]:
        rule = registry.get(type(row))
        if rule is None or rule.owner is Owner.FRAMEWORK:
            continue
        if row in session.dirty and not session.is_modified(row):
            continue
        _check_write(row, rule, scope)


def _check_write(row: Any, rule: Rule, scope: Scope | None) -> None:
    name = type(row).__name__
    if scope is None:
        raise NoScope(f"No scope is open, and {name} has an owner.")
    if rule.owner is Owner.PLATFORM or not rule.writable(scope, row):
        raise WallBreach(f"This {name} isn't yours to write.")
    for column in OWNER_COLUMNS:
        if hasattr(row, column) and get_history(row, column).deleted not in ((), [], [None]):
            raise WallBreach(f"A {name} doesn't move to another owner.")
