"""A document as it came in, whatever it came as: UBL, CII, or a PDF with one of them inside.

The bytes that came are kept as they are. What they say is read into one model, and whoever needs
UBL gets it: the original itself, or one that is made of it, always the same for the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from app.invoice import cii, cii_read, embedded, ubl_read, ubl_write
from app.invoice.fitting import fitted
from app.invoice.model import Invoice
from app.invoice.parsing import MAX_BYTES, parse, refuse_by_size


class Syntax(StrEnum):
    """The two ways to write down what EN 16931 means."""

    UBL = "UBL 2.1"
    CII = "CII D16B"


@dataclass(frozen=True, slots=True)
class Original:
    """What a document says, and how it said it."""

    invoice: Invoice
    xml: bytes
    syntax: Syntax
    pdf: bytes | None = None  # what it came in

    @property
    def ubl(self) -> bytes:
        """The invoice as UBL: as it came, or made of what came."""
        return self.xml if self.syntax is Syntax.UBL else ubl_write.write(fitted(self.invoice))


def read(content: bytes) -> Original:
    """What these bytes say; what isn't an invoice in any of these ways is refused, saying what it is."""
    root, xml = _opened(content, MAX_BYTES)
    pdf = None if xml is content else content
    if root.tag == cii.ROOT:
        return Original(cii_read.read_tree(root), xml, Syntax.CII, pdf)
    return Original(ubl_read.read_tree(root), xml, Syntax.UBL, pdf)


def recognise(content: bytes, *, max_bytes: int = MAX_BYTES) -> None:
    """Refuse what isn't an invoice, like ``read``, but without reading what it says."""
    root, _xml = _opened(content, max_bytes)
    if root.tag != cii.ROOT:
        ubl_read.kind_of(root)


def _opened(content: bytes, max_bytes: int) -> tuple[etree._Element, bytes]:
    xml = content
    if embedded.is_pdf(content):
        refuse_by_size(content, max_bytes)
        xml = embedded.xml_in(content)
    return parse(xml, max_bytes=max_bytes), xml
