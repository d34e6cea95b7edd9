"""Take single values out of a CII tree; what is absent, empty or unreadable is ``None``."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.invoice import cii
from app.invoice.model import Attachment, Identifier, Period
from app.invoice.values import Element, attached, content, every, first, identifier, text


def day(element: Element | None, names: str) -> date | None:
    """The date at this path, written as one of eight digits."""
    found = first(element, names)
    written = content(found) or ""
    if found is None or found.get("format", cii.DATE_FORMAT) != cii.DATE_FORMAT:
        return None
    if len(written) != 8 or not written.isascii() or not written.isdigit():
        return None
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        return None


def period(element: Element | None) -> Period | None:
    """A start and an end, when at least one of them is there."""
    start = day(element, "StartDateTime/udt:DateTimeString")
    end = day(element, "EndDateTime/udt:DateTimeString")
    return Period(start, end) if start or end else None


def identifiers(element: Element | None) -> tuple[Identifier, ...]:
    """A party's own numbers: without a scheme, and with one."""
    both = (*every(element, "ID"), *every(element, "GlobalID"))
    return tuple(each for each in map(identifier, both) if each is not None)


def reference(element: Element | None) -> Identifier | None:
    """The number of an invoiced object, whose scheme stands beside it."""
    value = text(element, "IssuerAssignedID")
    return Identifier(value, text(element, "ReferenceTypeCode")) if value else None


def typed_documents(element: Element | None, code: str) -> list[Element]:
    """Documents of one kind."""
    found = every(element, "AdditionalReferencedDocument")
    return [each for each in found if text(each, "TypeCode") == code]


def attachment(element: Element) -> Attachment:
    """A supporting document."""
    return replace(
        attached(first(element, "AttachmentBinaryObject")),
        id=text(element, "IssuerAssignedID"),
        description=text(element, "Name"),
        url=text(element, "URIID"),
    )
