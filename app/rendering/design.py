"""The logo and the colour of a sender on the printed invoice; letters stay readable whatever was chosen."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from markupsafe import Markup

_COLOUR = re.compile(r"#[0-9a-f]{6}")
USUAL = "#d95d1e"  # of the page as it is without a choice
_ENOUGH = 4.5  # contrast of letters on paper, as WCAG 2.2 AA asks
# Letters stand on white and on the box with the amount; this is the darker of the two.
_PAPER = (0xEE, 0xF3, 0xF7)
_STYLE = (
    "html body header{{border-top-color:{bar}}}"
    "html body :is(h1,.due strong,.sums .total th,.sums .total td){{color:{ink}}}"
    "html body .lines thead th{{border-bottom-color:{ink}}}"
    "html body .sums .total :is(th,td){{border-top-color:{ink}}}"
)

_Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Design:
    """A picture as PNG, and a colour such as ``#15324b``; either may be empty."""

    logo: bytes = b""
    colour: str = ""

    @property
    def picture(self) -> str:
        """The logo inside the page itself: a printer fetches nothing."""
        return f"data:image/png;base64,{base64.b64encode(self.logo).decode()}" if self.logo else ""

    @property
    def style(self) -> Markup:
        """What is different from the usual page."""
        if not is_colour(self.colour):
            return Markup()
        # Only a colour that was looked at gets in here.
        return Markup(_STYLE.format(bar=self.colour, ink=ink(self.colour)))  # noqa: S704


PLAIN = Design()


def is_colour(text: str) -> bool:
    """Whether it is written as ``#15324b``."""
    return _COLOUR.fullmatch(text) is not None


def ink(colour: str) -> str:
    """The colour itself, or as much darker as letters need."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    found: _Rgb = (red, green, blue)
    while _contrast(found) < _ENOUGH:
        found = (int(found[0] * 0.95), int(found[1] * 0.95), int(found[2] * 0.95))
    return "#{:02x}{:02x}{:02x}".format(*found)


def _contrast(colour: _Rgb) -> float:
    return (_light(_PAPER) + 0.05) / (_light(colour) + 0.05)


def _light(colour: _Rgb) -> float:
    """Relative luminance."""
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
