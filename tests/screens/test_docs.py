"""The pages under docs/ name things that exist."""

from __future__ import annotations

import re

import pytest

from config import ROOT

PAGES = sorted((ROOT / "docs").rglob("*.md"))
PATH = re.compile(r"`((?:app|tests|docs|migrations)/[\w/.-]+)`")
MODULE = re.compile(r"`((?:services|views|models)/[\w.-]+)`")
LINK = re.compile(r"\]\(([^)#:]+)\)")
YET_TO_BE_MADE = {"app/models/note.py", "app/views/notes.py"}  # docs/add-a-screen.md makes them


def named(page):
    text = page.read_text()
    paths = {ROOT / path for path in PATH.findall(text) if path not in YET_TO_BE_MADE}
    for module in MODULE.findall(text):
        stem = ROOT / "app" / module
        paths.add(stem if stem.suffix == ".py" else _module(stem))
    return paths | {page.parent / link for link in LINK.findall(text)}


def _module(stem):
    """`services/routes.best_for` is a function of a module."""
    return stem.with_name(stem.name.partition(".")[0] + ".py")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_exists(page):
    assert [str(path.relative_to(ROOT)) for path in named(page) if not path.exists()] == []
