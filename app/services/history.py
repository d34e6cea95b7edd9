"""What happened to a document, written where it happens, with the names as they were shown."""

from __future__ import annotations

from flask import g

from app import tenancy
from app.extensions import db
from app.models import Document, HistoryEntry


def note(document: Document, text: str, **values: str) -> None:
    """Add an entry in the name of the person at work; ``text`` is an English message."""
    person, environment = _who()
    db.session.add(
        HistoryEntry(
            organization_id=document.organization_id,
            document_id=document.id,
            person_name=person,
            environment_name=environment,
            text=text,
            values={name: value[:200] for name, value in values.items()},
        )
    )


def _who() -> tuple[str, str]:
    """The person and their environment; both empty when a job is at work."""
    scope, person = tenancy.current_or_none(), g.get("person")
    if scope is None or scope.person_id is None:
        return "", ""
    if person is None or person.user.id != scope.person_id or person.user.environment is None:
        return scope.person_name, ""
    return scope.person_name, str(person.user.environment.name)
