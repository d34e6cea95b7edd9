"""One word per thing: the catalogues use the terms of docs/words.md."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from scripts import catalogues

LANGUAGES = {"nl": 1, "fr": 2, "de": 3}
# Sentences that say it otherwise, and why.
OTHERWISE = {
    (
        "fr",
        "Name of the environment, or a KvK or enterprise number",
    ): "two numbers share one noun there",
}
# The same word, another thing: goods are delivered too, and the field is called so on invoices.
ANOTHER_THING = re.compile(
    r"\bdelivery (?:date|address|location|information)\b|\borganization id\b", re.I
)


def terms(language: str) -> list[tuple[str, list[str]]]:
    """English words with how each may begin in a language."""
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", _page(), re.M)
    return [
        (row[0], [each.strip() for each in row[LANGUAGES[language]].split(",")])
        for row in rows
        if row[0] != "English"
    ]


def _page() -> str:
    return (catalogues.ROOT / "docs" / "words.md").read_text()


def _sentences(language: str) -> Iterator[tuple[str, str]]:
    for domain in ("messages", "rendering", "validation"):
        for message in catalogues.read(catalogues.path_of(language, domain)):
            if message.id:
                ids, texts = message.id, message.string
                pairs = [(ids, texts)] if isinstance(ids, str) else zip(ids, texts, strict=False)
                yield from ((str(one), str(other)) for one, other in pairs)


def departures(language: str, sentences: list[tuple[str, str]]) -> list[str]:
    """Sentences whose translation has none of the words for a term that stands in them."""
    return [
        f"{english}: {text} → {translation}"
        for english, wanted in terms(language)
        for text, translation in sentences
        if _has(english, text)
        and (language, text) not in OTHERWISE
        and not any(word in translation.lower().replace("’", "'") for word in wanted)
    ]


def _has(term: str, text: str) -> bool:
    plain = ANOTHER_THING.sub("", re.sub(r"%\(\w+\)s", "", text))
    return re.search(rf"(?<!\w){re.escape(term)}s?(?!\w)", plain, re.I) is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_thing_has_one_word(language):
    assert not departures(language, list(_sentences(language)))


def test_another_word_is_noticed():
    assert departures("nl", [("Share this document", "Parts van dit document")])
    assert not departures("nl", [("Share this document", "Dit document delen")])


def test_what_is_said_otherwise_is_still_said():
    said = {text for language in LANGUAGES for text, _ in _sentences(language)}

    assert {text for _, text in OTHERWISE} <= said
