"""Which PDF people get of an invoice: made by us, the one that came, or both with the attachments in one file.

An environment's administrator decides; an organization may differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import select

from app import tenancy
from app.errors import Unreadable
from app.extensions import db
from app.models import Direction, Environment, Organization
from app.services import audit, organizations, rights
from app.transactions import transaction


class Generate(StrEnum):
    """When a PDF is made from what the invoice says."""

    ALWAYS = "always"
    NEVER = "never"
    ABSENT = "absent"  # only when no PDF is attached


class First(StrEnum):
    """Which of the two comes first."""

    GENERATED = "generated"
    ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class PdfSettings:
    """What an environment or an organization chose."""

    received: str = Generate.ALWAYS
    sent: str = Generate.ALWAYS
    first: str = First.ORIGINAL
    merge: bool = False

    @classmethod
    def of(cls, kept: Mapping[str, Any] | None) -> Self:
        """As it was kept; what was never chosen is as it is for everybody."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in (kept or {}).items() if name in known})

    @classmethod
    def typed(cls, form: Mapping[str, str]) -> Self:
        """As a form says it; anything else is refused."""
        for name, choices in (("received", Generate), ("sent", Generate), ("first", First)):
            if form.get(name) not in set(choices):
                raise Unreadable("Choose one of the ways in the list.", field=name)
        return cls(form["received"], form["sent"], form["first"], form.get("merge") == "1")

    def generates(self, direction: str, *, has_pdf: bool) -> bool:
        """Whether a PDF is made of a document of this direction."""
        chosen = self.received if direction == Direction.IN else self.sent
        return chosen == Generate.ALWAYS or (chosen == Generate.ABSENT and not has_pdf)


def of_environment() -> PdfSettings:
    """Those of the environment of the administrator at work."""
    return PdfSettings.of(_environment().pdf)


def of_organization(organization: Organization) -> PdfSettings:
    """Those that count for an organization."""
    return for_organizations({organization.id})[organization.id]


def for_organizations(ids: set[int]) -> dict[int, PdfSettings]:
    """Those that count for the documents of these, also where the organizations are out of sight."""
    with tenancy.every_environment("the PDF settings behind documents that may be seen"):
        rows = db.session.execute(
            select(Organization.id, Organization.pdf, Environment.pdf.label("shared"))
            .join(Environment, Environment.id == Organization.environment_id)
            .where(Organization.id.in_(ids))
        ).all()
    return {row.id: PdfSettings.of(row.pdf if row.pdf is not None else row.shared) for row in rows}


def set_environment(chosen: PdfSettings) -> None:
    """For all organizations of the environment that don't differ."""
    with transaction():
        environment = _environment()
        before, environment.pdf = environment.pdf, asdict(chosen)
        if before != environment.pdf:
            audit.record(
                "environment changed",
                f"environment {environment.public_id}",
                before={"pdf": before},
                after={"pdf": environment.pdf},
            )


def set_organization(public_id: str, chosen: PdfSettings | None) -> None:
    """Let an organization differ, or follow its environment again."""
    with transaction():
        organization = organizations.manageable(public_id)
        organizations.refuse_closed(organization)
        kept = asdict(chosen) if chosen is not None else None
        if organization.pdf != kept:
            organization.pdf = kept
            audit.record(
                "organization.edited",
                organizations.subject(organization),
                environment_id=organization.environment_id,
                fields=["pdf"],
            )


def _environment() -> Environment:
    rights.need_environment_administrator()
    found: Environment = db.session.scalars(
        select(Environment).where(Environment.id == tenancy.current().environment_id)
    ).one()
    return found
