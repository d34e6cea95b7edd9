"""Sentences in the reader's language for the parts that know no web framework.

Each such part has its own catalogue (a gettext domain) beside the screens' one. The compiled
``.mo`` is used where it exists, else the ``.po`` it is made from, else English.
"""

from __future__ import annotations

import gettext
from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"


class Words(str):
    """A value inside a sentence that is itself to be translated."""

    __slots__ = ()


def N_(text: str) -> str:  # noqa: N802 - the name by which gettext tools find a sentence
    """Mark a sentence for translation where it is written; it is translated where it is shown."""
    return text


def translate(domain: str, language: str, text: str) -> str:
    """The sentence in this language, or as it is when there is no translation."""
    if not text:
        return text  # in a catalogue the empty sentence is its head
    return _catalogue(domain, language.partition("-")[0].partition("_")[0]).get(text) or text


@lru_cache(maxsize=32)
def _catalogue(domain: str, language: str) -> dict[str, str]:
    folder = TRANSLATIONS / language / "LC_MESSAGES"
    if not language.isalpha() or not folder.is_dir():
        return {}
    compiled, source = folder / f"{domain}.mo", folder / f"{domain}.po"
    if compiled.exists():
        with compiled.open("rb") as file:
            # gettext keeps the whole catalogue in this one dictionary.
            messages: dict[str, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        return {key: text for key, text in messages.items() if isinstance(key, str)}
    if source.exists():
        with source.open("rb") as file:
            entries = read_po(file)
        return {str(entry.id): str(entry.string) for entry in entries if entry.id}
    return {}
