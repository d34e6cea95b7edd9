"""Lists by the day of arrival

Revision ID: 0008
Revises: 0007

"""

from alembic import op

from app import steps

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    steps.add_index(
        "document_arrived", "document", ["organization_id", "direction", "created_at", "id"]
    )


def downgrade():
    op.drop_index("document_arrived", "document")
