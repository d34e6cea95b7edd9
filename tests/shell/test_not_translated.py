"""What a browser must not translate says so: our name, ids, codes and document numbers."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from config import ROOT

TEMPLATES = sorted((ROOT / "app" / "templates").rglob("*.html"))
# Each opening tag of these, in every template.
MARKED = (r"<code\b[^>]*>", r"<a class=\"brand\"[^>]*>", r"<span class=\"identifier\"[^>]*>")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_name_or_a_code_is_not_for_translating(path):
    text = path.read_text()

    bare = [
        tag
        for pattern in MARKED
        for tag in re.findall(pattern, text)
        if 'translate="no"' not in tag
    ]

    assert not bare


def test_every_page_says_its_language(client):
    for language in ("nl", "en", "fr", "de"):
        page = client.get("/login/", headers={"Accept-Language": language}).text

        assert f'<html lang="{language}"' in page


def test_a_document_number_is_not_for_translating_and_its_absence_is(app):
    column = SimpleNamespace(name="number")

    def row(number):
        document = SimpleNamespace(
            public_id="x", number=number, kind="invoice", direction="out", content=None
        )
        return SimpleNamespace(document=document, content=None, delivery=None, shared_by="")

    with app.test_request_context():
        cells = app.jinja_env.get_template("documents/rows.html").module.cells

        numbered = cells([column], row("2026-1"), "outbox", None)
        bare = cells([column], row(""), "outbox", None)

    assert 'translate="no"' in numbered
    assert 'translate="no"' not in bare
