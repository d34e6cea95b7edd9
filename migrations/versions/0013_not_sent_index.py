"""The index that 0012 stands in for; processes of the version before work without it

Revision ID: 0013
Revises: 0012

"""

from alembic import op

import sqlalchemy as sa

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NOT_SENT = sa.text("direction = 'out' AND readiness <> 'draft' AND queued_at IS NULL")


def upgrade():
    op.drop_index("document_not_sent", "document")


def downgrade():
    op.create_index(
        "document_not_sent",
        "document",
        ["organization_id", "id"],
        sqlite_where=NOT_SENT,
        postgresql_where=NOT_SENT,
    )
