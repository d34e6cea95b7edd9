"""The environment as its administrators may change it: its name and its language."""

from __future__ import annotations

from sqlalchemy import select

from app.errors import NotFound, Unreadable
from app.extensions import db
from app.models import Environment
from app.services import audit, rights
from app.transactions import transaction

LANGUAGES = ("nl", "en", "fr", "de")
LONGEST_NAME = 120


def edit(public_id: str, *, name: str, language: str) -> None:
    """Change what the environment is called, and the language its newcomers start with."""
    with transaction():
        environment = db.session.scalars(
            select(Environment).where(Environment.public_id == public_id)
        ).one_or_none()
        if environment is None:
            raise NotFound("This isn't here, or it isn't yours.")
        rights.need_environment_administrator(environment.id)
        before = {"name": environment.name, "language": environment.language}
        environment.name = _checked_name(name)
        environment.language = _checked_language(language)
        after = {"name": environment.name, "language": environment.language}
        if before != after:
            audit.record(
                "environment changed", f"environment {public_id}", before=before, after=after
            )


def _checked_name(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy:
        raise Unreadable("Give your environment a name.", field="name")
    if len(tidy) > LONGEST_NAME:
        raise Unreadable(
            "A name has at most %(most)s characters; this one has %(found)s.",
            field="name",
            most=LONGEST_NAME,
            found=len(tidy),
        )
    return tidy


def _checked_language(language: str) -> str:
    if language not in LANGUAGES:
        raise Unreadable("Choose one of the languages in the list.", field="language")
    return language
