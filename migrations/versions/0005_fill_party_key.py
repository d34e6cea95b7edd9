"""The other party by name, of documents that are there already; later ones write it themselves

Revision ID: 0005
Revises: 0004

"""

from app import steps

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    # Lower case is near enough until a document is read again: accents stay.
    steps.fill(
        "document_content",
        "party_key = (SELECT substr(document.direction || ':' || lower(CASE document.direction"
        " WHEN 'in' THEN document_content.seller_name ELSE document_content.buyer_name END), 1, 120)"
        " FROM document WHERE document.id = document_content.document_id)",
        "party_key = '' AND seller_name || buyer_name <> ''",
    )


def downgrade():
    pass
