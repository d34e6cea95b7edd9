"""An invoice as people read it: HTML, and PDF with the XML inside. Both are pure."""

from app.rendering.document import html
from app.rendering.pdf import pdf

__all__ = ["html", "pdf"]
