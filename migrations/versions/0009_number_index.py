"""One number within an organization

Revision ID: 0009
Revises: 0008

"""

from alembic import op

from app import steps

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    steps.add_index("document_number_of", "document", ["organization_id", "number", "id"])


def downgrade():
    op.drop_index("document_number_of", "document")
