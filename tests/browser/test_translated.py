"""When a browser translates the page all the same, a notice says so and offers our languages.

What Chrome, Edge and Firefox do to a page is done here by hand: none of them translates without its maker's
servers.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

CHROME = """() => {
  document.documentElement.classList.add("translated-ltr");
  document.documentElement.lang = "fr";
  for (const text of document.querySelectorAll("h1, label")) {
    text.innerHTML = `<font dir="auto"><font dir="auto">${text.textContent}</font></font>`;
  }
  document.title = "Se connecter";
}"""
CHROME_WITHOUT_LANGUAGE = """() => {
  document.querySelector("h1").innerHTML = "<font><font>Zaloguj</font></font>";
}"""
EDGE = """() => {
  document.querySelector("h1").setAttribute("_msttexthash", "123");
  document.querySelector("h1").setAttribute("_msthash", "45");
  document.querySelector("h1").textContent = "Se connecter";
}"""
FIREFOX = """() => {
  document.documentElement.lang = "de";
  document.querySelector("h1").firstChild.data = "Anmelden";
}"""
TITLE = """() => { document.title = "Se connecter · Postiljon"; }"""
UNDONE = """() => {
  document.documentElement.classList.remove("translated-ltr");
  document.documentElement.lang = "en";
  for (const font of [...document.querySelectorAll("font")]) font.replaceWith(font.textContent);
}"""


@pytest.fixture
def seen(page):
    """The sign-in page in English, and its notice."""
    page.goto("/login/")
    expect(page.locator("#translated")).to_be_hidden()
    return page


def shown(page: Any) -> list[str]:
    expect(page.locator("#translated")).to_be_visible()
    return [each.get_attribute("lang") for each in page.locator("#translated p:visible").all()]


@pytest.mark.parametrize(
    ("translation", "languages"),
    [
        (CHROME, ["en", "fr"]),
        (CHROME_WITHOUT_LANGUAGE, ["en"]),
        (EDGE, ["en"]),
        (FIREFOX, ["en", "de"]),
        (TITLE, ["en"]),
    ],
    ids=["chrome", "chrome without a language", "edge", "firefox", "title only"],
)
def test_a_translated_page_says_so_in_both_languages(seen, translation, languages):
    seen.evaluate(translation)

    assert shown(seen) == languages
    assert seen.locator("#translated button[name=language]").all_inner_texts() == [
        "Nederlands",
        "English",
        "Français",
        "Deutsch",
    ]


def test_the_notice_is_not_for_translating_itself(seen):
    assert seen.locator("#translated").get_attribute("translate") == "no"
    assert "notranslate" in str(seen.locator("#translated").get_attribute("class"))


def test_choosing_one_of_our_languages_ends_it(seen):
    seen.evaluate(CHROME)
    seen.locator("#translated button", has_text="Français").click()

    expect(seen.locator("html")).to_have_attribute("lang", "fr")
    expect(seen.locator("#translated")).to_be_hidden()


def test_a_translation_that_is_undone_is_no_longer_told(seen):
    seen.evaluate(CHROME_WITHOUT_LANGUAGE)
    expect(seen.locator("#translated")).to_be_visible()

    seen.evaluate(UNDONE)

    expect(seen.locator("#translated")).to_be_hidden()


def test_closed_it_stays_closed(seen):
    seen.evaluate(CHROME)
    seen.locator("#translated [data-close]").click()
    expect(seen.locator("#translated")).to_be_hidden()

    seen.goto("/sign-up/")
    seen.evaluate(FIREFOX)
    seen.wait_for_timeout(600)

    expect(seen.locator("#translated")).to_be_hidden()


def test_a_page_that_nobody_translates_stays_as_it_is(seen):
    seen.evaluate("document.querySelector('h1').append(' and more')")
    seen.wait_for_timeout(600)

    expect(seen.locator("#translated")).to_be_hidden()
