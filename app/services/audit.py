"""Who did what: written in the same transaction; one sealer chains the hashes afterwards."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.models import AuditEntry
from app.transactions import transaction


def record(
    action: str,
    subject: str,
    *,
    environment_id: int | None = None,
    reason: str = "",
    **details: Any,
) -> None:
    """Add an entry in the name of the person at work. Details: ids and values, never content."""
    scope = tenancy.current()
    db.session.add(
        AuditEntry(
            environment_id=environment_id or scope.environment_id,
            person_id=scope.person_id,
            person_name=scope.person_name or scope.reason,
            action=action,
            subject=subject,
            details=details,
            reason=reason,
        )
    )


def seal(at_most: int = 1000) -> int:
    """Chain the hashes of entries that have none yet, in order, per environment."""
    with transaction(), tenancy.every_environment("seal the audit log"):
        fresh = db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.seal.is_(None))
            .order_by(AuditEntry.id)
            .limit(at_most)
            .with_for_update()
        ).all()
        last: dict[int | None, str] = {}
        for entry in fresh:
            before = last.get(entry.environment_id) or _last_seal(entry.environment_id)
            entry.seal = last[entry.environment_id] = seal_of(entry, before)
        return len(fresh)


def seal_of(entry: AuditEntry, before: str) -> str:
    """The hash over one entry and the seal before it; a changed entry breaks the chain."""
    facts = [
        before,
        entry.id,
        entry.environment_id,
        entry.at.isoformat(),
        entry.person_id,
        entry.person_name,
        entry.action,
        entry.subject,
        json.dumps(entry.details, sort_keys=True),
        entry.reason,
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _last_seal(environment_id: int | None) -> str:
    return (
        db.session.scalars(
            select(AuditEntry.seal)
            .where(AuditEntry.environment_id == environment_id, AuditEntry.seal.is_not(None))
            .order_by(AuditEntry.id.desc())
            .limit(1)
        ).first()
        or ""
    )
