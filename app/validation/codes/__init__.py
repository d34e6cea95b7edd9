"""Official code lists, one text file each, read once."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=64)
def codes(name: str) -> frozenset[str]:
    """The codes in the list of this name."""
    return frozenset((files(__package__) / f"{name}.txt").read_text("ascii").split())
