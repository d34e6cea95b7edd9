"""Tallies

How many documents there were, counted behind them: see app/models/tally.py.

Revision ID: 0003
Revises: 0002

"""

import sqlalchemy as sa
from alembic import op

from app.models.types import BIG

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "tally_slice",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tally",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("organization_id", BIG, nullable=False),
        sa.Column("slice_id", BIG, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        sa.ForeignKeyConstraint(["slice_id"], ["tally_slice.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("tally_of", "tally", ["organization_id", "month"])
    op.create_index("tally_in_slice", "tally", ["slice_id"])
    op.create_table(
        "platform_tally",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("slice_id", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["slice_id"], ["tally_slice.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("platform_tally_of", "platform_tally", ["day"])
    op.create_index("platform_tally_in_slice", "platform_tally", ["slice_id"])


def downgrade():
    op.drop_table("platform_tally")
    op.drop_table("tally")
    op.drop_table("tally_slice")
