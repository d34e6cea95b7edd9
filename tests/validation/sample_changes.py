"""Small changes to a good document, each breaking one thing."""

from __future__ import annotations

import copy
from pathlib import Path

from lxml import etree

from app.invoice import ubl

SAMPLES = Path(__file__).parent.parent / "samples"


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.xml").read_bytes()


def changed(name: str, *changes: tuple[str, ...]) -> bytes:
    """The sample of this name after these changes."""
    return altered(sample(name), *changes)


def altered(xml: bytes, *changes: tuple[str, ...]) -> bytes:
    """A document after these changes: ("remove", path), ("set", path, text), ("empty", path),
    ("attribute", path, name, value), ("repeat", path), ("add", path of parent, path, text)."""
    root = etree.fromstring(xml)
    for what, path, *rest in changes:
        element = root if path == "." else root.find(path, ubl.NAMESPACES)
        assert element is not None, f"there is no {path}"
        _DEEDS[what](element, *rest)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _remove(element: etree._Element) -> None:
    element.getparent().remove(element)


def _set(element: etree._Element, text: str) -> None:
    element.text = text


def _empty(element: etree._Element) -> None:
    for child in list(element):
        element.remove(child)
    element.text = None


def _attribute(element: etree._Element, name: str, value: str) -> None:
    element.attrib.pop(name, None)
    if value:
        element.set(name, value)


def _repeat(element: etree._Element) -> None:
    element.addnext(copy.deepcopy(element))


def _add(element: etree._Element, path: str, text: str) -> None:
    for name in path.split("/"):
        element = etree.SubElement(element, ubl.qualified(name))
    element.text = text


_DEEDS = {
    "remove": _remove,
    "set": _set,
    "empty": _empty,
    "attribute": _attribute,
    "repeat": _repeat,
    "add": _add,
}
