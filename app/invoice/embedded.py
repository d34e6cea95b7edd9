"""The XML inside a PDF (Factur-X, ZUGFeRD, XRechnung in a PDF): that is the invoice, the page its picture.

The library that opens PDF files is loaded at the first one: most documents are none.
"""

from __future__ import annotations

import io
import zlib
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any

from app.invoice.parsing import MAX_BYTES, Refused

MAGIC = b"%PDF"
_MAGIC_WITHIN = 1024  # some programs write a line of their own first
# As the formats name it, the newest first; then any other XML file.
_NAMES = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml", "invoice.xml")
_MOST_FILES = 100
# What the library meets where a damaged file promises something else than it has.
_DAMAGE = (ValueError, TypeError, LookupError, AttributeError, RuntimeError)


def is_pdf(content: bytes) -> bool:
    """Whether these bytes say that they are a PDF."""
    return MAGIC in content[:_MAGIC_WITHIN] and not content.lstrip().startswith(b"<")


def xml_in(content: bytes) -> bytes:
    """The invoice inside a PDF; a PDF that has none, or can't be opened, is refused."""
    pikepdf = _pikepdf()
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            found = _chosen(pdf)
            return _bytes_of(found, pikepdf) if found is not None else _refuse_without()
    except pikepdf.PasswordError as error:
        raise Refused(
            "PST-PDF-PROTECTED",
            "This PDF is protected with a password, so we can't read the invoice inside. Save it without a password, or upload the XML file.",
        ) from error
    except (pikepdf.PdfError, zlib.error, *_DAMAGE) as error:
        raise Refused(
            "PST-PDF-BROKEN",
            "This PDF is damaged, so we can't read the invoice inside. Save it again, or upload the XML file.",
        ) from error


@lru_cache(maxsize=1)
def _pikepdf() -> ModuleType:
    return import_module("pikepdf")


def _refuse_without() -> bytes:
    raise Refused(
        "PST-PDF",
        "This PDF has no e-invoice inside: it is a picture of one. Upload the XML file, or a PDF made as Factur-X or ZUGFeRD.",
    )


def _chosen(pdf: Any) -> Any:
    """The embedded file that is the invoice."""
    by_name: dict[str, Any] = {}
    for number, (name, file) in enumerate(pdf.attachments.items()):
        if number == _MOST_FILES:
            break
        by_name.setdefault(str(name).rpartition("/")[2].lower(), file)
    known = [by_name[name] for name in _NAMES if name in by_name]
    others = [file for name, file in by_name.items() if name.endswith(".xml")]
    return next(iter((*known, *others)), None)


def _bytes_of(file: Any, pikepdf: ModuleType) -> bytes:
    """Its bytes, of which never more are unpacked than an invoice may have."""
    stream = file.get_file().obj
    packed: bytes = stream.read_raw_bytes()
    filters = stream.get("/Filter")
    if isinstance(filters, pikepdf.Array):
        filters = filters[0] if len(filters) == 1 else filters
    if filters is None or (isinstance(filters, pikepdf.Array) and not len(filters)):
        return packed
    if filters != pikepdf.Name.FlateDecode or stream.get("/DecodeParms") is not None:
        raise ValueError("packed in a way that no invoice is")
    return _unpacked(packed)


def _unpacked(packed: bytes) -> bytes:
    machine = zlib.decompressobj()
    content = machine.decompress(packed, MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Refused(
            "PST-TOO-LARGE",
            "The file is %(size)s MB; at most %(limit)s MB is possible. Leave out large attachments.",
            size=f"> {MAX_BYTES // 1_048_576}",
            limit=MAX_BYTES // 1_048_576,
        )
    return content
