"""Words that nobody translated: the same in two languages, though they are neither data nor names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from flask import Flask
from flask_appbuilder import Model
from lxml import etree
from lxml import html as markup
from sqlalchemy import String, Text, select

from app import tenancy
from app.extensions import db
from tests.test_translations import CODES, NAMES, THE_SAME_WORD

# Beside what tests/test_translations.py lets read the same, with its reason.
SIGNS = {
    "kB": "a unit",
    "MB": "a unit",
    "ms": "a unit",
    "UTC": "a clock",
    "AM": "how English writes a time; other languages show data there",
    "PM": "how English writes a time",
}
SHOWN = ("aria-label", "title", "placeholder", "alt", "data-label")
LETTERS = re.compile(r"[^\W\d_]{2,}")


class Data:
    """What customers and people wrote: names, numbers, notes, and the content of documents."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.words = set(self._stored(app)) | set(self._documents(folder))

    def without(self, text: str, language: str) -> list[str]:
        """The words of an English text that come from nobody's data and aren't the same in this language."""
        fine = self.words | same_in(language)
        return [word for word in LETTERS.findall(text) if word not in fine]

    def _stored(self, app: Flask) -> Iterator[str]:
        with app.app_context(), tenancy.every_environment("test: what people wrote"):
            for table in Model.metadata.sorted_tables:
                for column in table.columns:
                    if isinstance(column.type, String | Text):
                        for value in db.session.scalars(select(column)):
                            # Our own codes are lower case words; what people wrote has more to it.
                            if value and not re.fullmatch(r"[a-z_.]+", value):
                                yield from LETTERS.findall(value)
            db.session.remove()

    def _documents(self, folder: Path) -> Iterator[str]:
        for path in folder.glob("files/**/*"):
            content = path.read_bytes() if path.is_file() else b""
            if content.lstrip().startswith(b"<"):
                for each in etree.fromstring(content).itertext():
                    yield from LETTERS.findall(each)


@cache
def same_in(language: str) -> set[str]:
    """Every word that is rightly the same in English and in this language."""
    same = NAMES | CODES | THE_SAME_WORD[language] | set(SIGNS)
    return {word for text in same for word in LETTERS.findall(text)}


def texts(page: str) -> set[str]:
    """Every text of a page that a person reads or hears; not what is marked as being in another language."""
    root = markup.fromstring(page)
    for each in root.xpath(
        "//script|//style|//template|//code|//body//*[@lang]|//*[@translate='no']"
    ):
        each.drop_tree()
    found = {" ".join(text.split()) for text in root.xpath("//text()")}
    for name in SHOWN:
        found.update(" ".join(value.split()) for value in root.xpath(f"//@{name}"))
    found.update(root.xpath("//input[@type='submit' or @type='button']/@value"))
    return {text for text in found if LETTERS.search(text)}


def untranslated(english: str, other: str, language: str, data: Data) -> dict[str, list[str]]:
    """Texts that a page has in English and in this language, with the words in them that are not data."""
    shared = texts(english) & texts(other)
    found = {text: data.without(text, language) for text in sorted(shared)}
    return {text: words for text, words in found.items() if words}
