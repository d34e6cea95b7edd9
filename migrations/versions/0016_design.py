"""The logo and the colour of an organization on its printed invoices

Revision ID: 0016
Revises: 0015

"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("organization", sa.Column("logo_digest", sa.String(length=64), nullable=True))
    op.add_column(
        "organization",
        sa.Column("colour", sa.String(length=7), nullable=False, server_default=""),
    )


def downgrade():
    op.drop_column("organization", "colour")
    op.drop_column("organization", "logo_digest")
