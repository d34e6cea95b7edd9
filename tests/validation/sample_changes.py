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
    """The sample after these changes: ("remove", path), ("set", path, text), ("empty", path),
    ("attribute", path, name, value), ("repeat", path), ("add", path of parent, name, text)."""
    root = etree.fromstring(sample(name))
    for what, path, *rest in changes:
        element = root if path == "." else root.find(path, ubl.NAMESPACES)
        assert element is not None, f"{name} has no {path}"
        _change(what, element, *rest)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _change(what: str, element: etree._Element, *rest: str) -> None:
    if what == "remove":
        element.getparent().remove(element)
    elif what == "set":
        element.text = rest[0]
    elif what == "empty":
        element.text = None
    elif what == "attribute":
        element.attrib.pop(rest[0], None)
        if rest[1]:
            element.set(rest[0], rest[1])
    elif what == "repeat":
        element.addnext(copy.deepcopy(element))
    elif what == "add":
        etree.SubElement(element, ubl.qualified(rest[0])).text = rest[1]
    else:
        raise ValueError(what)
