"""People who look at the documents in bulk: each is a member of other organizations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app import tenancy
from app.extensions import db
from app.models import Document, DocumentShare, Membership, User
from app.services import credentials
from app.transactions import transaction
from bench.fill_sql import BUSY, COLLEAGUES, SPOTLESS, Range

PASSWORD = "measuring takes patience 7"
NAMES = ("busy", "spotless", "quiet", "empty", "mixed", "still", "many", "shared")
SHARED = 100  # documents shown to someone without any organization


@dataclass(frozen=True, slots=True)
class Member:
    """Someone who looks, and at what; signs in with this name and PASSWORD."""

    username: str
    what: str
    user_id: int


def members(to: Range) -> list[Member]:
    """One person of each kind; the busiest organization comes first."""
    made = [_member(to, *each) for each in _kinds(to)]
    alone = _member(to, "shared", "documents that others share", [])
    _share(alone.user_id)
    return [*made, alone]


def colleagues(to: Range) -> int:
    """People to whom documents are shown; the number of the first."""
    hashed = credentials.hashed(PASSWORD)
    with transaction(), tenancy.every_environment("measuring: colleagues"):
        made = [_person(to, f"colleague{each}", hashed) for each in range(COLLEAGUES)]
        db.session.add_all(made)
        db.session.flush()
        return int(made[0].id)


def _kinds(to: Range) -> Iterator[tuple[str, str, list[int]]]:
    busy = [to.first_organization + place for place in range(BUSY)]
    quiet = list(range(to.first_quiet, to.first_empty))
    empty = list(range(to.first_empty, to.last_organization + 1))
    yield "busy", "one busy organization", busy[:1]
    yield "spotless", "one busy organization where nothing waits", [busy[SPOTLESS]]
    yield "quiet", "one quiet organization", quiet[:1]
    yield "empty", "one empty organization", empty[:1]
    yield "mixed", "twenty organizations, busy and quiet", busy[:3] + quiet[:10] + empty[:7]
    yield "still", "twenty organizations, quiet and empty", quiet[:13] + empty[:7]
    yield "many", "hundreds of organizations", busy + quiet[:200] + empty[:95]


def _member(to: Range, name: str, what: str, organizations: list[int]) -> Member:
    user = _person(to, name, credentials.hashed(PASSWORD))
    with transaction(), tenancy.every_environment("measuring: people"):
        db.session.add(user)
        db.session.flush()
        db.session.add_all(
            Membership(organization_id=each, user_id=user.id) for each in organizations
        )
    return Member(name, what, user.id)


def _person(to: Range, name: str, hashed: str) -> Any:
    return User(
        first_name=name.title(),
        last_name="Lezer",
        username=name,
        email=f"{name}@postkantoor.example",
        password=hashed,
        active=True,
        environment_id=to.environment_id,
        language="en",
        terms_version="measuring",
    )


def _share(user_id: int) -> None:
    """Old and new documents of many organizations, all over the table."""
    with transaction(), tenancy.every_environment("measuring: shares"):
        newest = db.session.scalar(select(func.max(Document.id))) or 0
        step = max(1, newest // SHARED)
        rows = db.session.execute(
            select(Document.id, Document.organization_id).where(
                Document.id.in_(range(step, newest + 1, step))
            )
        ).all()
        db.session.add_all(
            DocumentShare(
                document_id=row.id,
                organization_id=row.organization_id,
                user_id=user_id,
                shared_by="Busy Lezer",
            )
            for row in rows
        )
