"""Every page that anyone can reach, in a real browser: for everyone, in both themes, wide and narrow, in four languages.

`make test-pages` looks at each page once for each role, with theme, width and language varied pairwise;
`make test-pages-all` looks at all of them in every way, one language after another on each of its workers.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from app.services import demonstration
from tests.pages import variants, weights
from tests.pages.addresses import Seen, Walk, different
from tests.pages.checks import Fault, Window
from tests.pages.scenes import acts, demonstrated, play
from tests.pages.town import BROKEN, ROLES, STRANGER, Town, unclaimed
from tests.pages.words import Data, translatable, untranslated

pytestmark = pytest.mark.browser
MOST_SHAPES = 20 if variants.EVERYTHING else 4  # pages of one kind that consist of different things
OTHERS = tuple(language for language in variants.LANGUAGES if language != "en")
MOST_SHOWN = 40
HIDDEN = """[...document.querySelectorAll(".table-box")].filter(
    (each) => each.scrollWidth > each.clientWidth).length"""
# Addresses that answer GET and are no page of anyone here, with the reason.
NO_PAGES = {
    "static": "files",
    "appbuilder.static": "files of the framework; no page asks for one",
    "LocaleView.index": "the framework's choice of language; ours is by POST",
    "UtilView.back": "leads back to where the reader was",
    "MenuApi.get_menu_data": "for programs",
    "ProfileView.picture": "a picture",
    "DocumentView.xml": "a file",
    "PrivateView.xml": "a file",
    "SetupView.set_up": "gone once somebody runs the platform; seen before that, below",
    "DocumentView.preview": "a part of a list, fetched by its script; without it a link shows the same",
    "OrganizationView.numbers": "a part of an organization's page, fetched while the network works",
    "watching.metrics": "for programs",
    BROKEN: "fails on purpose",
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("share", variants.SHARES)
def test_every_page_is_in_order(
    town: Town,
    walk: Callable[[str], Walk],
    chromium: Browser,
    seen: Callable[[str], Seen],
    rejected: set[tuple[str, str]],
    record_property: Callable[[str, object], None],
    role: str,
    share: str,
) -> None:
    pages = different(walk(role).pages, MOST_SHAPES, seen(share))
    window = Window(chromium, town, role)
    for number, page in enumerate(pages):
        for ways in variants.of(number, share):
            window.look(page.address, ways)
            form = (page.endpoint, str(ways[0]) if variants.EVERYTHING else "")
            if form not in rejected and window.reject(page.address, ways):
                rejected.add(form)
    for scene, ways in acts(role, share):
        play(window, scene, ways)
    window.close()

    record_property("views", window.views)
    assert not window.faults, told(window.faults)


@pytest.mark.parametrize("share", variants.SHARES)
def test_the_pages_before_anyone_has_an_account_are_in_order(
    tmp_path_factory: pytest.TempPathFactory,
    chromium: Browser,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
    share: str,
) -> None:
    quick = functools.partial(demonstration.fill, past=False)
    monkeypatch.setattr(demonstration, "fill", quick)
    with unclaimed(tmp_path_factory.mktemp("unclaimed")) as empty:
        window = Window(chromium, empty, STRANGER)
        for number, address in enumerate((*empty.links, "/login/")):
            for ways in variants.of(number, share):
                window.look(address, ways)
                window.reject(address, ways)
        ways = variants.live(share)
        window.dress(ways[0])
        window.judge(demonstrated(window), ways)
        hidden = window.page.evaluate(HIDDEN)
        window.close()

    record_property("views", window.views)
    assert not window.faults, told(window.faults)
    assert not hidden, "passwords that are shown once are seen at once"


def told(faults: list[Fault]) -> str:
    lines = sorted({str(fault) for fault in faults})
    more = [f"… and {len(lines) - MOST_SHOWN} more"] if len(lines) > MOST_SHOWN else []
    return "\n".join([f"{len(lines)} faults:", *lines[:MOST_SHOWN], *more])


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("share", variants.SHARES)
def test_no_word_is_left_untranslated_and_no_name_is_translated(
    town: Town,
    walk: Callable[[str], Walk],
    data: Data,
    read: Callable[[str], Seen],
    role: str,
    share: str,
) -> None:
    found = set()
    for number, page in enumerate(different(walk(role).pages, MOST_SHAPES, read(share))):
        english = town.get(role, "en", page.address).text
        for name in translatable(english, data.names):
            found.add(f"{page.address} ({role}): “{name}” is a name without translate=no")
        for language in _compared(number, share):
            other = town.get(role, language, page.address).text
            for text, words in untranslated(english, other, language, data).items():
                found.add(f"{page.address} ({role}; {language}): “{text}” ({' '.join(words)})")

    assert not found, "the same as in English; translate it, or say why:\n" + "\n".join(
        sorted(found)[:MOST_SHOWN]
    )


def _compared(number: int, share: str) -> tuple[str, ...]:
    """The languages in which this page is read beside English."""
    if variants.EVERYTHING:
        return tuple(language for language in OTHERS if language == share)
    return (OTHERS[number % len(OTHERS)],)


def test_every_address_is_reached_by_somebody(town: Town, walk: Callable[[str], Walk]) -> None:
    reached = set().union(*(walk(role).endpoints for role in ROLES))
    asked = {
        rule.endpoint for rule in town.app.url_map.iter_rules() if "GET" in (rule.methods or ())
    }

    assert asked - reached - set(NO_PAGES) == set(), (
        "reach it in events.py, or say why it is no page"
    )


def test_pages_are_light(
    town: Town, chromium: Browser, record_property: Callable[[str, object], None]
) -> None:
    first, later = weights.measure(chromium, town)
    for weight in (*first, *later):
        record_property("told", f"{weight}")

    assert [each for each in first if each.kilobytes > weights.FIRST] == []
    assert [each for each in later if each.kilobytes > weights.LATER] == []


FAULTY = """<!doctype html><html lang="en"><title>t</title><body style="background: #fff">
<main><p style="color: #ccc">Hardly to be read</p><img src="/nowhere.png">
<a href="/" style="outline: none">a link</a><div style="width: 3000px">wide</div>
<script>missing()</script></main>"""


def test_the_checks_find_what_is_wrong(town: Town, chromium: Browser) -> None:
    window = Window(chromium, town, "basic")
    window.page.route(
        "**/faulty", lambda route: route.fulfill(body=FAULTY, content_type="text/html")
    )
    window.look("/faulty", (variants.Variant("dark", 360, "en"),))
    window.close()

    assert {fault.rule for fault in window.faults} >= {
        "axe color-contrast",
        "axe image-alt",
        "everything loads",
        "no script error",
        "no sideways scroll",
        "theme",
        "visible focus",
    }
    assert "/faulty (basic; dark, 360 wide, en): visible focus: a “a link”" in told(window.faults)


def test_a_word_that_is_the_same_in_two_languages_is_found(town: Town, data: Data) -> None:
    dutch = "<p>Nog niets</p><p>Hardly rendered</p><p>Korenaar 12 PDF</p><code>GET</code>"

    assert untranslated(dutch.replace("Nog niets", "Nothing yet"), dutch, "nl", data) == {
        "Hardly rendered": ["Hardly", "rendered"]
    }


def test_a_name_that_a_browser_would_translate_is_found(data: Data) -> None:
    page = '<html><body><p translate="no"><b>Anna Aker</b></p><p>De Korenaar</p></body></html>'

    assert translatable(page, data.names) == {"De Korenaar"}


def test_every_pair_of_theme_width_and_language_is_looked_at() -> None:
    wanted = {
        pair
        for each in variants.ALL
        for pair in itertools.combinations((each.theme, each.width, each.language), 2)
    }
    seen = {
        pair
        for each in variants.PAIRS
        for pair in itertools.combinations((each.theme, each.width, each.language), 2)
    }

    assert seen == wanted


def test_a_page_of_another_shape_is_looked_at_too(walk: Callable[[str], Walk]) -> None:
    pages = walk("administrator").pages
    documents = [page for page in different(pages, 5, {}) if page.endpoint == "DocumentView.show"]

    assert len({page.shape for page in documents}) == len(documents) > 1
