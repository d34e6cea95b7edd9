"""The README keeps its promises: every file, page and address it names is there."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from config import ROOT

README = (ROOT / "README.md").read_text()
FILES = sorted(set(re.findall(r"`(app/[\w/]+\.py)`", README)))
LINKS = sorted(set(re.findall(r"\]\(([^):]+)\)", README)))
ADDRESSES = sorted(set(re.findall(r"\| `(/[\w/]*)` \|", README)))


def test_the_table_was_found() -> None:
    assert (len(FILES), len(ADDRESSES)) == (9, 8)


@pytest.mark.parametrize("path", [*FILES, *LINKS])
def test_what_the_readme_names_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_of_the_readme_is_served(session_app: Flask, address: str) -> None:
    adapter = session_app.url_map.bind("localhost")

    assert adapter.test(address)


def test_the_readme_fits_on_one_screen() -> None:
    assert len(README.splitlines()) <= 50
