"""Reads a statement for the wall: which tables it uses, and which of them would get no condition.

The database library adds a condition to what stands in SELECT, FROM and JOIN. A table that is only
compared with in WHERE comes along by itself, without one: a hole, so it is found and refused here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Delete, Select, Table, Update
from sqlalchemy.sql import FromClause, Subquery
from sqlalchemy.sql.elements import ClauseElement

Source = FromClause


def tables_in(statement: Any) -> set[Table]:
    """Every table that a statement names, or whose columns it uses, however deep."""
    return {table for part in _parts(statement, deep=True) for table in _table_of(part)}


def unseen_tables(statement: Any) -> set[Table]:
    """Tables that come along only by being compared with: they would get no condition."""
    return {table for source in _unseen(statement, frozenset()) for table in _table_of(source)}


def _unseen(statement: Any, outer: frozenset[Source]) -> Iterator[Source]:
    named, compared = _named(statement), _compared(statement)
    known = outer | {source for part in named for source in _sources(part)}
    for part in compared:
        yield from (source for source in _sources(part) if source not in known)
    for part in [*named, *compared]:
        for inner in _inner(part):
            yield from _unseen(inner, known)


def _named(statement: Any) -> list[Any]:
    """What gets conditions: what is selected, selected from, joined, changed."""
    if isinstance(statement, Update | Delete):
        return [statement.table]
    if not isinstance(statement, Select):
        return [statement]
    joined = [part for join in statement._setup_joins for part in join[:1]]
    return [*statement._raw_columns, *statement._from_obj, *joined]


def _compared(statement: Any) -> list[Any]:
    if isinstance(statement, Update | Delete):
        return list(statement._where_criteria)
    if not isinstance(statement, Select):
        return []
    return [
        *statement._where_criteria,
        *statement._having_criteria,
        *statement._order_by_clauses,
        *statement._group_by_clauses,
        *[join[1] for join in statement._setup_joins if join[1] is not None],
    ]


def _sources(part: Any) -> Iterator[Source]:
    """The tables and aliases that one part uses, not looking into selects inside it."""
    for element in _parts(part, deep=False):
        source = element if isinstance(element, FromClause) else getattr(element, "table", None)
        if source is not None:
            yield source


def _inner(part: Any) -> Iterator[Any]:
    return (one for one in _parts(part, deep=False) if isinstance(one, Select) and one is not part)


def _parts(part: Any, *, deep: bool) -> Iterator[Any]:
    """The elements of a statement; without ``deep`` a select inside it is named, not entered."""
    waiting: list[Any] = [getattr(part, "__clause_element__", lambda: part)()]
    first = True
    while waiting:
        one = waiting.pop()
        yield one
        if deep or first or not isinstance(one, Select):
            waiting += _children(one)
        first = False


def _children(element: Any) -> Iterable[Any]:
    if isinstance(element, ClauseElement) and not isinstance(element, Table):
        return list(element.get_children())
    return ()


def _table_of(source: Any) -> Iterator[Table]:
    found = source if isinstance(source, FromClause) else getattr(source, "table", None)
    while found is not None and not isinstance(found, Table | Subquery):
        found = getattr(found, "element", None)
    if isinstance(found, Table):
        yield found
