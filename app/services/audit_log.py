"""Reading the audit log: newest first, by time, so that a long log opens as fast as a short one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models import AuditEntry, User

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, and where the older ones begin."""

    entries: Sequence[AuditEntry]
    older: datetime | None
    people: Mapping[int, str]  # names of those whom the entries are about


def page(before: datetime | None = None) -> Page:
    """Entries older than this one, as the wall lets them through."""
    query = (
        select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(ON_A_PAGE + 1)
    )
    if before is not None:
        query = query.where(AuditEntry.at < before)
    found = db.session.scalars(query).all()
    shown = found[:ON_A_PAGE]
    older = shown[-1].at if len(found) > ON_A_PAGE else None
    return Page(shown, older, _people({entry.details.get("person") for entry in shown}))


def _people(ids: set[int | None]) -> dict[int, str]:
    named = select(User).where(User.id.in_(ids - {None}))
    return {user.id: user.name for user in db.session.scalars(named)} if ids - {None} else {}
