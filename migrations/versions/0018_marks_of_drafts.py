"""Which state of its fields a draft has, and who typed it, so that nobody's is overwritten unseen

Revision ID: 0018
Revises: 0017

"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "document_content",
        sa.Column("form_mark", sa.String(36), nullable=False, server_default=""),
    )
    op.add_column(
        "document_content",
        sa.Column("form_by", sa.String(200), nullable=False, server_default=""),
    )


def downgrade():
    op.drop_column("document_content", "form_by")
    op.drop_column("document_content", "form_mark")
