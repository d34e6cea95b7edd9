"""Drafts that store themselves while somebody types, whatever happens to the page, the network or the session."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_documents import fill, town  # the two customers, and a form filled in

__all__ = ["town"]
pytestmark = pytest.mark.browser
KEEP = re.compile(r"/documents/keep")


def saved(page: Page) -> None:
    expect(page.locator("#kept")).to_contain_text("Saved at ")


def written(page: Page, **more: str) -> str:
    """A new invoice that stored itself; its address."""
    page.goto("/documents/new")
    fill(page, **more)
    saved(page)
    expect(page).to_have_url(re.compile("/documents/edit/"))
    return page.url


def state(page: Page, note: str) -> None:
    """Wait until the server says that this was stored."""
    with page.expect_response(lambda answer: KEEP.search(answer.url) and answer.ok):
        page.locator("#note").fill(note)


def trouble(page: Page, words: str) -> None:
    expect(page.locator("#kept[data-level=trouble]")).to_contain_text(words)


def drafts(page: Page) -> Any:
    page.goto("/documents/drafts/")
    return page.locator("main .row-link")


def test_what_is_typed_is_there_on_another_computer(town, window):
    page, other = window(town[0]), window(town[0])
    place = page.goto("/documents/new") and page.locator(".form-actions").bounding_box()
    page.locator("#buyer_name").fill("Half a name")
    saved(page)
    assert page.locator(".form-actions").bounding_box() == place
    page.close()

    drafts(other).first.click()
    other.get_by_role("link", name="Change the draft").click()
    expect(other.locator("#buyer_name")).to_have_value("Half a name")


def test_a_reload_shows_the_draft_and_not_an_empty_form(town, window):
    page = window(town[0])
    written(page, note="Thanks")
    page.reload()

    expect(page.locator("#note")).to_have_value("Thanks")
    expect(page.locator("#put-back")).to_be_hidden()


def test_an_untouched_form_stores_nothing(town, window):
    page = window(town[0])
    page.goto("/documents/new")
    page.locator("#buyer_name").focus()
    page.locator("#buyer_name").fill("x")
    page.locator("#buyer_name").fill("")
    page.goto("/documents/new?sample=1")
    page.wait_for_timeout(2500)

    expect(drafts(page)).to_have_count(0)


def test_whoever_leaves_at_once_loses_nothing(town, window):
    page, other = window(town[0]), window(town[0])
    page.goto("/documents/new")
    page.locator("#buyer_name").fill("In a hurry")
    page.close(run_before_unload=True)

    for _ in range(20):
        if drafts(other).count():
            break
        other.wait_for_timeout(200)
    expect(other.locator("main")).to_contain_text("In a hurry")


def test_of_two_windows_the_second_chooses(town, window):
    first, second = window(town[0]), window(town[0])
    address = written(first)
    second.goto(address)
    state(first, "of the first")

    second.locator("#note").fill("of the second")
    trouble(second, "Piet Post changed this draft elsewhere")
    second.get_by_role("button", name="Keep mine").click()
    saved(second)
    first.locator("#note").fill("again of the first")
    trouble(first, "Piet Post changed this draft elsewhere")
    first.get_by_role("link", name="Show the other version").click()

    expect(first.locator("#note")).to_have_value("of the second")


def test_a_button_overwrites_no_more_than_a_pause(town, window):
    first, second = window(town[0]), window(town[0])
    address = written(first)
    second.goto(address)
    state(first, "of the first")
    second.route(KEEP, lambda route: route.abort())
    second.locator("#note").fill("of the second")
    second.get_by_role("button", name="Save as draft").click()

    alert = second.get_by_role("alert")
    expect(alert).to_contain_text("Piet Post changed this draft elsewhere")
    expect(second.locator("#note")).to_have_value("of the second")
    second.unroute(KEEP)
    alert.get_by_role("button", name="Keep mine").click()
    expect(second.get_by_text("Saved as draft.")).to_be_visible()
    expect(second.locator("#note")).to_have_value("of the second")


def test_without_the_platform_the_tab_keeps_it_and_tries_again(town, window):
    page = window(town[0])
    page.goto("/documents/new")
    page.route(KEEP, lambda route: route.abort())
    page.locator("#buyer_name").fill("Out of reach")
    trouble(page, "we can’t reach the platform. This tab keeps what you type, and we try again.")
    page.unroute(KEEP)

    saved(page)
    expect(page.locator("#kept")).not_to_have_attribute("data-level", "trouble")


def test_without_a_network_it_is_stored_as_soon_as_there_is_one(town, window):
    page = window(town[0])
    address = written(page)
    page.context.set_offline(True)
    page.locator("#note").fill("in a tunnel")
    trouble(page, "we can’t reach the platform")
    with page.expect_response(lambda answer: KEEP.search(answer.url) and answer.ok):
        page.context.set_offline(False)
    page.goto(address)

    expect(page.locator("#note")).to_have_value("in a tunnel")


def test_only_what_is_not_stored_is_asked_about(town, window):
    page, asked = window(town[0]), list[str]()
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    address = written(page)
    page.goto("/outbox/")
    page.goto(address)
    assert asked == []
    page.route(KEEP, lambda route: route.abort())
    page.locator("#note").fill("not stored")
    trouble(page, "we can’t reach the platform")
    page.goto("/outbox/")

    assert asked == ["beforeunload"]


def test_after_the_session_ended_it_is_stored_by_whoever_signs_in_again(town, window):
    page, again = window(town[0]), window(town[0])
    written(page)
    page.context.clear_cookies()
    page.locator("#note").fill("too late")
    trouble(page, "your session has ended")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.context.add_cookies(again.context.cookies())

    saved(page)
    expect(page.get_by_role("link", name="Sign in")).to_be_hidden()


def test_what_was_sent_from_another_window_stays_as_it_was_sent(town, window):
    page, other = window(town[0]), window(town[0])
    other.goto(written(page))
    other.get_by_role("button", name="Preview and send").click()
    other.get_by_role("button", name="Send", exact=True).click()
    expect(other.get_by_text("It is on its way.")).to_be_visible()

    page.locator("#note").fill("after all")
    trouble(page, "This invoice has been sent")
    page.get_by_role("button", name="Keep this as a new draft").click()
    expect(page.get_by_text("Saved as draft.")).to_be_visible()

    expect(page.locator("#note")).to_have_value("after all")
    expect(drafts(page)).to_have_count(1)


def test_enter_stores_it_too_and_the_page_stays(town, window):
    page = window(town[0])
    page.goto("/documents/new")
    page.evaluate("window.same = true")
    page.locator("#buyer_name").fill("By Enter")
    page.locator("#buyer_name").press("Enter")
    saved(page)

    assert page.evaluate("window.same")


def test_several_discounts_on_a_line_are_added_stored_and_put_back(town, window):
    page = window(town[0])
    page.goto("/documents/new")
    fill(page)
    page.locator(".line-more summary").first.click()
    page.get_by_role("button", name="Add a discount or charge", exact=True).click()
    page.locator("[name='lines-0-extras-0-value']").fill("10")
    page.locator("[name='lines-0-extras-1-kind']").select_option("charge_amount")
    page.locator("[name='lines-0-extras-1-value']").fill("4,05")
    page.locator("[name='lines-0-extras-1-reason']").fill("Packing")
    expect(page.locator("[data-sum=net]")).to_have_text("€90.00")
    with page.expect_response(lambda answer: KEEP.search(answer.url) and answer.ok):
        page.locator("[name='lines-0-extras-1-reason']").blur()
    page.reload()

    expect(page.locator("[name='lines-0-extras-1-value']")).to_have_value("4,05")
    page.get_by_role("button", name="Remove this discount or charge").first.click()
    expect(page.locator("[data-sum=net]")).to_have_text("€99.55")
