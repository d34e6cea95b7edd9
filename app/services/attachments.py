"""Files that go with an invoice (BG-24): kept with its draft, and inside the XML once it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import String, cast, delete, select

from app import storage
from app.errors import AppError, Unreadable
from app.extensions import db, settings
from app.invoice import parsing
from app.invoice.model import Invoice
from app.models import (
    Blob,
    Document,
    DocumentContent,
    DocumentVersion,
    InvoiceTemplate,
    Readiness,
)
from app.models.types import now
from app.services import documents, keeping, typed_values, unsent
from app.services.invoice_forms import Form
from app.transactions import transaction

MEGABYTE = 1024 * 1024
MOST_FILES = 20
MOST_EACH = 10 * MEGABYTE
LONGEST_NAME = 150
# The kinds that Peppol allows, by the end of the name, and how such a file begins.
KINDS = {
    "pdf": ("application/pdf", b"%PDF"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    "csv": ("text/csv", b""),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", b"PK"),
}


@dataclass(frozen=True, slots=True)
class File:
    """What somebody chose."""

    name: str
    content: bytes


def most_together() -> int:
    """How much fits in one invoice: in XML it takes a third more, and the invoice needs room too."""
    return min(settings().max_upload_mb * MEGABYTE, parsing.MAX_BYTES) * 7 // 10


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file: it goes with the invoice, or why it doesn't."""

    name: str
    size: int
    error: AppError | None = None


def add(document_public_id: str, files: Iterable[File]) -> list[Result]:
    """Keep what can go with a draft; a file that is refused never stops the others."""
    document = unsent.draft(document_public_id)
    organization = document.organization.public_id
    rows = of((document.content.form if document.content else None) or {})
    found: list[tuple[dict[str, Any], bytes]] = []
    results = [_judged(each, rows, found) for each in files]
    for _row, content in found:
        documents.keep_bytes(organization, content)
    with transaction():
        document, kept = unsent.locked(document_public_id)
        for row, _content in found:
            hold(document.organization_id, row["digest"], row["size"])
        _put(document, kept, [*of(kept.form or {}), *(row for row, _ in found)])
    return results


def remove(document_public_id: str, digest: str) -> None:
    """Take a file away from a draft."""
    with transaction():
        document, kept = unsent.locked(document_public_id)
        _put(document, kept, [each for each in of(kept.form or {}) if each["digest"] != digest])
        db.session.flush()
        release(document.organization_id, [digest])


def fits(file: File) -> bool:
    """Whether it may go with an invoice of ours; one that came by upload may hold other kinds."""
    try:
        _described(file)
    except Unreadable:
        return False
    return True


def of(form: Form) -> list[dict[str, Any]]:
    """The files of a form: digest, name, mime and size of each."""
    return list(form.get("attachments") or [])


def filled(invoice: Invoice, form: Form, organization_public_id: str) -> Invoice:
    """The invoice with the bytes of its files inside."""
    contents = [keeping.store().fetch(organization_public_id, each["digest"]) for each in of(form)]
    pairs = zip(invoice.attachments, contents, strict=True)
    return replace(invoice, attachments=tuple(replace(each, content=c) for each, c in pairs))


def stubbed(invoice: Invoice) -> Invoice:
    """With next to nothing inside: no rule looks at the bytes, so they needn't be fetched for a check."""
    return replace(
        invoice, attachments=tuple(replace(each, content=b"-") for each in invoice.attachments)
    )


def hold(organization_id: int, digest: str, size: int) -> None:
    """Write down that these bytes are kept, and let nobody release them before we have named them."""
    for _ in range(2):
        documents.add_blob(organization_id, digest, size)
        row = select(Blob.id).where(Blob.organization_id == organization_id, Blob.digest == digest)
        if db.session.scalars(row.with_for_update()).first() is not None:
            return


def release(organization_id: int, digests: Iterable[str]) -> None:
    """Let go of bytes that no draft, template or version names any more; a sweep takes the files away."""
    for digest in digests:
        its = (Blob.organization_id == organization_id, Blob.digest == digest)
        db.session.execute(select(Blob.id).where(*its).with_for_update())
        if not _named_by_others(organization_id, digest):
            db.session.execute(
                delete(Blob).where(*its).execution_options(synchronize_session=False)
            )


def _named_by_others(organization_id: int, digest: str) -> bool:
    version = select(DocumentVersion.id).where(
        DocumentVersion.organization_id == organization_id, DocumentVersion.digest == digest
    )
    template = select(InvoiceTemplate.id).where(
        InvoiceTemplate.organization_id == organization_id,
        cast(InvoiceTemplate.form, String).contains(digest, autoescape=True),
    )
    draft = (
        select(DocumentContent.id)
        .join(Document, Document.id == DocumentContent.document_id)
        .where(
            Document.organization_id == organization_id,
            Document.readiness == Readiness.DRAFT,
            cast(DocumentContent.form, String).contains(digest, autoescape=True),
        )
    )
    return any(
        db.session.scalars(each.limit(1)).first() is not None for each in (version, template, draft)
    )


def _judged(
    file: File, rows: list[dict[str, Any]], found: list[tuple[dict[str, Any], bytes]]
) -> Result:
    """Look at one file beside those that are there; what fits joins them."""
    try:
        row, content = _described(file)
        _refuse_too_much([*rows, row])
    except AppError as error:
        return Result(_bare(file.name) or "–", len(file.content), error)
    rows.append(row)
    found.append((row, content))
    return Result(row["name"], row["size"])


def _bare(name: str) -> str:
    """Without the folders that some browsers send with it."""
    return typed_values.tidy(name.replace("\\", "/").rpartition("/")[2])[-LONGEST_NAME:]


def _described(file: File) -> tuple[dict[str, Any], bytes]:
    name = _bare(file.name)
    ending = name.rpartition(".")[2].lower()
    mime, beginning = KINDS.get(ending, ("", b""))
    if not mime:
        raise Unreadable(
            "“%(name)s” cannot go with an invoice. Choose %(kinds)s.",
            field="files",
            name=name,
            kinds=", ".join(KINDS),
        )
    _refuse_wrong_size(name, len(file.content))
    if not file.content.startswith(beginning) or (ending == "csv" and b"\0" in file.content):
        raise Unreadable(
            "“%(name)s” is no %(kind)s file, though its name says so.",
            field="files",
            name=name,
            kind=ending,
        )
    digest = storage.digest_of(file.content)
    return {"digest": digest, "name": name, "mime": mime, "size": len(file.content)}, file.content


def _refuse_wrong_size(name: str, size: int) -> None:
    if not size:
        raise Unreadable("“%(name)s” is empty.", field="files", name=name)
    if size > MOST_EACH:
        raise Unreadable(
            "“%(name)s” is too large; at most %(most)s MB fit.",
            field="files",
            name=name,
            most=MOST_EACH // MEGABYTE,
        )


def _refuse_too_much(rows: list[dict[str, Any]]) -> None:
    if len(rows) > MOST_FILES:
        raise Unreadable(
            "At most %(most)s files go with one invoice.", field="files", most=MOST_FILES
        )
    if sum(each["size"] for each in rows) > most_together():
        raise Unreadable(
            "Together these files are too large; at most %(most)s MB go with one invoice.",
            field="files",
            most=most_together() // MEGABYTE,
        )
    if len({each["name"].lower() for each in rows}) < len(rows):
        raise Unreadable(
            "Two files have the same name. Give one of them another name.", field="files"
        )


def _put(document: Document, content: DocumentContent, rows: list[dict[str, Any]]) -> None:
    content.form = (content.form or {}) | {"attachments": rows}
    document.changed_at = now()  # what is being sent this moment would be without them
