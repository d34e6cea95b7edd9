"""Take single values out of a UBL tree; what is absent, empty or unreadable is ``None``."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import date
from decimal import Decimal

from lxml import etree

from app.invoice import ubl
from app.invoice.model import Attachment, Identifier, Period

Element = etree._Element

_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_LONGEST_NUMBER = 60  # more digits than any amount has; keeps arithmetic cheap


def first(element: Element | None, names: str) -> Element | None:
    """The first element at this path."""
    return None if element is None else element.find(ubl.path(names))


def every(element: Element | None, names: str) -> list[Element]:
    """All elements at this path."""
    return [] if element is None else list(element.findall(ubl.path(names)))


def content(element: Element | None) -> str | None:
    """The text of one element, without white space around it."""
    if element is None:
        return None
    return (element.text or "").strip() or None


def text(element: Element | None, names: str) -> str | None:
    """The text at this path."""
    return content(first(element, names))


def number(written: str | None) -> Decimal | None:
    """A decimal as XML Schema writes it; anything else is not a number."""
    stripped = (written or "").strip()
    if len(stripped) > _LONGEST_NUMBER or not _DECIMAL.fullmatch(stripped):
        return None
    return Decimal(stripped)


def amount(element: Element | None, names: str) -> Decimal | None:
    """The number at this path."""
    return number(text(element, names))


def day(element: Element | None, names: str) -> date | None:
    """The date at this path; a time zone behind it is left out."""
    written = text(element, names)
    try:
        return date.fromisoformat((written or "")[:10])
    except ValueError:
        return None


def period(element: Element | None) -> Period | None:
    """A start and an end, when at least one of them is there."""
    start, end = day(element, "cbc:StartDate"), day(element, "cbc:EndDate")
    return Period(start, end) if start or end else None


def identifier(element: Element | None, scheme: str = "schemeID") -> Identifier | None:
    """A number and its scheme."""
    value = content(element)
    if element is None or value is None:
        return None
    return Identifier(value, (element.get(scheme) or "").strip() or None)


def identifiers(
    element: Element | None, names: str, scheme: str = "schemeID"
) -> tuple[Identifier, ...]:
    """All numbers at this path."""
    found = (identifier(each, scheme) for each in every(element, names))
    return tuple(each for each in found if each is not None)


def attachment(reference: Element) -> Attachment:
    """A supporting document; bytes that aren't base64 are left out, its name stays."""
    embedded = first(reference, "cac:Attachment/cbc:EmbeddedDocumentBinaryObject")
    return Attachment(
        id=text(reference, "cbc:ID"),
        description=text(reference, "cbc:DocumentDescription"),
        url=text(reference, "cac:Attachment/cac:ExternalReference/cbc:URI"),
        content=None if embedded is None else decoded(embedded.text or ""),
        mime=None if embedded is None else embedded.get("mimeCode"),
        filename=None if embedded is None else embedded.get("filename"),
    )


def decoded(written: str) -> bytes | None:
    """Bytes that were written as base64; anything else is none."""
    try:
        return base64.b64decode("".join(written.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
