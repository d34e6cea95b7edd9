"""Lists of one party

Revision ID: 0006
Revises: 0005

"""

from alembic import op

from app import steps

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    steps.add_index(
        "document_party", "document_content", ["organization_id", "party_key", "document_id"]
    )


def downgrade():
    op.drop_index("document_party", "document_content")
