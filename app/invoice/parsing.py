"""Turn bytes from outside into an XML tree, safely: no DTD, no entities, no network, no giants.

Bytes that can't hold anything of that kind, as nearly all can't, are read at once. For others a
first pass with expat only looks and counts, and stops at the first thing that we don't want; the
tree is built after that.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from xml.parsers import expat

from lxml import etree

from app.errors import Unreadable
from app.invoice.wording import N_

MAX_BYTES = 20 * 1024 * 1024
MAX_DEPTH = 100
MAX_ELEMENTS = 1_000_000
MAX_ATTRIBUTES = 64

_MAGIC = (
    (b"PK\x03\x04", "PST-ZIP", N_("This is a ZIP file (or an Office document). Unpack it and upload the XML file inside.")),
    (b"%PDF", "PST-PDF", N_("This is a PDF, not XML. Upload the XML file of the invoice.")),
    (b"\x89PNG", "PST-IMAGE", N_("This is an image, not XML. Upload the XML file of the invoice.")),
    (b"\xff\xd8\xff", "PST-IMAGE", N_("This is an image, not XML. Upload the XML file of the invoice.")),
    (b"GIF8", "PST-IMAGE", N_("This is an image, not XML. Upload the XML file of the invoice.")),
    (b"\x1f\x8b", "PST-ZIP", N_("This is a compressed file. Unpack it and upload the XML file inside.")),
    (b"\xd0\xcf\x11\xe0", "PST-NOT-XML", N_("This is an old Office document, not XML. Upload the XML file of the invoice.")),
)  # fmt: skip
_TOO_DEEP = N_("The XML is nested too deeply to be an invoice: more than %(limit)s levels.")
_TOO_MANY_ELEMENTS = N_("The XML has too many elements to be an invoice: more than %(limit)s.")
_TOO_MANY_ATTRIBUTES = N_(
    "An element of the XML has too many attributes to be one of an invoice: more than %(limit)s."
)
_LARGEST_TEXT = 10_000_000  # what libxml2 takes without being told that the tree may be huge
_is_too_deep = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")
_has_too_many_attributes = etree.XPath(f"boolean(/descendant::*/@*[{MAX_ATTRIBUTES + 1}])")
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ENCODING_ERRORS = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_UNKNOWN_ENCODING,
        expat.errors.XML_ERROR_INCORRECT_ENCODING,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
}
_CONTROL_ERRORS = {
    expat.errors.codes[message]
    for message in (expat.errors.XML_ERROR_INVALID_TOKEN, expat.errors.XML_ERROR_BAD_CHAR_REF)
}


class Refused(Unreadable):
    """Bytes that we don't take as XML, with the stable code of the reason."""

    def __init__(self, code: str, text: str, /, line: int | None = None, **values: object) -> None:
        super().__init__(text, field="file", line=line, **values)
        self.code = code
        self.line = line


def parse(xml: bytes, *, max_bytes: int = MAX_BYTES, layout: bool = True) -> etree._Element:
    """The root of a document that is well-formed and harmless; anything else is ``Refused``.

    Without ``layout`` the white space between elements may be left out, which is a fifth of a large
    tree; the text of an element that has only text stays as it is.
    """
    refuse_by_size(xml, max_bytes)
    _refuse_other_formats(xml)
    root = _plain(xml, layout)
    if root is None:
        _scan(xml)
        root = _tree(xml)
    return root


def _plain(xml: bytes, layout: bool) -> etree._Element | None:
    """The root of a document without anything unusual; nothing where that isn't certain."""
    if not _looks_plain(xml):
        return None
    # An instruction inside a text would make a part of that text look like layout.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_blank_text=not layout and xml.count(b"<?") <= 1,
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None  # what is wrong is said by those who look more closely
    many = xml.count(b"=") > MAX_ATTRIBUTES and _has_too_many_attributes(root)
    return None if many or _is_too_deep(root) else root


def _looks_plain(xml: bytes) -> bool:
    """Whether it is UTF-8 without a DOCTYPE, and so small that libxml2's own limits will do."""
    start = xml[:200].lower()
    return (
        len(xml) < _LARGEST_TEXT
        and start.startswith((b"<", codecs.BOM_UTF8 + b"<"))
        and (b"encoding" not in start or b"utf-8" in start)
        and b"<!" not in xml
        and b"\x00" not in xml
        and xml.count(b"=") <= max(elements := xml.count(b"<"), MAX_ATTRIBUTES)
        and elements <= MAX_ELEMENTS
    )


def _tree(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=True,  # the scan has already set tighter limits than libxml2's own
    )
    try:
        return etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise _not_well_formed(line) from error


def refuse_by_size(xml: bytes, max_bytes: int) -> None:
    """Nothing, and more than an invoice is, are refused before anything is read."""
    if not xml.strip(b" \t\r\n\x00"):
        raise Refused("PST-EMPTY", "The file is empty. Choose the XML file of the invoice.")
    if len(xml) > max_bytes:
        raise Refused(
            "PST-TOO-LARGE",
            "The file is %(size)s MB; at most %(limit)s MB is possible. Leave out large attachments.",
            size=-(-len(xml) // 1_048_576),
            limit=max_bytes // 1_048_576,
        )


def _refuse_other_formats(xml: bytes) -> None:
    for magic, code, sentence in _MAGIC:
        if xml.startswith(magic):
            raise Refused(code, sentence)
    start = xml.lstrip(b" \t\r\n")
    if not start.startswith((b"<", *_BOMS, b"\x00<")):
        raise Refused("PST-NOT-XML", "This is not an XML file. Upload the XML file of the invoice.")


class _Scan:
    """Counts what goes by, and stops at what we don't want."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self._depth = self._elements = 0
        self._parser = parser
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close

    def _doctype(self, *_declaration: object) -> None:
        raise Refused(
            "PST-DOCTYPE",
            "The file contains a DOCTYPE or entities, which an e-invoice may not have. Ask the sender for a plain XML file.",
            line=self._parser.CurrentLineNumber,
        )

    def _open(self, _name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH:
            raise self._too_complex(_TOO_DEEP, MAX_DEPTH)
        if self._elements > MAX_ELEMENTS:
            raise self._too_complex(_TOO_MANY_ELEMENTS, MAX_ELEMENTS)
        if len(attributes) > MAX_ATTRIBUTES:
            raise self._too_complex(_TOO_MANY_ATTRIBUTES, MAX_ATTRIBUTES)

    def _close(self, _name: str) -> None:
        self._depth -= 1

    def _too_complex(self, sentence: str, limit: int) -> Refused:
        line = self._parser.CurrentLineNumber
        return Refused("PST-TOO-COMPLEX", sentence, line=line, limit=limit)


def _scan(xml: bytes) -> None:
    parser = expat.ParserCreate()
    _Scan(parser)
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        if error.code in _ENCODING_ERRORS or not _is_utf8(xml, error.lineno):
            raise Refused(
                "PST-ENCODING",
                "The file isn't written in the character encoding that it names. Save it as UTF-8.",
                line=error.lineno,
            ) from error
        if error.code in _CONTROL_ERRORS and _is_control(xml, parser.ErrorByteIndex):
            raise Refused(
                "PST-CONTROL",
                "The file has a control character at line %(line)s, which XML can't hold. Take it out in the software that made the file.",
                line=error.lineno,
            ) from error
        raise _not_well_formed(error.lineno) from error
    except (LookupError, ValueError) as error:  # a named encoding that Python can't map
        raise Refused(
            "PST-ENCODING",
            "The file isn't written in the character encoding that it names. Save it as UTF-8.",
        ) from error


def _is_control(xml: bytes, place: int) -> bool:
    """Whether a byte that expat stumbled over is none that people can see, written as itself or as &#1;."""
    found = xml[place : place + 2]
    return found == b"&#" or (found[:1] < b" " and found[:1] not in (b"", b"\t", b"\r", b"\n"))


def _is_utf8(xml: bytes, line: int) -> bool:
    """Whether the line that expat stumbled over is UTF-8; what is in another encoding isn't judged."""
    if b"encoding" in xml[:100] and b"utf-8" not in xml[:100].lower():
        return True
    lines = xml.split(b"\n", line)
    try:
        lines[min(line, len(lines)) - 1].decode()
    except UnicodeDecodeError:
        return False
    return True


def _not_well_formed(line: int | None) -> Refused:
    return Refused(
        "PST-NOT-XML",
        "The file isn't well-formed XML; it breaks off or goes wrong at line %(line)s.",
        line=line,
    )
