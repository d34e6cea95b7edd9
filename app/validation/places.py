"""Where an element stands, as people who know UBL write it: ``/Invoice/cac:InvoiceLine[2]/cbc:ID``."""

from __future__ import annotations

from app.invoice import ubl
from app.validation.look import Element

_PREFIXES = {ubl.CAC: "cac:", ubl.CBC: "cbc:"}


class Places:
    """The places of one document."""

    def __init__(self) -> None:
        self._ordinals: dict[Element, dict[Element, str]] = {}

    def of(self, element: Element) -> str:
        """The names from the root to this element, with numbers where a name occurs again."""
        parts: list[str] = []
        current: Element | None = element
        while current is not None:
            parent = current.getparent()
            parts.append(_name(current) + self._ordinal(current, parent))
            current = parent
        return "/" + "/".join(reversed(parts))

    def _ordinal(self, element: Element, parent: Element | None) -> str:
        if parent is None:
            return ""
        # Counted once for all children together: a document may have very many lines.
        if parent not in self._ordinals:
            self._ordinals[parent] = _numbered(parent)
        return self._ordinals[parent].get(element, "")


def _name(element: Element) -> str:
    namespace, _, local = str(element.tag).removeprefix("{").rpartition("}")
    return _PREFIXES.get(namespace, "") + local


def _numbered(parent: Element) -> dict[Element, str]:
    """The children that have a namesake, each with its number."""
    same: dict[str, list[Element]] = {}
    for child in parent.iterchildren("*"):
        same.setdefault(str(child.tag), []).append(child)
    return {
        child: f"[{number}]"
        for namesakes in same.values()
        if len(namesakes) > 1
        for number, child in enumerate(namesakes, 1)
    }
