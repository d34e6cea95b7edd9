"""Lists by the date on the invoice

Revision ID: 0007
Revises: 0006

"""

from alembic import op

from app import steps

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    steps.add_index(
        "document_issued", "document_content", ["organization_id", "issue_date", "document_id"]
    )


def downgrade():
    op.drop_index("document_issued", "document_content")
