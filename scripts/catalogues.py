"""Translations: what there is to say, the catalogues that say it, and their compiled form.

`python scripts/catalogues.py update` brings every messages.po up to date with the source;
`python scripts/catalogues.py compile` makes what is read at run time, where it is missing or old.
"""

from __future__ import annotations

import ast
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "app" / "translations"
LANGUAGES = ("nl", "fr", "de")
DOMAIN = "messages"
HEADER = r"""msgid ""
msgstr ""
"Language: {language}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: {plural}\n"

"""
# A sentence is marked by one of these; which argument it is, where it isn't the first.
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "lazy_gettext": None,
    # refusals
    "NotFound": None,
    "NotAllowed": None,
    "Conflict": None,
    "Unreadable": None,
    "TooOften": None,
    "Gone": None,
    "Refused": (2,),
}
# Actions of the audit log that are put together from parts.
ACTIONS = ("partnership active", "partnership refused")


def fresh() -> Catalog:
    """Every sentence that stands in the source now."""
    found = Catalog(project="Postiljon", charset="utf-8")
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    sentences = extract_from_dir(ROOT / "app", methods, options, KEYWORDS, strip_comment_tags=True)
    for name, _line, message, _comments, context in sentences:
        found.add(message, locations=[(f"app/{name}", 0)], context=context)
    for action in (*ACTIONS, *recorded()):
        if not is_code(action):
            found.add(action, locations=[("app/services/audit.py", 0)])
    return found


def recorded() -> Iterator[str]:
    """The actions that services record in the audit log."""
    for path in sorted((ROOT / "app" / "services").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                yield from _texts(node.args[0])


def _texts(action: ast.expr) -> Iterator[str]:
    choices = (action.body, action.orelse) if isinstance(action, ast.IfExp) else (action,)
    for choice in choices:
        if isinstance(choice, ast.Constant) and isinstance(choice.value, str):
            yield choice.value


def is_code(action: str) -> bool:
    """Whether people read words of app/views/history_words.py instead of the action itself."""
    return "." in action


def read(path: Path) -> Catalog:
    """A catalogue as it is kept."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name, domain=path.stem)


def path_of(language: str, domain: str = DOMAIN) -> Path:
    """Where the catalogue of a language is kept."""
    return TRANSLATIONS / language / "LC_MESSAGES" / f"{domain}.po"


def update() -> None:
    """Add what is new to every catalogue, without guessing, and drop what is gone."""
    template = fresh()
    for language in LANGUAGES:
        path = path_of(language)
        kept = read(path) if path.exists() else Catalog(locale=language, project="Postiljon")
        kept.update(template, no_fuzzy_matching=True)
        kept.fuzzy = False
        save(kept, path)


def save(catalogue: Catalog, path: Path) -> None:
    """Write a catalogue in the one order and without dates: it changes when its sentences do."""
    text = io.BytesIO()
    write_po(
        text,
        catalogue,
        width=0,
        sort_output=True,
        omit_header=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    head = HEADER.format(language=catalogue.locale_identifier, plural=catalogue.plural_forms)
    path.write_text(head + text.getvalue().decode())


def compile_stale() -> None:
    """Compile every catalogue whose compiled form is missing or older."""
    for source in _sources():
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns:
            _compile(source, compiled)


def _sources() -> Iterator[Path]:
    yield from sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po"))


def _compile(source: Path, compiled: Path) -> None:
    # Written aside and moved: several processes may do this at once, and others read meanwhile.
    with tempfile.NamedTemporaryFile(dir=compiled.parent, suffix=".part", delete=False) as aside:
        write_mo(aside, read(source))
    os.chmod(aside.name, 0o644)
    os.replace(aside.name, compiled)


if __name__ == "__main__":
    {"update": update, "compile": compile_stale}[sys.argv[1]]()
