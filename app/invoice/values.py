"""Take single values out of a UBL or CII tree; what is absent, empty or unreadable is ``None``."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from lxml import etree

from app.invoice import cii, ubl
from app.invoice.identifiers import ParticipantId
from app.invoice.model import Attachment, Classification, Identifier

Element = etree._Element

_NAMESPACES = {**ubl.NAMESPACES, **cii.NAMESPACES}
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_LONGEST_NUMBER = 60  # more digits than any amount has; keeps arithmetic cheap


@lru_cache(maxsize=1024)
def path(names: str) -> str:
    """``cac:Party/cbc:Name`` as lxml wants it; a name without a prefix is one of CII's ``ram``."""
    return "/".join(_qualified(name) for name in names.split("/"))


def _qualified(name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"


def first(element: Element | None, names: str) -> Element | None:
    """The first element at this path."""
    return None if element is None else element.find(path(names))


def every(element: Element | None, names: str) -> list[Element]:
    """All elements at this path."""
    return [] if element is None else list(element.findall(path(names)))


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
    return _decimal(stripped) if len(stripped) <= _LONGEST_NUMBER else None


@lru_cache(maxsize=4096)
def _decimal(written: str) -> Decimal | None:
    # Many rules read the same few amounts.
    return Decimal(written) if _DECIMAL.fullmatch(written) else None


def amount(element: Element | None, names: str) -> Decimal | None:
    """The number at this path."""
    return number(text(element, names))


def measured(element: Element | None) -> tuple[Decimal | None, str | None]:
    """A quantity and its unit."""
    return number(content(element)), None if element is None else element.get("unitCode")


def identifier(element: Element | None, scheme: str = "schemeID") -> Identifier | None:
    """A number and its scheme."""
    value = content(element)
    if element is None or value is None:
        return None
    return Identifier(value, (element.get(scheme) or "").strip() or None)


def endpoint(element: Element | None) -> ParticipantId | None:
    """An electronic address (BT-34, BT-49); without a scheme it is none that anything could be sent to."""
    found = identifier(element)
    return ParticipantId(found.scheme, found.value) if found and found.scheme else None


def address_lines(*lines: str | None) -> tuple[str, ...]:
    """Lines in their places; what isn't there behind the last is no line."""
    kept = [line or "" for line in lines]
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


def classifications(elements: Iterable[Element]) -> tuple[Classification, ...]:
    """Codes of lists (BT-158); one that is empty is none."""
    return tuple(
        Classification(code, each.get("listID"), each.get("listVersionID"))
        for each in elements
        if (code := content(each)) is not None
    )


def attached(embedded: Element | None) -> Attachment:
    """Only the file of a supporting document (BT-125); bytes that aren't base64 are left out, its name stays."""
    if embedded is None:
        return Attachment()
    return Attachment(
        content=_decoded(embedded.text or ""),
        mime=embedded.get("mimeCode"),
        filename=embedded.get("filename"),
    )


def _decoded(written: str) -> bytes | None:
    try:
        return base64.b64decode("".join(written.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
