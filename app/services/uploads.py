"""Several files at once: each is taken in, read and checked by itself, and each gets its own answer."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import tenancy
from app.errors import AppError, NotFound, Unreadable
from app.extensions import db
from app.models import (
    Document,
    Finding,
    Organization,
    OrganizationState,
    Readiness,
)
from app.services import documents, processing

MOST_FILES = 100
# Small files are checked while their sender waits; a worker checks the others.
AT_ONCE_BYTES = 300_000
AT_ONCE_SECONDS = 3.0
_NAME_SHOWN = 120


class Verdict(StrEnum):
    """What became of one file."""

    READY = "ready"
    INVALID = "invalid"
    REPEATED = "repeated"
    REFUSED = "refused"
    CHECKING = "checking"


@dataclass(frozen=True, slots=True)
class File:
    """A file as it came: its name is the sender's word, not to be trusted."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Result:
    """One file with its verdict; why it was refused, or which document it is and what is wrong."""

    file_name: str
    verdict: Verdict
    error: AppError | None = None
    document_id: int = 0
    document: Document | None = None
    findings: tuple[Finding, ...] = ()


def take_in(organization_public_id: str, files: Iterable[File]) -> list[Result]:
    """Take in what can be taken in; a file that is refused never stops the others."""
    organization_id = _organization_id(organization_public_id)
    until = time.monotonic() + AT_ONCE_SECONDS
    results = [_take_in(organization_id, file, until) for file in files]
    if not results:
        raise Unreadable("Choose at least one file.", field="files")
    found = _documents([result.document_id for result in results])
    findings = _findings(list(found))
    return [_complete(each, found, findings) for each in results]


def active_organizations() -> Sequence[Organization]:
    """The organizations for which the person at work may send."""
    found: Sequence[Organization] = db.session.scalars(
        select(Organization)
        .where(
            Organization.id.in_(tenancy.current().organization_ids),
            Organization.state == OrganizationState.ACTIVE,
        )
        .order_by(Organization.name)
    ).all()
    return found


def _organization_id(public_id: str) -> int:
    found = db.session.scalars(
        select(Organization.id).where(
            Organization.public_id == public_id,
            Organization.id.in_(tenancy.current().organization_ids),
        )
    ).one_or_none()
    if found is None:
        raise NotFound("Choose the organization that sends these invoices.", field="organization")
    return int(found)


def _take_in(organization_id: int, file: File, until: float) -> Result:
    shown = shown_name(file.name)
    now = len(file.content) <= AT_ONCE_BYTES and time.monotonic() < until
    try:
        taken = documents.take_in(
            file.content, organization_id=organization_id, file_name=shown, check_now=now
        )
    except AppError as error:
        return Result(shown, Verdict.REFUSED, error)
    if taken.repeated and now:
        processing.process(taken.document_id)  # what was wrong with it may have been put right
    verdict = Verdict.REPEATED if taken.repeated else Verdict.CHECKING
    return Result(shown, verdict, document_id=taken.document_id)


def shown_name(name: str) -> str:
    """A file’s name without its folders and without marks that would turn the text around."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(each for each in last if each.isprintable()).strip()
    return printable[:_NAME_SHOWN] or "?"


def _documents(ids: list[int]) -> dict[int, Document]:
    found = db.session.scalars(
        select(Document)
        .options(joinedload(Document.content))
        .where(Document.id.in_(ids))
        .execution_options(populate_existing=True)
    )
    return {each.id: each for each in found}


def _findings(ids: list[int]) -> dict[int, list[Finding]]:
    found = db.session.scalars(
        select(Finding)
        .join(Document, Document.id == Finding.document_id)
        .where(Finding.document_id.in_(ids), Finding.version == Document.version)
        .order_by(Finding.id)
    )
    by_document: dict[int, list[Finding]] = {}
    for each in found:
        by_document.setdefault(each.document_id, []).append(each)
    return by_document


def _complete(
    result: Result, found: dict[int, Document], findings: dict[int, list[Finding]]
) -> Result:
    document = found.get(result.document_id)
    if document is None:
        return result
    verdict = result.verdict
    if verdict is Verdict.CHECKING:
        verdict = _VERDICTS.get(Readiness(document.readiness), Verdict.CHECKING)
    return replace(
        result,
        verdict=verdict,
        document=document,
        findings=tuple(findings.get(document.id, ())),
    )


_VERDICTS = {Readiness.READY: Verdict.READY, Readiness.INVALID: Verdict.INVALID}
