"""A page as a PDF. WeasyPrint is loaded at the first PDF: it brings large libraries along."""

from __future__ import annotations

import logging
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any

from PIL import ImageFile


def write(page: str, xml: bytes | None = None) -> bytes:
    """A PDF of an HTML page, with the original XML attached to it when that is given."""
    weasyprint = _weasyprint()
    attachments = [] if xml is None else [_attachment(weasyprint, xml)]
    document = weasyprint.HTML(string=page, url_fetcher=_fetcher(weasyprint))
    written: bytes = document.write_pdf(attachments=attachments)
    return written


@lru_cache(maxsize=1)
def _weasyprint() -> ModuleType:
    module = import_module("weasyprint")
    # It warns of each rule for screens, for every page that it makes.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    # Loading it makes the whole process accept pictures that end halfway; profile pictures mustn't.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return module


def _attachment(weasyprint: ModuleType, xml: bytes) -> Any:
    return weasyprint.Attachment(
        string=xml, name="invoice.xml", description="UBL 2.1", relationship="Alternative"
    )


def _fetcher(weasyprint: ModuleType) -> Any:
    """Only what stands in the page itself; never a file of this machine or an address on the web."""
    return weasyprint.urls.URLFetcher(allowed_protocols=("data",), allow_redirects=False)
