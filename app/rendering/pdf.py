"""A page as a PDF. WeasyPrint is loaded at the first PDF: it brings large libraries along."""

from __future__ import annotations

import logging
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any

from PIL import ImageFile

from app.rendering.document import style

# Archival, with files inside (3) and a structure that is read aloud (a).
_VARIANT = "pdf/a-3a"


def write(page: str, xml: bytes | None = None) -> bytes:
    """A PDF of an HTML page, with the original XML attached to it when that is given."""
    return put_down(lay_out(page), xml)


def lay_out(page: str) -> Any:
    """The page in its sheets of paper, with every box in its place."""
    weasyprint = _weasyprint()
    document = weasyprint.HTML(string=page, url_fetcher=_fetcher(weasyprint))
    return document.render(font_config=_fonts(), stylesheets=[_stylesheet()])


def put_down(document: Any, xml: bytes | None = None) -> bytes:
    """The sheets as a file that can be kept for long and read aloud."""
    attachments = [] if xml is None else [_attachment(_weasyprint(), xml)]
    written: bytes = document.write_pdf(
        attachments=attachments, finisher=_finish, pdf_variant=_VARIANT
    )
    return written


@lru_cache(maxsize=1)
def _weasyprint() -> ModuleType:
    module = import_module("weasyprint")
    # It warns of each rule for screens, for every page that it makes.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    # Loading it makes the whole process accept pictures that end halfway; profile pictures mustn't.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return module


@lru_cache(maxsize=1)
def _fonts() -> Any:
    # One for all: with one of its own each document would take 0.2 MB that never come back.
    return _weasyprint().text.fonts.FontConfiguration()


@lru_cache(maxsize=1)
def _stylesheet() -> Any:
    return _weasyprint().CSS(string=str(style()))


def _attachment(weasyprint: ModuleType, xml: bytes) -> Any:
    return weasyprint.Attachment(
        string=xml, name="invoice.xml", description="UBL 2.1", relationship="Alternative"
    )


def _finish(_document: Any, pdf: Any) -> None:
    # WeasyPrint 70 names each attached file twice in the list of associated files.
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])


def _fetcher(weasyprint: ModuleType) -> Any:
    """Only what stands in the page itself; never a file of this machine or an address on the web."""
    return weasyprint.urls.URLFetcher(allowed_protocols=("data",), allow_redirects=False)
