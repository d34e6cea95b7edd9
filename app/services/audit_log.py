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
    people: Mapping[int, str]  # whom the entries are about, by what they are kept as


def page(before: datetime | None = None) -> Page:
    """Entries older than this one, as the wall lets them through."""
    query = (
        select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(ON_A_PAGE + 1)
    )
    if before is not None:
        query = query.where(AuditEntry.at < before)
    found = db.session.scalars(query).all()
    shown = found[:ON_A_PAGE]
    return Page(shown, shown[-1].at if len(found) > ON_A_PAGE else None, _people(shown))


def _people(entries: Sequence[AuditEntry]) -> dict[int, str]:
    wanted = {entry.details["person"] for entry in entries if "person" in entry.details}
    if not wanted:
        return {}
    return {
        user.id: user.name for user in db.session.scalars(select(User).where(User.id.in_(wanted)))
    }
