"""The environment as its administrators may change it: its name, its language, who may join it."""

from __future__ import annotations

from sqlalchemy import select

from app import tenancy
from app.errors import NotFound, Unreadable
from app.extensions import db
from app.models import Environment, EnvironmentDomain, JoinPolicy
from app.services import audit, rights
from app.transactions import transaction

LANGUAGES = ("nl", "en", "fr", "de")
LONGEST_NAME = 120


def edit(*, name: str, language: str) -> None:
    """Change what the environment is called, and the language its newcomers start with."""
    with transaction():
        rights.need_environment_administrator()
        environment = db.session.scalars(
            select(Environment).where(Environment.id == tenancy.current().environment_id)
        ).one()
        before = {"name": environment.name, "language": environment.language}
        environment.name = _checked_name(name)
        environment.language = _checked_language(language)
        after = {"name": environment.name, "language": environment.language}
        if before != after:
            audit.record(
                "environment changed",
                f"environment {environment.public_id}",
                before=before,
                after=after,
            )


def set_policy(domain: str, policy: str) -> None:
    """Decide what happens to newcomers with an address in one of the environment's domains."""
    with transaction():
        rights.need_environment_administrator()
        found = db.session.scalars(
            select(EnvironmentDomain).where(EnvironmentDomain.domain == domain)
        ).one_or_none()
        if found is None:
            raise NotFound("This isn't here, or it isn't yours.")
        if policy not in set(JoinPolicy):
            raise Unreadable("Choose one of the ways in the list.", field="policy")
        before, found.policy = found.policy, policy
        if before != policy:
            audit.record("join policy changed", f"domain {domain}", before=before, after=policy)


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
