"""One search for support staff: environments, organizations, people and documents, as metadata only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from app.errors import Unreadable
from app.extensions import db
from app.invoice.wording import N_
from app.models import Delivery, Document, Environment, Identifier, Organization
from app.services import rights

SHORTEST = 3
MOST_OF_A_KIND = 20


@dataclass(frozen=True, slots=True)
class Found:
    """Something that matches: what it is, what it is called, whose it is, and its page."""

    kind: str  # an English word to translate
    name: str
    environment: str
    link: str


def find(text: str) -> list[Found]:
    """Look for a name, a number of an organization, a document number, a public id or an address."""
    rights.need_staff()
    wanted = " ".join(text.split())
    if len(wanted) < SHORTEST:
        raise Unreadable("Type at least %(least)s characters.", field="q", least=SHORTEST)
    return [
        *_environments(wanted),
        *_organizations(wanted),
        *_people(wanted),
        *_documents(wanted),
    ]


def _environments(text: str) -> Iterator[Found]:
    for row in _rows(
        select(Environment).where(
            or_(_like(Environment.name, text), Environment.public_id == text)
        ),
        Environment.name,
    ):
        yield Found(N_("environment"), row.name, row.name, f"/environments/show/{row.public_id}")


def _organizations(text: str) -> Iterator[Found]:
    number = text.partition(":")[2] or text
    tidy = "".join(character for character in number if character.isalnum()).upper()
    numbered = select(Identifier.organization_id).where(Identifier.value == tidy)
    found = (
        select(Organization)
        .options(joinedload(Organization.environment))
        .where(
            or_(
                _like(Organization.name, text),
                Organization.public_id == text,
                Organization.id.in_(numbered),
            )
        )
    )
    for row in _rows(found, Organization.name):
        yield Found(
            N_("organization"),
            row.name,
            row.environment.name,
            f"/organizations/show/{row.public_id}",
        )


def _people(text: str) -> Iterator[Found]:
    found = (
        select(User)
        .options(joinedload(User.environment))
        .where(or_(func.lower(User.email) == text.lower(), User.public_id == text))
    )
    for row in _rows(found, User.id):
        place = row.environment.name if row.environment else ""
        yield Found(N_("user"), row.name, place, f"/users/show/{row.public_id}")


def _documents(text: str) -> Iterator[Found]:
    delivered = select(Delivery.document_id).where(
        or_(Delivery.public_id == text, Delivery.message_key == text)
    )
    found = (
        select(Document)
        .options(joinedload(Document.organization).joinedload(Organization.environment))
        .where(or_(Document.number == text, Document.public_id == text, Document.id.in_(delivered)))
    )
    for row in _rows(found, Document.id.desc()):
        yield Found(
            N_("document"),
            row.number or row.public_id,
            row.organization.environment.name,
            f"/support/documents/{row.public_id}",
        )


def _rows(query: Any, order: Any) -> Any:
    return db.session.scalars(query.order_by(order).limit(MOST_OF_A_KIND)).all()


def _like(column: Any, text: str) -> ColumnElement[bool]:
    matches: ColumnElement[bool] = func.lower(column).contains(text.lower(), autoescape=True)
    return matches
