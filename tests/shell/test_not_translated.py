"""What a browser must not translate says so: our name, ids, codes and document numbers."""

from __future__ import annotations

import re

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
    with app.test_request_context():
        link = app.jinja_env.get_template("documents/parts.html").module.document_link

        numbered = link({"public_id": "x", "number": "2026-1"})
        bare = link({"public_id": "x", "number": ""})

    assert 'translate="no"' in numbered
    assert 'translate="no"' not in bare
