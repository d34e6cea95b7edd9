"""Names what in a migration would lock a table that is in use, or take away what old processes need.

``python scripts/migration_rules.py`` looks at migrations/versions; docs/upgrades.md says why and what instead.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

VERSIONS = Path(__file__).resolve().parents[1] / "migrations" / "versions"
FIRST = "0001"  # makes everything in an empty database

USE_STEPS = "use app.steps.add_index, which builds it while others write"
NOT_VALID = (
    "add it with postgresql_not_valid=True and validate it afterwards, as app.steps.add_check does"
)
CONTRACT = "old processes still use it; say in CONTRACT since which release nothing does"
ALONE = "it commits as it goes; give it a migration of its own, so that it can be repeated"
REWRITES = (
    "the whole table is written anew; add a column, fill it with app.steps.fill, and change over"
)

TAKES_AWAY = ("drop_column", "drop_table", "rename_table", "drop_constraint")
BUILDS = ("create_unique_constraint", "create_primary_key", "create_exclude_constraint")
QUICK_DEFAULTS = re.compile(r"now\(\)|current_timestamp", re.I)

# What a statement in plain SQL would do, and what to do instead.
STATEMENTS: tuple[tuple[str, str], ...] = (
    (r"create\s+(unique\s+)?index\s+(?!concurrently)", USE_STEPS),
    (r"reindex\s+(?!.*concurrently)", "write REINDEX … CONCURRENTLY"),
    (r"add\s+(constraint\s+\S+\s+)?(check|foreign\s+key)(?!.*not\s+valid)", NOT_VALID),
    (r"add\s+(constraint\s+\S+\s+)?(unique|primary\s+key)(?!.*using\s+index)", USE_STEPS),
    (r"alter\s+(column\s+)?\S+\s+(set\s+data\s+)?type\b", REWRITES),
    (r"\bset\s+not\s+null", "all rows are read under a lock; use app.steps.add_check"),
    (r"^\s*(update|delete\s+from)\b", "every row stays locked until the end; use app.steps.fill"),
    (r"^\s*lock\b", "nobody can write meanwhile; find a way without it"),
    (r"^\s*(vacuum\s+full|cluster)\b", REWRITES),
    (r"\b(drop|rename)\s+(column|table|to)\b", CONTRACT),
    (r"^\s*truncate\b", CONTRACT),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One operation that would stop somebody, where it stands and what to do instead."""

    line: int
    operation: str
    advice: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.operation}: {self.advice}"


def problems(source: str) -> list[Problem]:
    """What is wrong with one migration's way up."""
    tree = ast.parse(source)
    contracts = any(_name(node) == "CONTRACT" for node in tree.body)
    up = next(
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
    )
    calls = list(_operations(up))
    made = {_first_text(call) for call, _table in calls if call_name(call) == "create_table"}
    found = [
        Problem(call.lineno, f"{call_name(call)} {table}".strip(), advice)
        for call, table in calls
        if table not in made
        for advice in _advice(call)
        if not (contracts and advice == CONTRACT)
    ]
    return [*found, *_not_alone(up, len(calls))]


def call_name(call: ast.Call) -> str:
    """The name of the operation: what follows the last dot."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _operations(up: ast.FunctionDef) -> Iterator[tuple[ast.Call, str]]:
    """The calls on ``op`` and on batches, each with the table that it is about."""
    batches = {
        ast.unparse(node.optional_vars): _first_text(node.context_expr)
        for node in ast.walk(up)
        if isinstance(node, ast.withitem)
        and isinstance(node.context_expr, ast.Call)
        and call_name(node.context_expr) == "batch_alter_table"
        and node.optional_vars
    }
    for node in ast.walk(up):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value)
            if owner == "op" or owner in batches:
                yield node, batches.get(owner) or _table_of(node)


def _advice(call: ast.Call) -> Iterator[str]:
    name = call_name(call)
    if name in TAKES_AWAY:
        yield CONTRACT
    if name in BUILDS or (name == "create_index" and not _says(call, "postgresql_concurrently")):
        yield USE_STEPS
    checks_rows = name in ("create_foreign_key", "create_check_constraint")
    if checks_rows and not _says(call, "postgresql_not_valid"):
        yield NOT_VALID
    yield from _MORE.get(name, _nothing)(call)


def _not_alone(up: ast.FunctionDef, others: int) -> list[Problem]:
    steps = [
        node
        for node in ast.walk(up)
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("steps.")
    ]
    if len(steps) + others < 2:
        return []
    return [Problem(step.lineno, ast.unparse(step.func), ALONE) for step in steps]


def _nothing(_call: ast.Call) -> Iterator[str]:
    return iter(())


def _altered(call: ast.Call) -> Iterator[str]:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if "type_" in given:
        yield REWRITES
    if "new_column_name" in given:
        yield CONTRACT
    if "nullable" in given and ast.unparse(given["nullable"]) == "False":
        yield "all rows are read under a lock; use app.steps.add_check with “… IS NOT NULL”"


def _added(call: ast.Call) -> Iterator[str]:
    column = next((arg for arg in call.args if isinstance(arg, ast.Call)), None)
    if column is None:
        return
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in column.keywords}
    default = given.get("server_default")
    if given.get("nullable") == "False" and default is None:
        yield "old processes leave it empty; give it a server_default, or let it be empty"
    if default is not None and "(" in QUICK_DEFAULTS.sub("", default.replace("sa.text(", "")):
        yield REWRITES
    if "True" in (given.get("unique"), given.get("index")):
        yield USE_STEPS
    if any("ForeignKey(" in ast.unparse(argument) for argument in column.args):
        yield NOT_VALID


def _executed(call: ast.Call) -> Iterator[str]:
    statement = " ".join(
        str(node.value)
        for node in ast.walk(call)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    for pattern, advice in STATEMENTS:
        if re.search(pattern, statement, re.I | re.S):
            yield advice


def _batched(call: ast.Call) -> Iterator[str]:
    if any(k.arg == "recreate" and ast.unparse(k.value) == "'always'" for k in call.keywords):
        yield REWRITES


_MORE: dict[str, Callable[[ast.Call], Iterator[str]]] = {
    "alter_column": _altered,
    "add_column": _added,
    "execute": _executed,
    "batch_alter_table": _batched,
}


def _says(call: ast.Call, keyword: str) -> bool:
    return any(k.arg == keyword and ast.unparse(k.value) == "True" for k in call.keywords)


def _table_of(call: ast.Call) -> str:
    """The table that an operation names: second after the name of what is made, else first."""
    texts = [
        argument.value
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    named_second = call_name(call).startswith(("create_", "drop_index", "drop_constraint"))
    if call_name(call) == "execute" or not texts:
        return ""
    return str(texts[1] if named_second and len(texts) > 1 else texts[0])


def _first_text(call: ast.Call) -> str:
    first = call.args[0] if call.args else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def _name(node: ast.stmt) -> str:
    return ast.unparse(node.targets[0]) if isinstance(node, ast.Assign) else ""


def main() -> int:
    """Look at every migration after the first; the answer is the exit code."""
    found = [
        f"{path.name}, {problem}"
        for path in sorted(VERSIONS.glob("*.py"))
        if not path.name.startswith(FIRST)
        for problem in problems(path.read_text())
    ]
    print("\n".join(found) or "No migration stops anybody.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
