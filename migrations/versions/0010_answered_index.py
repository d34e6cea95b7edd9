"""The inbox by what was answered

Revision ID: 0010
Revises: 0009

"""

from alembic import op

from app import steps

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    steps.add_index(
        "document_answered",
        "document",
        ["organization_id", "status", "id"],
        where="direction = 'in'",
    )


def downgrade():
    op.drop_index("document_answered", "document")
