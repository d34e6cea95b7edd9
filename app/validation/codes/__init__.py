"""Official code lists, one text file each, read once; and what a release changed in them."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=64)
def codes(name: str, *, before: str = "") -> frozenset[str]:
    """The codes in the list of this name, as they are now or as they were before a release."""
    found = set(_text(name).split())
    for release, which, sign, *changed in (line.split() for line in _text("changes").splitlines()):
        if release == before and which == name:
            found = found - set(changed) if sign == "+" else found | set(changed)
    return frozenset(found)


def _text(name: str) -> str:
    return (files(__package__) / f"{name}.txt").read_text("ascii")
