"""Build UBL elements that exist only when they have content, so that absent stays absent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from lxml import etree

from app.invoice.ubl import qualified

Element = etree._Element
Child = Element | None | Iterable[Element | None]

# What XML 1.0 cannot hold; a stray control character must not make an invoice unwritable.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def leaf(name: str, value: object, /, **attributes: str | None) -> Element | None:
    """One element with text, or nothing when there is no value."""
    if value is None:
        return None
    element = etree.Element(qualified(name))
    element.text = _FORBIDDEN.sub("", _written(value))
    for key, attribute in attributes.items():
        if attribute is not None:
            element.set(key, _FORBIDDEN.sub("", attribute))
    return element


def group(name: str, *children: Child) -> Element | None:
    """An element around its children, or nothing when there are none."""
    present = _flat(children)
    if not present:
        return None
    element = etree.Element(qualified(name))
    element.extend(present)
    return element


def _flat(children: Iterable[Child]) -> list[Element]:
    found: list[Element] = []
    for child in children:
        # An element is iterable too: its type decides, not whether it can be walked.
        if isinstance(child, etree._Element):
            found.append(child)
        elif child is not None:
            found.extend(each for each in child if each is not None)
    return found


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
