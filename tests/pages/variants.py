"""Theme, width and language: every pair of two of them comes about, without every combination of all three."""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass

EVERYTHING = os.environ.get("PAGES") == "all"  # make test-pages-all
THEMES = ("light", "dark")
WIDTHS = (1280, 360)
LANGUAGES = ("nl", "en", "fr", "de")
HEIGHT = {1280: 900, 360: 740}


@dataclass(frozen=True, slots=True, order=True)
class Variant:
    """How a page is looked at."""

    theme: str
    width: int
    language: str

    def __str__(self) -> str:
        return f"{self.theme}, {self.width} wide, {self.language}"


ALL = tuple(Variant(*each) for each in itertools.product(THEMES, WIDTHS, LANGUAGES))
# Theme and width follow from the language and a half: 8 of the 16 hold every pair.
PAIRS = tuple(
    Variant(THEMES[half], WIDTHS[(half + number) % 2], language)
    for number, language in enumerate(LANGUAGES)
    for half in (0, 1)
)


def of(number: int) -> tuple[Variant, ...]:
    """In which ways to look at the page with this number."""
    return ALL if EVERYTHING else (PAIRS[number % len(PAIRS)],)
