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


Ways = tuple[Variant, ...]  # of one page that is open: only the theme differs

ALL = tuple(Variant(*each) for each in itertools.product(THEMES, WIDTHS, LANGUAGES))
# Theme and width follow from the language and a half: 8 of the 16 hold every pair.
PAIRS = tuple(
    Variant(THEMES[half], WIDTHS[(half + number) % 2], language)
    for number, language in enumerate(LANGUAGES)
    for half in (0, 1)
)
# What one worker looks at: the whole product falls apart by language, of which each has its own words.
MIXED = "mixed"
SHARES = LANGUAGES if EVERYTHING else (MIXED,)


def of(number: int, share: str) -> tuple[Ways, ...]:
    """In which ways to look at the page with this number; it is opened once for each of these."""
    return whole(share) if EVERYTHING else ((PAIRS[number % len(PAIRS)],),)


def live(share: str) -> Ways:
    """All ways to look at a page that comes about once; it is dressed as a narrow one, which follows the system."""
    language = share if EVERYTHING else LANGUAGES[0]
    return tuple(Variant(theme, width, language) for width in reversed(WIDTHS) for theme in THEMES)


def whole(language: str) -> tuple[Ways, ...]:
    """All ways in this language. A narrow page follows the system, and turns dark while it is open."""
    wide, narrow = WIDTHS
    opened = tuple((Variant(theme, wide, language),) for theme in THEMES)
    return (*opened, tuple(Variant(theme, narrow, language) for theme in THEMES))
