"""What the frameworks say to people themselves is said in their language too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import wtforms
from flask_babel import force_locale, gettext
from flask_wtf.i18n import translations
from werkzeug.datastructures import MultiDict as FormData
from wtforms import Form

from app.views.listing import CheckboxesField, RowField
from config import ROOT

LANGUAGES = ("nl", "fr", "de")
NOT_FOR_PEOPLE = {
    "Choices cannot be None.": "a mistake of a programmer",
    "Field must be exactly %(max)d character long.": "no field of ours has one length",
    "'%(value)s' is not a valid choice for this field.": "CheckboxesField says it in our own words",
}
OURS = "\n".join(path.read_text() for path in sorted((ROOT / "app").rglob("*.py")))


def _sentences() -> Iterator[tuple[str, str]]:
    """Of the forms library: each class that it has, and what that class says."""
    for path in sorted(Path(wtforms.__file__).parent.rglob("*.py")):
        for kind in ast.walk(ast.parse(path.read_text())):
            if isinstance(kind, ast.ClassDef):
                yield from ((kind.name, text) for text in _said(kind))


def _said(kind: ast.ClassDef) -> Iterator[str]:
    for node in ast.walk(kind):
        said = isinstance(node, ast.Call) and ast.unparse(node.func).endswith("gettext")
        if said and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)


USED = sorted(
    {(kind, text) for kind, text in _sentences() if kind in OURS and text not in NOT_FOR_PEOPLE}
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_fields_and_checks_that_we_use_speak_the_readers_language(app, language):
    with app.test_request_context(), force_locale(language):
        english = [(kind, text) for kind, text in USED if translations.gettext(text) == text]

    assert USED
    assert not english


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_that_is_not_offered_is_refused_in_the_readers_language(app, language):
    class Choice(Form):
        row = RowField("Row", rows=list)
        rows = CheckboxesField("Rows", choices=[])

    with app.test_request_context(), force_locale(language):
        form = Choice(FormData([("row", "nowhere"), ("rows", "nowhere")]))
        form.validate()
        said = gettext("Choose one of the options.")

    assert said != "Choose one of the options."
    assert (form.row.errors, form.rows.errors) == ([said], [said])
