"""Which PDF people get: chosen by an environment, and by an organization that differs

Revision ID: 0015
Revises: 0014

"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("environment", sa.Column("pdf", sa.JSON(), nullable=True))
    op.add_column("organization", sa.Column("pdf", sa.JSON(), nullable=True))


def downgrade():
    op.drop_column("organization", "pdf")
    op.drop_column("environment", "pdf")
