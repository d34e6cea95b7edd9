"""A document as it came in, whatever it came as: UBL, CII, or a PDF with one of them inside.

The bytes that came are kept as they are. What they say is read into one model, and whoever needs
UBL gets it: the original itself, or one that is made of it, always the same for the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.invoice import cii, cii_read, embedded, ubl_read, ubl_write
from app.invoice.model import Invoice
from app.invoice.parsing import MAX_BYTES, parse


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
    in_pdf: bool = False

    @property
    def ubl(self) -> bytes:
        """The invoice as UBL: as it came, or made of what came."""
        return self.xml if self.syntax is Syntax.UBL else ubl_write.write(self.invoice)


def read(content: bytes, *, max_bytes: int = MAX_BYTES) -> Original:
    """What these bytes say; what isn't an invoice in any of these ways is refused, saying what it is."""
    in_pdf = embedded.is_pdf(content)
    xml = embedded.xml_in(content) if in_pdf else content
    root = parse(xml, max_bytes=max_bytes)
    if root.tag == cii.ROOT:
        return Original(cii_read.read_tree(root), xml, Syntax.CII, in_pdf)
    return Original(ubl_read.read_tree(root), xml, Syntax.UBL, in_pdf)
