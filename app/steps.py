"""Steps of a migration that stop nobody: old processes read and write on while a table of any size changes.

Each commits as it goes and may be repeated, so it is the only thing in its migration; see docs/upgrades.md.
On SQLite there is one machine and one start, so the plain way is taken.
"""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op
from sqlalchemy import text

AT_ONCE = 10_000  # rows that are filled in one transaction


def add_index(
    name: str, table: str, columns: Sequence[str], *, unique: bool = False, where: str = ""
) -> None:
    """Build an index while others write; what an attempt before left unfinished is removed first."""
    chosen = text(where) if where else None
    if not _concurrently():
        op.create_index(name, table, columns, unique=unique, sqlite_where=chosen)
        return
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # nobody waits for this one, so it may wait itself
        op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)
        op.create_index(
            name,
            table,
            columns,
            unique=unique,
            postgresql_where=chosen,
            postgresql_concurrently=True,
        )
        op.execute("SET lock_timeout = DEFAULT")


def add_check(name: str, table: str, condition: str) -> None:
    """Add a rule for new rows at once, then look through the old ones while others write."""
    if not _concurrently():
        with op.batch_alter_table(table) as batch:
            batch.create_check_constraint(name, condition)
        return
    with op.get_context().autocommit_block():
        op.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}"')
        op.create_check_constraint(name, table, condition, postgresql_not_valid=True)
        op.execute(f'ALTER TABLE "{table}" VALIDATE CONSTRAINT "{name}"')


def fill(table: str, assignment: str, condition: str) -> None:
    """Give old rows a value, some at a time, so that no row is locked for long."""
    update = f'UPDATE "{table}" SET {assignment} WHERE ({condition})'  # noqa: S608  # a migration's own
    if not _concurrently():
        op.execute(update)
        return
    with op.get_context().autocommit_block():
        last = op.get_bind().scalar(text(f'SELECT max(id) FROM "{table}"')) or 0  # noqa: S608  # likewise
        for start in range(0, last, AT_ONCE):
            part = f"id > {start} AND id <= {start + AT_ONCE}"
            op.execute(f"{update} AND {part}")


def _concurrently() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
