"""One search for everybody: documents by number, organizations and people by number or name, within the wall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from app import tenancy
from app.extensions import db
from app.models import Document, Identifier, Organization
from app.services import branches
from app.services.branches import Branches

SHORTEST_NAME = 2
MOST_OF_A_KIND = 10


@dataclass(frozen=True, slots=True)
class Found:
    """What matches, a few of each kind."""

    documents: Sequence[Document] = ()
    organizations: Sequence[Organization] = ()
    people: Sequence[Any] = ()

    def __bool__(self) -> bool:
        return bool(self.documents or self.organizations or self.people)


def find(text: str) -> Found:
    """Look for a number as it is written, or for part of a name; a fixed number of statements."""
    wanted = " ".join(text.split())
    if not wanted:
        return Found()
    return Found(_documents(wanted), _organizations(wanted), _people(wanted))


def _documents(text: str) -> Sequence[Document]:
    def numbered(organization: Any, _kind: Any) -> Select[tuple[int]]:
        return (
            select(Document.id.label("id"))
            .where(Document.organization_id == organization, Document.number == text)
            .order_by(Document.id.desc())
            .limit(MOST_OF_A_KIND)
        )

    mine = sorted(tenancy.current().organization_ids)
    ids = branches.first(Branches(numbered, mine), MOST_OF_A_KIND) if mine else []
    if not ids:
        return ()
    found: Sequence[Document] = db.session.scalars(
        select(Document)
        .options(joinedload(Document.content), joinedload(Document.organization))
        .where(Document.id.in_(ids))
        .order_by(Document.id.desc())
    ).all()
    return found


def _organizations(text: str) -> Sequence[Organization]:
    number = text.partition(":")[2] or text
    tidy = "".join(character for character in number if character.isalnum()).upper()
    numbered = select(Identifier.organization_id).where(Identifier.value == tidy)
    found: Sequence[Organization] = db.session.scalars(
        select(Organization)
        .where(or_(Organization.id.in_(numbered), *_named(Organization.name, text)))
        .order_by(Organization.name)
        .limit(MOST_OF_A_KIND)
    ).all()
    return found


def _people(text: str) -> Sequence[Any]:
    name = func.trim(User.first_name + " " + User.last_name)
    found: Sequence[Any] = db.session.scalars(
        select(User)
        .options(joinedload(User.environment))
        .where(or_(func.lower(User.email) == text.lower(), *_named(name, text)))
        .order_by(User.last_name, User.id)
        .limit(MOST_OF_A_KIND)
    ).all()
    return found


def _named(column: Any, text: str) -> list[ColumnElement[bool]]:
    """A part of a name; one letter would find nearly everything."""
    if len(text) < SHORTEST_NAME:
        return []
    return [func.lower(column).contains(text.lower(), autoescape=True)]
