"""How much a database does for one request: rows that PostgreSQL touches, steps that SQLite takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

BIG = {
    "document",
    "document_content",
    "document_share",
    "document_version",
    "delivery",
    "attempt",
    "finding",
    "history_entry",
}
_STEPS = 100  # SQLite tells of every hundredth


@dataclass
class Work:
    """What one request asked of the database."""

    rows: int = 0  # of big tables: those that were used, and those that were looked at for nothing
    steps: int = 0
    scans: list[str] = field(default_factory=list)  # a big table was read from one end to the other
    most: int = 0  # rows of the statement that touched most of them …
    because: str = ""  # … and how PostgreSQL went about it


@contextmanager
def watching() -> Iterator[Work]:
    """Explain every statement that is sent meanwhile, where and as it was sent."""
    work = Work()

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if not statement.lstrip("( ").startswith(("SELECT", "WITH")):
            return  # to explain a change with its figures would be to make it twice
        beside = cursor.connection.cursor()
        if connection.dialect.name == "sqlite":
            _ask_sqlite(beside, statement, parameters, work)
        else:
            _ask_postgres(beside, statement, parameters, work)

    event.listen(Engine, "after_cursor_execute", explain)
    try:
        yield work
    finally:
        event.remove(Engine, "after_cursor_execute", explain)


def _ask_postgres(cursor: Any, statement: str, parameters: Any, work: Work) -> None:
    cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
    found = cursor.fetchone()[0]
    plans = json.loads(found) if isinstance(found, str) else found
    before = work.rows
    for node in _nodes(plans[0]["Plan"]):
        if node.get("Relation Name") not in BIG:
            continue
        # A third of all shares here are those of one person.
        scanned = node["Node Type"] == "Seq Scan" and node["Actual Loops"]
        if scanned and node["Relation Name"] != "document_share":
            work.scans.append(f"{node['Relation Name']} for {statement}")
        work.rows += _touched(node)
    if work.rows - before > work.most:
        work.most = work.rows - before
        work.because = "\n".join([statement, str(parameters), *_told(plans[0]["Plan"])])


def _told(node: dict[str, Any], depth: int = 0) -> Iterator[str]:
    """A plan as lines: what was read along which index, how many rows were expected and found."""
    what = [
        node.get(each, "")
        for each in ("Node Type", "Index Name", "Relation Name", "Index Cond", "Filter")
    ]
    rows = f"{node['Plan Rows']} → {node.get('Actual Rows', 0)} × {node.get('Actual Loops', 0)}"
    yield f"{'  ' * depth}{' '.join(filter(None, what))}: {rows}"
    for child in node.get("Plans", ()):
        yield from _told(child, depth + 1)


def _touched(node: dict[str, Any]) -> int:
    names = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    return int(sum(node.get(name, 0) for name in names) * node["Actual Loops"])


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def _ask_sqlite(cursor: Any, statement: str, parameters: Any, work: Work) -> None:
    for *_ids, detail in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters):
        scanned = re.match(r"SCAN (\w+)", detail)
        if scanned and re.sub(r"_\d+$", "", scanned[1]) in BIG:
            work.scans.append(f"{detail} for {statement}")

    def count() -> None:
        work.steps += _STEPS

    cursor.connection.set_progress_handler(count, _STEPS)
    try:
        cursor.execute(statement, parameters).fetchall()
    finally:
        cursor.connection.set_progress_handler(None, 0)
