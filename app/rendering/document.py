"""The invoice as one self-contained HTML page; every word of it is escaped."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.invoice.model import Invoice
from app.rendering.design import PLAIN, Design
from app.rendering.view import view

_FOLDER = Path(__file__).parent


def html(invoice: Invoice, language: str = "en") -> str:
    """The whole page; it refers to nothing outside itself."""
    return _page(invoice, language, style(), PLAIN)


def unstyled(invoice: Invoice, language: str = "en", design: Design = PLAIN) -> str:
    """The page for a printer that knows the style already: to read it each time takes a tenth of the time."""
    return _page(invoice, language, design.style, design)


def _page(invoice: Invoice, language: str, styled: Markup, design: Design) -> str:
    page = _environment().get_template("invoice.html")
    return page.render(doc=view(invoice, language), style=styled, logo=design.picture)


def style_source() -> str:
    """The one style that the page has, as a Content-Security-Policy names it: whatever else is no style."""
    digest = hashlib.sha256(style().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=1)
def style() -> Markup:
    """How the page looks, on a screen and on paper."""
    # Our own file, without anything from an invoice in it.
    return Markup((_FOLDER / "invoice.css").read_text("utf-8"))  # noqa: S704
