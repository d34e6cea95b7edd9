"""The checker of migrations: each rule has a sample that breaks it and one that keeps it."""

from __future__ import annotations

import textwrap

import pytest

from scripts.migration_rules import FIRST, VERSIONS, problems

MIGRATIONS = sorted(path for path in VERSIONS.glob("*.py") if not path.name.startswith(FIRST))


def migration(body: str, head: str = "") -> str:
    return f"{head}\ndef upgrade():\n{textwrap.indent(textwrap.dedent(body), '    ')}\n"


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.stem)
def test_a_migration_of_ours_stops_nobody(path):
    assert [str(problem) for problem in problems(path.read_text())] == []


@pytest.mark.parametrize(
    ("body", "operation", "advice"),
    [
        ('op.create_index("a", "document", ["number"])', "create_index document", "add_index"),
        (
            'with op.batch_alter_table("delivery") as batch:\n    batch.create_index("a", ["x"])',
            "create_index delivery",
            "add_index",
        ),
        (
            'op.create_unique_constraint("a", "blob", ["x"])',
            "create_unique_constraint blob",
            "index",
        ),
        (
            'op.create_foreign_key("a", "blob", "document", ["d"], ["id"])',
            "create_foreign_key blob",
            "not_valid",
        ),
        (
            'op.create_check_constraint("a", "blob", "size > 0")',
            "create_check_constraint blob",
            "not_valid",
        ),
        ('op.alter_column("document", "number", type_=sa.Text())', "alter_column document", "anew"),
        (
            'op.alter_column("document", "number", nullable=False)',
            "alter_column document",
            "add_check",
        ),
        (
            'op.alter_column("document", "number", new_column_name="n")',
            "alter_column document",
            "CONTRACT",
        ),
        (
            'op.add_column("document", sa.Column("n", sa.Integer(), nullable=False))',
            "add_column document",
            "server_default",
        ),
        (
            'op.add_column("document", sa.Column("n", sa.String(), server_default=sa.text("gen_random_uuid()")))',
            "add_column document",
            "anew",
        ),
        (
            'op.add_column("document", sa.Column("n", sa.Integer(), sa.ForeignKey("blob.id")))',
            "add_column document",
            "not_valid",
        ),
        (
            'op.add_column("document", sa.Column("n", sa.Integer(), index=True))',
            "add_column document",
            "add_index",
        ),
        ('op.drop_column("document", "number")', "drop_column document", "CONTRACT"),
        ('op.drop_table("finding")', "drop_table finding", "CONTRACT"),
        ('op.rename_table("finding", "found")', "rename_table finding", "CONTRACT"),
        (
            'with op.batch_alter_table("a", recreate="always") as batch:\n    pass',
            "batch_alter_table a",
            "anew",
        ),
        ('op.execute("CREATE INDEX a ON document (number)")', "execute", "add_index"),
        ('op.execute("ALTER TABLE a ADD CONSTRAINT b CHECK (x > 0)")', "execute", "not_valid"),
        ('op.execute("ALTER TABLE a ADD UNIQUE (x)")', "execute", "add_index"),
        ('op.execute("ALTER TABLE a ALTER COLUMN x TYPE bigint")', "execute", "anew"),
        ('op.execute("ALTER TABLE a ALTER x SET NOT NULL")', "execute", "add_check"),
        ('op.execute("UPDATE document SET number = 1")', "execute", "fill"),
        ('op.execute("DELETE FROM finding")', "execute", "fill"),
        ('op.execute("LOCK TABLE document")', "execute", "write"),
        ('op.execute("ALTER TABLE a DROP COLUMN x")', "execute", "CONTRACT"),
        ('op.execute("VACUUM FULL document")', "execute", "anew"),
        ('op.execute("REINDEX TABLE document")', "execute", "CONCURRENTLY"),
    ],
)
def test_what_would_stop_somebody_is_named_with_its_table_and_a_way_out(body, operation, advice):
    [problem] = problems(migration(body))

    assert problem.operation == operation
    assert advice in problem.advice


@pytest.mark.parametrize(
    "body",
    [
        'steps.add_index("a", "document", ["number"])',
        'steps.add_check("a", "blob", "size > 0")',
        'steps.fill("document", "kind = 1", "kind IS NULL")',
        'op.create_index("a", "document", ["number"], postgresql_concurrently=True)',
        'op.create_check_constraint("a", "blob", "size > 0", postgresql_not_valid=True)',
        'op.add_column("document", sa.Column("n", sa.Integer(), nullable=True))',
        'op.add_column("document", sa.Column("n", sa.Integer(), nullable=False, server_default="0"))',
        'op.add_column("document", sa.Column("n", sa.DateTime(), server_default=sa.text("now()")))',
        'op.create_table("news", sa.Column("id"))\nop.create_index("a", "news", ["id"])',
        'op.alter_column("document", "number", nullable=True)',
        'op.execute("ALTER TABLE a ADD CONSTRAINT b CHECK (x > 0) NOT VALID")',
        'op.execute("CREATE UNIQUE INDEX CONCURRENTLY a ON document (number)")',
        'op.execute("CREATE FUNCTION f() RETURNS int")',
    ],
)
def test_what_stops_nobody_is_not_named(body):
    assert problems(migration(body)) == []


def test_a_step_that_commits_as_it_goes_stands_alone():
    step = 'steps.add_index("a", "document", ["n"])'
    column = 'op.add_column("document", sa.Column("n", sa.Integer()))'

    [problem] = problems(migration(f"{column}\n{step}"))

    assert problem.operation == "steps.add_index"
    assert "of its own" in problem.advice
    assert problems(migration(step)) == problems(migration(column)) == []


def test_taking_away_is_fine_once_nothing_uses_it():
    head = 'CONTRACT = "nothing since 0.3 reads it"'

    assert problems(migration('op.drop_column("document", "number")', head)) == []
    assert problems(migration('op.create_index("a", "document", ["number"])', head)) != []


def test_the_way_back_may_take_away_what_the_way_up_made():
    source = migration("pass") + '\ndef downgrade():\n    op.drop_table("news")\n'

    assert problems(source) == []
