"""The structured communication of Belgian payments: ten digits and two that check them, +++090/9337/55493+++."""

from __future__ import annotations

import re

from app.errors import Unreadable

_FORM = re.compile(r"[+*]{0,3}\s*(\d{3})\s*/\s*(\d{4})\s*/\s*(\d{5})\s*[+*]{0,3}")
_MEANT = re.compile(r"\+{2,}|\*{2,}|\d{3}\s*/\s*\d{3,5}\s*/")


def communication(number: int) -> str:
    """The one that carries this number of at most ten digits."""
    ten = f"{number % 10**10:010d}"
    twelve = ten + _check(ten)
    return f"+++{twelve[:3]}/{twelve[3:7]}/{twelve[7:]}+++"


def checked(text: str, field: str) -> str:
    """A payment reference; one that is meant as a structured communication is in order, or is refused."""
    if not _MEANT.search(text):
        return text
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise Unreadable(
            "A structured communication has twelve digits, such as +++090/9337/55493+++.",
            field=field,
        )
    twelve = "".join(found.groups())
    if twelve[10:] != _check(twelve[:10]):
        raise Unreadable(
            "The last two digits of this structured communication don't fit the others. "
            "Check for a typing error.",
            field=field,
        )
    return f"+++{found[1]}/{found[2]}/{found[3]}+++"


def _check(ten: str) -> str:
    return f"{int(ten) % 97 or 97:02d}"
