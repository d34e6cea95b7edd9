"""The question whether to receive, in a real browser: a dialog for mouse, keyboard and phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.factories import World

pytestmark = pytest.mark.browser


@pytest.fixture
def people_and_organizations(people: World) -> tuple[Any, Any]:
    """Piet, who administers three organizations; the last one isn't active yet."""
    ours = people.environment("Piet BV")
    piet = people.user(ours, "Piet Post", role="administrator")
    for name in ("Een", "Twee"):
        people.organization(ours, name, administrator=piet)
    draft = people.organization(
        ours, "Drie Transport", administrator=piet, active=False, value="12345678"
    )
    return piet, draft


@pytest.fixture
def asked(window: Callable[..., Page], people_and_organizations: tuple[Any, Any]) -> Page:
    """A window in which an organization was just activated, so that the question stands there."""
    piet, draft = people_and_organizations
    page = window(piet)
    page.goto(f"/organizations/show/{draft.public_id}")
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_role("dialog", name="Receive e-invoices too?")).to_be_visible()
    return page


def test_enable_shows_the_price_then_how_far_it_is_without_leaving_the_page(asked: Page) -> None:
    before = asked.url
    row = asked.get_by_role("dialog").get_by_role("listitem").filter(has_text="Drie Transport")

    row.get_by_text("Enable").click()
    expect(row).to_contain_text("each received document costs €0.25")
    row.get_by_role("button", name="I agree, start receiving").click()

    expect(row).to_contain_text("Receiving")
    expect(asked.get_by_role("listitem").filter(has_text="Een")).to_contain_text("Enable")
    assert asked.url == before
    asked.keyboard.press("Escape")
    expect(asked.locator("#receive")).to_contain_text("Receiving")


def test_the_focus_stays_inside_and_escape_closes(asked: Page) -> None:
    inside = "document.querySelector('dialog').contains(document.activeElement)"
    tabs = []
    for _ in range(15):
        asked.keyboard.press("Tab")
        # The browser's own frame takes a turn too: then nothing of the page has the focus.
        tabs.append(asked.evaluate(f"{inside} || document.activeElement === document.body"))

    asked.keyboard.press("Escape")

    assert all(tabs)
    expect(asked.get_by_role("dialog")).to_be_hidden()
    asked.reload()
    expect(asked.get_by_role("dialog")).to_have_count(0)


def test_it_is_answered_by_keyboard_alone(asked: Page) -> None:
    summary = asked.get_by_role("dialog").locator("summary").first
    summary.focus()
    asked.keyboard.press("Enter")
    asked.keyboard.press("Tab")
    asked.keyboard.press("Enter")

    expect(asked.get_by_role("dialog").get_by_text("Receiving", exact=True)).to_be_visible()


def test_by_keyboard_alone_it_is_answered_switched_off_and_closed(asked: Page) -> None:
    dialog = asked.get_by_role("dialog")
    row = dialog.get_by_role("listitem").filter(has_text="Drie Transport")

    _tab_to(asked, row.locator("summary"))
    asked.keyboard.press("Enter")
    _tab_to(asked, row.get_by_role("button", name="I agree, start receiving"))
    asked.keyboard.press("Enter")
    expect(row.get_by_text("Receiving", exact=True)).to_be_visible()
    switch = dialog.get_by_role("switch", name="Show this question at sign-in")
    _tab_to(asked, switch)
    asked.keyboard.press("Space")
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(switch).to_be_focused()
    asked.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(asked.locator("main")).to_be_focused()
    asked.keyboard.press("Tab")
    assert asked.evaluate("document.querySelector('main').contains(document.activeElement)")


def _tab_to(page: Page, wanted: Locator) -> None:
    """Go there as someone without a mouse does."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError("the Tab key doesn't get there")


def test_the_switch_answers_in_place(asked: Page) -> None:
    switch = asked.get_by_role("switch", name="Show this question at sign-in")
    expect(switch).to_have_attribute("aria-checked", "true")

    switch.click()

    expect(switch).to_have_attribute("aria-checked", "false")
    expect(asked.get_by_role("dialog")).to_be_visible()


def test_it_fits_on_a_phone(
    window: Callable[..., Page], people_and_organizations: tuple[Any, Any]
) -> None:
    piet, draft = people_and_organizations
    page = window(piet, viewport={"width": 320, "height": 640})
    page.goto(f"/organizations/show/{draft.public_id}")
    page.get_by_role("button", name="Activate").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()

    sideways = page.evaluate(
        "[document.documentElement, document.querySelector('dialog')]"
        ".map((each) => each.scrollWidth - each.clientWidth)"
    )

    assert sideways == [0, 0]


def test_without_scripts_the_question_stands_on_the_page_and_its_buttons_work(
    window: Callable[..., Page], people_and_organizations: tuple[Any, Any]
) -> None:
    piet, draft = people_and_organizations
    page = window(piet, java_script_enabled=False)
    page.goto(f"/organizations/show/{draft.public_id}")
    page.get_by_role("button", name="Activate").click()
    row = page.get_by_role("dialog").get_by_role("listitem").filter(has_text="Een")

    row.get_by_text("Enable").click()
    row.get_by_role("button", name="I agree, start receiving").click()

    assert page.url.endswith("/receive/")
    expect(page.get_by_role("listitem").filter(has_text="Een")).to_contain_text("Re")


def test_the_numbers_follow_the_chosen_country(
    window: Callable[..., Page], people_and_organizations: tuple[Any, Any]
) -> None:
    page = window(people_and_organizations[0])
    page.goto("/organizations/add")
    page.get_by_label("Name").fill("Kept")

    country = page.get_by_role("combobox", name="Country")
    country.fill("belg")
    country.press("Enter")

    expect(page.get_by_label("Belgian enterprise number")).to_be_visible()
    expect(page.get_by_label("KvK number")).to_have_count(0)
    expect(page.get_by_label("Name")).to_have_value("Kept")


def test_the_switches_on_the_details_page_answer_in_place(
    window: Callable[..., Page], people: World
) -> None:
    ours = people.environment("Piet BV")
    piet = people.user(ours, "Piet Post", role="administrator")
    organization = people.organization(ours, administrator=piet, receive=True)
    page = window(piet)
    page.goto(f"/organizations/show/{organization.public_id}")

    page.get_by_role("switch", name="Receive e-invoices").click()

    expect(page.locator("#receive")).to_contain_text("Off")
    expect(page.get_by_role("row").filter(has_text="KvK")).to_contain_text("Off")
    assert page.url.endswith(organization.public_id)
