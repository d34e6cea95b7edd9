"""An invoice as people read it: HTML, and PDF with the XML inside. Both are pure."""

from app.invoice.model import Invoice
from app.rendering.design import PLAIN, Design
from app.rendering.document import html, style_source, unstyled
from app.rendering.printing import press

__all__ = ["PLAIN", "Design", "html", "pdf", "style_source"]


def pdf(
    invoice: Invoice, language: str = "en", xml: bytes | None = None, design: Design = PLAIN
) -> bytes:
    """The printed page, with the original XML attached to it when that is given.

    Raises Conflict for an invoice that is too long to print.
    """
    return press.print(unstyled(invoice, language, design), xml)
