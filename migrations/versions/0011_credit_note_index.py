"""Credit notes, few among invoices

Revision ID: 0011
Revises: 0010

"""

from alembic import op

from app import steps

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    steps.add_index(
        "document_credit_note",
        "document",
        ["organization_id", "direction", "id"],
        where="kind = 'credit_note'",
    )


def downgrade():
    op.drop_index("document_credit_note", "document")
