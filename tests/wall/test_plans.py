"""The second wall costs a page nothing that grows: PostgreSQL walks to its rows along indexes as before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text

from app.extensions import db, remember_application
from app.models import Document, DocumentContent
from app.tenancy.owner import as_owner
from tests import postgres
from tests.wall.conftest import made
from tests.wall.scene import Eye, Scene

pytestmark = pytest.mark.postgres

DOCUMENTS = 20_000
# Each of these stops as soon as the page is full; sorting and hashing read everything first.
WALKING = {"Limit", "Nested Loop", "Merge Join", "Memoize", "Index Scan", "Index Only Scan"}
# One in five is ours: walking along an index and sorting them all are far apart.
FILL = """
INSERT INTO document (public_id, organization_id, direction, kind, number, version, readiness, status,
                      source, created_at, changed_at)
SELECT gen_random_uuid(), CASE WHEN i % 5 < 1 THEN :ours ELSE :theirs END, 'in', 'invoice', 'N' || i,
       1, 'ready', 10, 'upload', now(), now()
  FROM generate_series(1, :documents) i"""
CONTENT = """
INSERT INTO document_content (organization_id, document_id, seller_name, buyer_name, buyer_email,
                              buyer_scheme, buyer_value, currency, file_name, status_reason)
SELECT organization_id, id, 's', 'b', '', '', '', 'EUR', '', '' FROM document
 WHERE id NOT IN (SELECT document_id FROM document_content)"""


@pytest.fixture(scope="module")
def crowded(session_app: Flask, postgres_session_app: Flask) -> Iterator[Scene]:
    """The scene among many documents of others."""
    postgres.empty(postgres_session_app)
    remember_application(postgres_session_app)
    for scene in made(postgres_session_app):
        many = {
            "ours": scene.organization.id,
            "theirs": scene.far.id,
            "documents": DOCUMENTS,
        }
        with as_owner() as connection:
            connection.execute(text(FILL), many)
            connection.execute(text(CONTENT))
            connection.exec_driver_sql("ANALYZE document, document_content")
            connection.commit()
        yield scene
    remember_application(session_app)


def page(organization_id: int) -> Any:
    """A page of a list, as the screens ask for it."""
    return (
        select(Document, DocumentContent)
        .join(DocumentContent, DocumentContent.document_id == Document.id)
        .where(Document.organization_id == organization_id, Document.direction == "in")
        .order_by(Document.id.desc())
        .limit(25)
    )


def steps(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The way to the rows, without what is looked up once before."""
    yield plan["Node Type"], plan.get("Relation Name", "")
    for part in plan.get("Plans", ()):
        if part["Parent Relationship"] not in ("InitPlan", "SubPlan"):
            yield from steps(part)


def filters(plan: dict[str, Any]) -> Iterator[str]:
    """What each row is asked, however deep."""
    yield plan.get("Filter", "")
    for part in plan.get("Plans", ()):
        yield from filters(part)


def test_a_page_is_read_along_indexes_no_further_than_it_shows(crowded):
    sent = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        sent.append((f"EXPLAIN (FORMAT JSON) {statement}", parameters))

    with crowded.looking(Eye.OWNER):
        event.listen(db.engine, "before_cursor_execute", note)
        assert len(db.session.execute(page(crowded.organization.id)).all()) == 25
        event.remove(db.engine, "before_cursor_execute", note)
        plan = db.session.connection().exec_driver_sql(*sent[-1]).scalar()[0]["Plan"]
        db.session.rollback()

    assert {node for node, _table in steps(plan)} <= WALKING
    assert "document" in [table for _node, table in steps(plan)]
    assert not any("current_setting" in condition for condition in filters(plan))
