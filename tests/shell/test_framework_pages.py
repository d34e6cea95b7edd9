"""The framework's own lists, pages and forms look like ours, need no script, and hide what is no use."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """What a screen without any template of its own shows."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.shell.plain_screen", str(tmp_path_factory.mktemp("plain"))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "name", ["list", "second page", "found", "nothing found", "unsearched", "show", "add", "edit"]
)
def test_every_page_is_shown_without_scripts_or_styles_inside(pages, name):
    status, text = pages[name]

    assert status == 200
    assert not re.search(r"<script(?![^>]* src=)", text)
    assert " style=" not in text
    assert " onclick" not in text


def test_a_list_links_its_rows_and_offers_the_round_button(pages):
    text = pages["list"][1]

    assert 'class="row-link" href="/plain/show/' in text
    assert 'class="add-button"' in text
    assert "&lt;b&gt;2" in text
    assert "<b>2" not in text
    assert ">No<" in text


def test_a_list_that_is_longer_than_a_page_can_be_walked(pages):
    first, second, again = (pages[name][1] for name in ("list", "second page", "back again"))

    assert [rows(each) for each in (first, second, again)] == [["2", "1"], ["0"], ["2", "1"]]
    assert ['rel="next"' in each for each in (first, second, again)] == [True, False, True]
    assert ['rel="prev"' in each for each in (first, second, again)] == [False, True, False]


def rows(page):
    return re.findall(r'class="row-link"[^>]*>&lt;b&gt;(\d)<', page)


def test_search_is_there_only_where_the_screen_names_columns(pages):
    assert pages["list"][1].count('role="search"') == 2  # the box at the top, and this
    assert pages["unsearched"][1].count('role="search"') == 1


def test_search_finds_and_says_when_it_does_not(pages):
    assert pages["found"][1].count("row-link") == 1
    assert 'value="2"' in pages["found"][1]
    assert "Nothing found" in pages["nothing found"][1]


def test_removing_asks_first_and_goes_by_post(pages):
    text = pages["list"][1]

    assert "This cannot be undone." in text
    assert 'method="post" action="/plain/delete/' in text


def test_a_page_shows_moments_in_the_zone_of_the_reader(pages):
    text = pages["show"][1]

    assert "+00:00" not in text
    assert 'class="facts"' in text


def test_a_form_without_a_token_is_not_taken(pages):
    assert pages["refused"][0] == 400
