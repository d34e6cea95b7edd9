"""The frame in a real browser: by keyboard, on a telephone, in the dark, and without any script."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.documents.samples import SELLER_KVK

pytestmark = pytest.mark.browser
GROUND = "getComputedStyle(document.querySelector('main')).backgroundColor"


@pytest.fixture
def piet(world, site) -> Any:
    ours = world.environment("Piet BV")
    person = world.user(ours, "Piet Post", role="administrator", ask_receive=False)
    for name, number in (("Piet Holding", SELLER_KVK), ("Piet Transport", "61234567")):
        world.organization(ours, name, administrator=person, value=number)
    return person


def luminance(page: Page) -> int:
    text: str = page.evaluate(GROUND)
    return sum(int(part) for part in text.removeprefix("rgb(").removesuffix(")").split(",")[:3])


def test_a_slash_goes_to_the_search_but_not_while_typing(window, piet):
    page = window(piet)
    page.goto("/profile/")

    page.get_by_label("First name").press("/")
    expect(page.get_by_label("First name")).to_be_focused()
    page.get_by_role("heading", name="My profile").click()
    page.keyboard.press("/")

    finder = page.get_by_role("banner").get_by_role("searchbox", name="Search")
    expect(finder).to_be_focused()
    expect(finder).to_have_value("")
    finder.fill("transport")
    finder.press("Enter")
    expect(page.get_by_role("link", name="Piet Transport")).to_be_visible()


def test_the_appearance_is_chosen_and_stays(window, piet):
    page = window(piet, color_scheme="light")
    page.goto("/profile/")
    light = luminance(page)

    page.get_by_role("button", name="profile and signing out").click()
    page.get_by_role("button", name="Dark").click()

    assert luminance(page) < 200 < light
    page.goto("/notifications/")
    assert luminance(page) < 200
    page.get_by_role("button", name="profile and signing out").click()
    page.get_by_role("button", name="Automatic").click()
    assert luminance(page) == light


def test_who_chose_nothing_has_what_the_system_prefers(window, piet):
    dark, light = window(piet, color_scheme="dark"), window(piet, color_scheme="light")
    for page in (dark, light):
        page.goto("/profile/")

    assert luminance(dark) < 200 < luminance(light)


def test_the_switch_of_organizations_works_without_scripts(window, piet):
    page = window(piet, java_script_enabled=False)
    page.goto("/inbox/")

    page.get_by_role("button", name="All my organizations").click()
    page.get_by_role("button", name="Piet Transport").click()

    expect(page.get_by_role("button", name="Organization: Piet Transport")).to_be_visible()
    assert "organization=" in page.url


def test_on_a_telephone_the_menu_opens_from_the_bar_at_the_bottom(window, piet):
    page = window(piet, viewport={"width": 360, "height": 700})
    page.goto("/profile/")
    menu = page.get_by_role("navigation", name="Menu")
    expect(menu).to_be_hidden()

    page.get_by_role("button", name="More").click()
    expect(menu.get_by_role("link", name="Users")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.get_by_role("navigation", name="Most used").get_by_role("link", name="Inbox").click()

    expect(page.get_by_role("heading", name="Inbox", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_what_was_done_is_told_and_can_be_put_away(window, piet):
    page = window(piet)
    page.goto("/profile/")
    page.get_by_role("button", name="Save").first.click()
    told = page.get_by_text("Saved", exact=False).first
    expect(told).to_be_visible()

    page.get_by_role("button", name="Dismiss").click()

    expect(told).to_be_hidden()


def test_a_choice_is_searched_by_keyboard(window, piet):
    page = window(piet)
    page.goto("/profile/")
    zone = page.get_by_role("combobox", name="Time zone")
    expect(zone).to_have_value("Europe/Amsterdam")

    zone.press("ControlOrMeta+a")
    zone.press_sequentially("bruss")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_text(["Europe/Brussels"])
    zone.press("Enter")
    expect(zone).to_have_value("Europe/Brussels")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.get_by_role("button", name="Save").first.click()

    expect(page.get_by_role("combobox", name="Time zone")).to_have_value("Europe/Brussels")


def test_escape_leaves_a_choice_as_it_was(window, piet):
    page = window(piet)
    page.goto("/profile/")
    zone = page.get_by_role("combobox", name="Time zone")

    zone.press("ControlOrMeta+a")
    zone.press_sequentially("nowhere at all")
    expect(page.get_by_text("No such time zone")).to_be_visible()
    zone.press("Escape")

    expect(zone).to_have_value("Europe/Amsterdam")
    expect(zone).to_have_attribute("aria-expanded", "false")
