"""The first rows of several organizations, each read along its own index and then united.

One condition for all of them (``organization_id IN (…)``) would let the database walk through the million
rows of a busy organization in search of a quiet one's; here no branch reads more than it may return.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from sqlalchemy import BigInteger, Select, String, cast, func, literal, select, true, union_all
from sqlalchemy.dialects.postgresql import ARRAY

from app.extensions import db

_TOGETHER = 400  # branches in one statement; SQLite takes 500
Key = tuple[int, str]
Branch = Callable[[Any, Any], Select[Any]]


@dataclass(frozen=True, slots=True)
class Branches:
    """What is read for each organization and each kind; kinds are the states of a delivery, or one.

    ``branch`` makes the select of one organization and one kind, in order and limited: a column ``id``, after
    another by which the rows are ordered first where there is one.
    ``also`` are selects beside them, such as what others share with the reader.
    """

    branch: Branch
    organizations: Sequence[int]
    kinds: Sequence[str] = ("",)
    also: Sequence[Select[Any]] = field(default=())


def first(wanted: Branches, limit: int, *, oldest_first: bool = False) -> list[int]:
    """The first ids of all branches together, each once; a few statements at most."""
    found: set[tuple[Any, ...]] = set()
    for rows in _united(wanted):
        order = [each.asc() if oldest_first else each.desc() for each in rows.c]
        query = select(*rows.c).distinct().order_by(*order).limit(limit)
        found.update(tuple(row) for row in db.session.execute(query))
    return [row[-1] for row in sorted(found, reverse=not oldest_first)[:limit]]


def count(wanted: Branches, at_most: int) -> int:
    """How many there are, counted no further than that."""
    total = 0
    for rows in _united(wanted):
        some = select(rows.c.id).limit(at_most).subquery()
        total += db.session.scalar(select(func.count()).select_from(some)) or 0
    return min(total, at_most)


def _united(wanted: Branches) -> Iterator[Any]:
    keys = list(product(wanted.organizations, wanted.kinds))
    if db.engine.dialect.name == "postgresql":
        parts = [_lateral(wanted.branch, keys)] if keys else []
        yield from _union([*parts, *wanted.also])
        return
    selects = [wanted.branch(organization, kind) for organization, kind in keys]
    for at in range(0, len(selects) or 1, _TOGETHER):
        yield from _union([*selects[at : at + _TOGETHER], *([] if at else wanted.also)])


def _lateral(branch: Branch, keys: Sequence[Key]) -> Select[Any]:
    """One select for all branches: as long for a thousand organizations as for one."""
    each = (
        func.unnest(
            cast([organization for organization, _kind in keys], ARRAY(BigInteger)),
            cast([kind for _organization, kind in keys], ARRAY(String)),
        )
        .table_valued("organization", "kind", name="each_of")
        .render_derived()
    )
    rows = branch(each.c.organization, each.c.kind).lateral("branch")
    return select(*rows.c).select_from(each).join(rows, true())


def _union(parts: Iterable[Select[Any]]) -> Iterator[Any]:
    # Each part becomes a subquery, because it has an order and a limit of its own.
    selects = [select(*part.subquery().c) for part in parts]
    if selects:
        yield union_all(*selects).subquery()


def written(value: str) -> Any:
    """A value written into the statement: a database sees by it that a partial index holds the rows."""
    return literal(str(value), literal_execute=True)
