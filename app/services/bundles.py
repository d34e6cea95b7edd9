"""Several documents as one file: the XML of each, and its PDF where there are few enough to wait for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import select

from app import storage, tenancy
from app.errors import AppError, Conflict, NotFound
from app.extensions import db
from app.invoice import original
from app.models import Direction, Document, DocumentVersion, Organization
from app.rendering import PLAIN
from app.services import designs, keeping, mailing, papers, pdf_settings, together
from app.services.designs import Look
from app.services.papers import Reader
from app.services.pdf_settings import PdfSettings
from app.transactions import nobody_waits

MOST_PDFS = 20  # printing takes a quarter of a second each


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document of a bundle: where its bytes are."""

    folder: str
    digest: str
    direction: str
    settings: PdfSettings
    look: Look


@dataclass(frozen=True, slots=True)
class Bundle:
    """What goes into the file, and how many chosen documents have no bytes yet."""

    sheets: Sequence[Sheet]
    missing: int

    @property
    def with_pdf(self) -> bool:
        """Whether they are printed too."""
        return len(self.sheets) <= MOST_PDFS


def collect(public_ids: Sequence[str]) -> Bundle:
    """Find out what is to be fetched, all at once: nothing is asked of the database afterwards."""
    once = together.chosen(public_ids)
    visible = select(Document.id).where(Document.public_id.in_(once))
    if db.session.scalars(visible.limit(1)).first() is None:
        raise NotFound("This isn't here, or it isn't yours.")
    versions = db.session.execute(
        select(Document.organization_id, Document.direction, DocumentVersion.digest)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(Document.public_id.in_(once), DocumentVersion.version == Document.version)
        .order_by(Document.id.desc())
    ).all()
    if not versions:
        raise Conflict("A draft has no XML yet; it is made when you send it.")
    owners = {row.organization_id for row in versions}
    folders, chosen = _folders(owners), pdf_settings.for_organizations(owners)
    looks = designs.looks(owners)
    nobody_waits()
    sheets = [
        Sheet(
            folders[row.organization_id],
            row.digest,
            row.direction,
            chosen[row.organization_id],
            looks[row.organization_id],
        )
        for row in versions
    ]
    return Bundle(sheets, len(once) - len(sheets))


def stream(bundle: Bundle, language: str) -> Iterator[bytes]:
    """The file, piece by piece: of a hundred documents never more than one is in memory."""
    return _pieces(bundle, keeping.store(), language)


def _pieces(bundle: Bundle, store: storage.Store, language: str) -> Iterator[bytes]:
    # Sent when the request is over already: nothing here may ask for a person or for the database.
    pipe, names = _Pipe(), _Names()
    with ZipFile(pipe, "w", ZIP_DEFLATED) as archive:
        for sheet in bundle.sheets:
            found = original.read(store.fetch(sheet.folder, sheet.digest))
            name = names.new(mailing.file_name(found.invoice))
            archive.writestr(f"{name}.xml", found.xml)
            yield pipe.taken()
            if bundle.with_pdf:
                try:
                    sent = sheet.direction == Direction.OUT
                    design = sheet.look.drawn(store) if sent else PLAIN
                    reader = Reader(sheet.direction, language, sheet.settings, design)
                    archive.writestr(f"{name}.pdf", papers.make(found, reader).content)
                except AppError as error:  # too long to print, or none is wanted; its XML is there
                    archive.writestr(f"{name}.pdf.txt", str(error))
                yield pipe.taken()
    yield pipe.taken()


def _folders(organization_ids: set[int]) -> dict[int, str]:
    # Of a document that is shared with us the organization itself may be out of sight.
    with tenancy.every_environment("the folders of documents that may be seen"):
        rows = db.session.execute(
            select(Organization.id, Organization.public_id).where(
                Organization.id.in_(organization_ids)
            )
        )
        return {row.id: row.public_id for row in rows}


class _Pipe:
    """What was written and not yet sent; it cannot go back, so the archive doesn't try."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes, /) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing is kept back."""

    def close(self) -> None:
        """There is nothing to close."""

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


class _Names:
    """Names of files, each once."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def new(self, name: str) -> str:
        times = self._used[name] = self._used.get(name, 0) + 1
        return name if times == 1 else f"{name}-{times}"
