"""Every sentence that people read is there in Dutch, French and German; English is the source."""

from __future__ import annotations

import ast
import html
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from flask import Flask

from app import tenancy
from app.views import history_words
from scripts import catalogues
from tests.factories import World, sign_in

ROOT = catalogues.ROOT
APP = ROOT / "app"
DOMAINS = ("messages", "rendering", "validation")
SPOKEN = re.compile(r'\b(?:title|alt|placeholder|aria-label)="([^"]*)"')
PLACE = re.compile(r"%\((\w+)\)s")

# Translated, and still the same.
NAMES = {"Postiljon", "Business", "Portal"}  # of the product and its plans
CODES = {
    *("OIN", "SIREN", "SIRET", "GLN", "LEI", "Leitweg-ID", "BIC", "IGIC", "IPSI", "PDF", "XML"),
    *("Id", "%", "g", "kg", "t", "l", "m", "m²", "m³", "km", "kWh"),  # and units
}
THE_SAME_WORD = {
    "nl": {
        *("Cheque", "code %(code)s"),
        *(
            "Contact",
            "Contract",
            "Details",
            "Document",
            "document",
            "E-mail",
            "export",
            "Identifier",
        ),
        *(
            "kilogram",
            "Later",
            "Logo",
            "Mail",
            "Menu",
            "Open",
            "Over",
            "Partner",
            "Partners",
            "per %(quantity)s",
        ),
        *("Postcode", "Project", "Route", "sets", "Split payment", "Status", "Support"),
    },
    "fr": {
        *("Classification", "code %(code)s", "Type"),
        *("Administration", "Contact", "Contacts", "Date", "Description", "Document", "document"),
        *(
            "Documents",
            "E-mail",
            "Invitation",
            "litre",
            "Logo",
            "Menu",
            "Message",
            "Notifications",
            "Page",
        ),
        *("Pages", "Participant", "Source", "Version", "version %(version)s"),
    },
    "de": {
        "Logo",
        "Administrator",
        "Details",
        "Domains",
        "Name",
        "Partner",
        "Person",
        "Status",
        "Support",
        "Version",
    },
}

# Not for people who use the screens.
NOT_ON_A_SCREEN = (
    "cli.py",  # the operator's terminal
    "file_commands.py",  # the same
    "cli_validate.py",  # anyone's terminal
    "jobs/",  # descriptions for the engineer
    "running/",  # the operator's terminal
    "tenancy/",  # bugs
    "rendering/",  # its own catalogue and check
    "validation/",  # its own catalogue and check
    "views/static_files.py",  # the operator’s terminal
    "services/demonstration",  # what invented people wrote
)
SENTENCE = re.compile(r"[A-Z“%][^<>{}]*\s[^<>{}]*\s[^<>{}]*[.?]", re.S)


@pytest.fixture(scope="module")
def source() -> Catalog:
    return catalogues.fresh()


def _said(catalogue: Catalog) -> dict[str, Message]:
    return {_key(message): message for message in catalogue if message.id}


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(texts: object) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts or ())


def _kept(language: str, domain: str) -> Catalog:
    return catalogues.read(catalogues.path_of(language, domain))


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_every_sentence_of_the_source_is_translated(source, language):
    kept = _said(_kept(language, "messages"))

    missing = [
        f"{text}   ({', '.join(path for path, _line in message.locations)})"
        for text, message in _said(source).items()
        if text not in kept or not all(_forms(kept[text].string) or [""])
    ]

    assert not missing, (
        f"{language} has no translation for these; run “make translations” "
        "and fill them in:\n" + "\n".join(missing)
    )


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_no_translation_outlives_its_sentence(source, language):
    gone = set(_said(_kept(language, "messages"))) - set(_said(source))

    assert not gone, f"run “make translations”; nobody says these any more: {sorted(gone)}"


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_no_translation_is_a_guess_or_empty(language, domain):
    kept = _kept(language, domain)
    guesses = [_key(message) for message in kept if message.id and message.fuzzy]
    empty = [key for key, each in _said(kept).items() if not all(_forms(each.string) or [""])]

    assert (guesses, empty) == ([], [])


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_a_translation_has_the_places_of_its_sentence(language, domain):
    wrong = [
        (key, form)
        for key, message in _said(_kept(language, domain)).items()
        for form, wanted in zip(_forms(message.string), _wanted(message), strict=False)
        if set(PLACE.findall(form)) != wanted
    ]

    assert not wrong


def _wanted(message: Message) -> list[set[str]]:
    """The places per form; the form for one may write the number out where the source does."""
    return [set(PLACE.findall(text)) for text in _forms(message.id)]


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_a_plural_has_as_many_forms_as_its_language(language):
    kept = _kept(language, "messages")

    plurals = [message for message in kept if message.id and not isinstance(message.id, str)]

    assert plurals
    assert all(len(_forms(each.string)) == kept.num_plurals for each in plurals)


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_a_percent_sign_is_only_there_for_a_place(language):
    # Templates fill in places also where there are none: a bare sign would break the page.
    broken = [
        form
        for message in _said(_kept(language, "messages")).values()
        for form in (*_forms(message.id), *_forms(message.string))
        if "%" in PLACE.sub("", form)
    ]

    assert not broken


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_what_reads_the_same_is_the_same_word(language, domain):
    same = {
        key for key, each in _said(_kept(language, domain)).items() if _forms(each.string) == (key,)
    }

    assert same <= NAMES | CODES | THE_SAME_WORD[language]


def test_what_is_allowed_to_read_the_same_does_so_somewhere():
    said = {
        language: {
            key
            for domain in DOMAINS
            for key, each in _said(_kept(language, domain)).items()
            if each.string == key
        }
        for language in catalogues.LANGUAGES
    }

    assert set.union(*said.values()) >= NAMES | CODES
    assert all(said[language] >= words for language, words in THE_SAME_WORD.items())


def test_every_sentence_in_the_code_is_marked_for_translation(source):
    known = {form for message in source if message.id for form in _forms(message.id)}

    unmarked = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in sorted(APP.rglob("*.py"))
        if not str(path.relative_to(APP)).startswith(NOT_ON_A_SCREEN)
        for line, text in _sentences(path)
        if text not in known
    ]

    assert not unmarked, "mark these with N_, _ or gettext:\n" + "\n".join(unmarked)


def _sentences(path: Path) -> Iterator[tuple[int, str]]:
    """Texts that read as a sentence, without docstrings, texts for the log and parts of f-strings."""
    tree = ast.parse(path.read_text())
    others = {id(each) for node in ast.walk(tree) for each in _for_others(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in others:
            text = node.value if isinstance(node.value, str) else ""
            if SENTENCE.fullmatch(text):
                yield node.lineno, text


def _for_others(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    if isinstance(node, ast.JoinedStr):
        yield from node.values
    if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("log.", "ValueError")):
        yield from node.args


def test_every_code_of_the_audit_log_has_words():
    codes = {action for action in catalogues.recorded() if catalogues.is_code(action)}

    assert codes - set(history_words.WORDS) == set()


def test_every_word_in_a_template_is_marked_for_translation():
    bare = [
        f"{path.relative_to(ROOT)}: {' '.join(words)}"
        for path in sorted((APP / "templates").rglob("*.*"))
        if (words := set(_bare_words(path.read_text())) - {"Postiljon"})
    ]

    assert not bare, "mark these with _:\n" + "\n".join(bare)


def _bare_words(text: str) -> list[str]:
    page = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", " ", text, flags=re.S)
    page = re.sub(r"<(style|script)\b.*?</\1>|<!--.*?-->", " ", page, flags=re.S)
    spoken = re.findall(SPOKEN, page)
    shown = re.sub(r"<[^>]*>|&\w+;|[\w-]+=\"[^\"]*\"", " ", page)
    return re.findall(r"[^\W\d_]{2,}", " ".join((shown, *spoken)))


@pytest.mark.parametrize(
    ("language", "welcome", "missing"),
    [
        ("en", "Forgot your password?", "This page isn't here, or it isn't yours."),
        ("nl", "Wachtwoord vergeten?", "Deze pagina is hier niet, of is niet van u."),
        ("fr", "Mot de passe oublié ?", "Cette page n'est pas ici, ou n'est pas à vous."),
        (
            "de",
            "Passwort vergessen?",
            "Diese Seite gibt es hier nicht, oder sie gehört nicht Ihnen.",
        ),
    ],
)
def test_a_stranger_reads_pages_and_errors_in_the_language_of_the_browser(
    client, language, welcome, missing
):
    asked = {"Accept-Language": language}

    page = client.get("/login/", headers=asked)
    error = client.get("/nowhere", headers=asked)

    assert f'<html lang="{language}"' in page.text
    assert welcome in page.text
    assert error.status_code == 404
    assert missing in error.text.replace("&#39;", "'")


@pytest.mark.parametrize("who", ["administrator", tenancy.StaffRole.TECHNICAL])
@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_no_page_says_anything_in_english_to_who_reads_another_language(
    app, client, world, language, who
):
    said = _said(_kept(language, "messages"))
    english = {key for key, message in said.items() if key not in _forms(message.string)}
    sign_in(client, _reader(world, who, language))

    for path in _pages(app):
        page = client.get(path, follow_redirects=True)

        assert page.status_code < 500, path
        assert set(_texts(page.text)) & english == set(), path


def _reader(world: World, who: str, language: str) -> Any:
    if who == tenancy.StaffRole.TECHNICAL:
        return world.user(None, staff=who, language=language)
    ours = world.environment()
    person = world.user(ours, role=who, language=language)
    world.member(world.organization(ours), person, who)
    return person


def _pages(app: Flask) -> list[str]:
    return sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
    )


def _texts(page: str) -> Iterator[str]:
    # The notice about a translating browser says it in each language, and marks which.
    page = re.sub(r'<p [^>]*lang="en"[^>]*>[^<]*</p>', "", page)
    for text in (*re.findall(r">([^<>]+)<", page), *re.findall(SPOKEN, page)):
        yield html.unescape(text).strip()


def test_a_catalogue_is_compiled_again_when_its_translations_are_newer(tmp_path, monkeypatch):
    path = tmp_path / "nl" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    catalogue = Catalog(locale="nl")
    catalogue.add("Inbox", "Postvak IN")
    catalogues.save(catalogue, path)
    monkeypatch.setattr(catalogues, "TRANSLATIONS", tmp_path)
    compiled = path.with_suffix(".mo")
    compiled.write_bytes(b"old")
    later = path.stat().st_mtime_ns + 10**9

    catalogues.compile_stale()
    untouched = compiled.read_bytes()
    os.utime(path, ns=(later, later))
    catalogues.compile_stale()

    assert untouched == b"old"
    assert b"Postvak IN" in compiled.read_bytes()
    assert [each.name for each in path.parent.iterdir() if each.suffix == ".part"] == []
