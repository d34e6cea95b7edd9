"""Words that nobody translated: the same in two languages, though they are neither data nor names.

And names that nobody marked: a browser that translates the page must leave them as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel import Locale
from flask import Flask
from flask_appbuilder import Model
from lxml import etree
from lxml import html as markup
from sqlalchemy import String, Text, select

from app import tenancy
from app.extensions import db
from app.models import Contact, DocumentContent, Environment, Organization, User
from scripts import catalogues
from tests.test_translations import CODES, DOMAINS, NAMES, THE_SAME_WORD

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
CODE = re.compile(r"[a-z_.]+")
LETTERS = re.compile(r"[^\W\d_]{2,}")


class Data:
    """What customers and people wrote: names, numbers, notes, and the content of documents."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.words = set(self._stored(app)) | set(self._documents(folder))
        self.names = set(self._named(app))

    def without(self, text: str, language: str) -> list[str]:
        """The words of an English text that come from nobody's data and aren't the same in this language."""
        fine = self.words | same_in(language)
        return [word for word in LETTERS.findall(text) if word not in fine]

    def _stored(self, app: Flask) -> Iterator[str]:
        ours = _sentences()
        with app.app_context(), tenancy.every_environment("test: what people wrote"):
            for table in Model.metadata.sorted_tables:
                for column in table.columns:
                    if isinstance(column.type, String | Text):
                        for value in db.session.scalars(select(column)):
                            # Our own codes are lower case words; what people wrote has more to it.
                            if value and value not in ours and not CODE.fullmatch(value):
                                yield from LETTERS.findall(value)
            db.session.remove()

    def _named(self, app: Flask) -> Iterator[str]:
        """What people, organizations, environments and parties are called."""
        whole = User.first_name + " " + User.last_name
        parties = DocumentContent.seller_name, DocumentContent.buyer_name
        with app.app_context(), tenancy.every_environment("test: who is called what"):
            for column in (whole, Organization.name, Environment.name, Contact.name, *parties):
                yield from filter(None, db.session.scalars(select(column)))
            db.session.remove()

    def _documents(self, folder: Path) -> Iterator[str]:
        for path in folder.glob("files/**/*"):
            content = path.read_bytes() if path.is_file() else b""
            if content.lstrip().startswith(b"<"):
                for each in etree.fromstring(content).itertext():
                    yield from LETTERS.findall(each)


def _sentences() -> set[str]:
    """What we say ourselves, in English as it is stored."""
    kept = [catalogues.read(catalogues.path_of("nl", domain)) for domain in DOMAINS]
    return {str(message.id) for each in kept for message in each}


@cache
def same_in(language: str) -> set[str]:
    """Every word that is rightly the same in English and in this language."""
    same = NAMES | CODES | THE_SAME_WORD[language] | set(SIGNS) | _told_by_unicode(language)
    return {word for text in same for word in LETTERS.findall(text)}


def _told_by_unicode(language: str) -> set[str]:
    """Countries and months of the same name, as those who keep such names for the whole world say."""
    english, other = Locale("en"), Locale(language)
    countries = {
        name for code, name in english.territories.items() if other.territories.get(code) == name
    }
    months = {
        name
        for width in ("wide", "abbreviated")
        for number, name in english.months["format"][width].items()
        if other.months["format"][width][number].rstrip(".") == name
    }
    return countries | months


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


def translatable(page: str, names: set[str]) -> set[str]:
    """Names that a browser would translate with the page, because nothing there says that it must not."""
    root = markup.fromstring(page)
    found = root.xpath("//body//text()[not(ancestor::*[@translate='no'] or ancestor::script)]")
    return {" ".join(text.split()) for text in found} & names


def untranslated(english: str, other: str, language: str, data: Data) -> dict[str, list[str]]:
    """Texts that a page has in English and in this language, with the words in them that are not data."""
    if english == other:  # a kept mail: it is in the language of whoever it is for
        return {}
    shared = texts(english) & texts(other)
    found = {text: data.without(text, language) for text in sorted(shared)}
    return {text: words for text, words in found.items() if words}
