"""The PDF that people get of an invoice, as the settings of its organization say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app import rendering
from app.errors import Conflict
from app.invoice import embedded
from app.invoice.original import Original
from app.invoice.wording import N_
from app.rendering import merging
from app.rendering.design import PLAIN, Design
from app.rendering.merging import Part, Why
from app.services.pdf_settings import First, PdfSettings

NO_PDF = N_(
    "There is no PDF of this invoice: none came with it, and the PDF settings say that we make none. Its XML is complete; download that."
)
_GENERATED = "invoice.pdf"


@dataclass(frozen=True, slots=True)
class Made:
    """A PDF, and the attachments that could not be joined to it, each with the reason."""

    content: bytes
    beside: tuple[tuple[Part, Why], ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a PDF is made: the way that the document went, the language, and what was chosen."""

    direction: str
    language: str
    settings: PdfSettings
    design: Design = PLAIN


def is_there(found: Original, reader: Reader) -> bool:
    """Whether there is a PDF at all."""
    return bool(_came_in_all(found)) or _generates(found, reader)


def joins(found: Original, reader: Reader) -> bool:
    """Whether the PDF is made of several."""
    sound = sum(merging.why_beside(each.content) is None for each in _came_in_all(found))
    return reader.settings.merge and sound + _generates(found, reader) > 1


def make(found: Original, reader: Reader) -> Made:
    """The PDF; refused in a sentence where there is none."""
    pdfs = _pdfs(found)
    if found.pdf is not None and _original_first(reader) and not reader.settings.merge:
        return Made(found.pdf)
    generated = [_generated(found, reader)] if _generates(found, reader) else []
    came = [Part(_GENERATED, found.pdf)] if found.pdf is not None else []
    if reader.settings.merge:
        return _merged(found, reader, generated, [*came, *pdfs])
    for part in (*generated, *came, *pdfs):
        return Made(part.content)
    raise Conflict(NO_PDF)


def beside(found: Original, settings: PdfSettings) -> list[tuple[Part, Why | None]]:
    """The files inside an invoice, each with the reason why it isn't in its PDF, if it could have been."""
    if not settings.merge:
        return [(each, None) for each in attachments(found)]
    return [(each, merging.why_beside(each.content)) for each in attachments(found)]


def attachments(found: Original) -> list[Part]:
    """The files inside an invoice, each by a name."""
    return [
        Part(each.filename or each.id or f"{number}", each.content)
        for number, each in enumerate(found.invoice.attachments, 1)
        if each.content
    ]


def _pdfs(found: Original) -> list[Part]:
    return [each for each in attachments(found) if embedded.is_pdf(each.content)]


def _came_in_all(found: Original) -> list[Part]:
    own = [Part(_GENERATED, found.pdf)] if found.pdf is not None else []
    return [*own, *_pdfs(found)]


def _generates(found: Original, reader: Reader) -> bool:
    return reader.settings.generates(reader.direction, has_pdf=bool(_came_in_all(found)))


def _merged(
    found: Original, reader: Reader, generated: Sequence[Part], came: Sequence[Part]
) -> Made:
    if generated:
        done = merging.merge(generated[0], came, in_front=_original_first(reader), xml=found.xml)
        return Made(done.content, done.beside)
    sound = [each for each in came if merging.why_beside(each.content) is None]
    if not sound:
        if not came:
            raise Conflict(NO_PDF)
        return Made(came[0].content)
    others = [each for each in came if each is not sound[0]]
    done = merging.merge(sound[0], others, xml=found.xml)
    return Made(done.content, done.beside)


def _generated(found: Original, reader: Reader) -> Part:
    content = rendering.pdf(found.invoice, reader.language, found.xml, reader.design)
    return Part(_GENERATED, content)


def _original_first(reader: Reader) -> bool:
    return reader.settings.first == First.ORIGINAL
