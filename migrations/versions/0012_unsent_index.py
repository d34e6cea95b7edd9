"""What was not sent yet, by an index that no database takes for that of the whole outbox

Revision ID: 0012
Revises: 0011

"""

from app import steps
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    steps.add_index(
        "document_unsent",
        "document",
        ["organization_id", "direction", "id"],
        where="direction = 'out' AND readiness <> 'draft' AND queued_at IS NULL",
    )


def downgrade():
    op.drop_index("document_unsent", "document")
