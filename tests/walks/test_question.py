"""The pop-up: whom it asks, when it comes back, and that receiving is as it was answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.walks.invoices import xml
from tests.walks.people import QUESTION, Person

pytestmark = pytest.mark.browser


def test_of_three_organizations_only_the_enabled_one_receives_until_details_turns_it_off(
    newcomer: Callable[..., Person], sender: Person
) -> None:
    firms = ("Drie Dozen", "Vier Vaten", "Vijf Vijvers")
    owner = newcomer("Drie Vier")
    owner.sign_up()
    owner.sign_in()
    owner.close_question()
    for firm in firms:
        owner.add_organization(firm)
        owner.activate()
        rows = owner.question.get_by_role("listitem")
        expect(rows).to_have_count(len(owner.numbers))
        if firm != firms[-1]:
            owner.close_question()
    expect(owner.enable("Vier Vaten")).to_contain_text("Receiving")
    for firm in ("Drie Dozen", "Vijf Vijvers"):
        expect(rows.filter(has_text=firm).get_by_text("Enable", exact=True)).to_be_visible()
    owner.close_question()

    sender.upload({f"{firm}.xml": _invoice(sender, owner, firm, "1") for firm in firms})
    expect(sender.result("Vier Vaten.xml")).to_contain_text("inbox")
    for firm in ("Drie Dozen", "Vijf Vijvers"):
        expect(sender.result(f"{firm}.xml")).to_contain_text("doesn't receive on this platform")
    sender.page.get_by_role("button", name="Send this invoice").click()
    owner.wait_for("inbox", "Q-Vier-1", "unread")
    for firm in ("Drie", "Vijf"):
        expect(owner.row("inbox", f"Q-{firm}-1")).to_have_count(0)

    owner.open_organization("Vier Vaten")
    owner.page.get_by_role("switch", name="Receive e-invoices").click()
    expect(owner.page.locator("#receive")).to_contain_text("Off")
    sender.upload({"later.xml": _invoice(sender, owner, "Vier Vaten", "2")})
    expect(sender.result("later.xml")).to_contain_text("doesn't receive on this platform")
    expect(sender.page.get_by_role("button", name="Send this invoice")).to_have_count(0)


def _invoice(sender: Person, owner: Person, firm: str, number: str) -> bytes:
    number = f"Q-{firm.split()[0]}-{number}"
    return xml(number, ("Piet Post", sender.numbers["Piet Post"]), (firm, owner.numbers[firm]))


def test_closed_without_a_choice_it_comes_back_at_the_next_sign_in_and_not_before(
    sender: Person,
) -> None:
    sender.sign_out()
    sender.sign_in()
    sender.close_question()

    for path in ("/", "/inbox/", "/organizations/"):
        sender.page.goto(path)
        expect(sender.question).to_have_count(0)
    sender.sign_out()
    sender.sign_in()
    expect(sender.question).to_be_visible()


def test_the_switch_off_outlives_signing_out_and_the_profile_turns_it_on_again(
    sender: Person,
) -> None:
    sender.sign_out()
    sender.sign_in()
    switch = sender.question.get_by_role("switch", name="Show this question at sign-in")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")
    sender.close_question()

    sender.sign_out()
    sender.sign_in()
    expect(sender.question).to_have_count(0)
    sender.page.goto("/profile/")
    sender.page.get_by_label("Show this question at sign-in").check()
    sender.page.get_by_role("button", name="Save").first.click()
    sender.sign_out()
    sender.sign_in()

    expect(sender.question).to_be_visible()


def test_a_guest_is_not_asked_but_asks_for_access_and_gets_it(
    newcomer: Callable[..., Person], customer: Callable[..., Person]
) -> None:
    boss = customer("Gast Vrij")
    boss.upload({"mine.xml": xml("G-1", _firm(boss, "Gast Vrij"), ("Iemand", "12345678"))})
    guest = newcomer("Nieuwe Collega", boss.email.split("@")[1])
    guest.sign_up()
    guest.sign_in()
    expect(guest.question).to_have_count(0)
    expect(guest.page.get_by_text(boss.email)).to_be_visible()

    guest.page.get_by_role("link", name="Ask for access").click()
    guest.page.get_by_label("Your message").fill("For the invoices, please.")
    guest.page.get_by_role("button", name="Ask for access").click()
    expect(guest.row("outbox", "G-1")).to_have_count(0)
    boss.page.goto("/requests/")
    boss.page.get_by_role("row").filter(has_text="Kim Nieuwe").get_by_role("link").first.click()
    expect(boss.page.get_by_text("For the invoices, please.")).to_be_visible()
    boss.page.get_by_label("Gast Vrij").check()
    boss.page.get_by_role("button", name="Give access").click()
    expect(boss.page.get_by_text("They have access now.")).to_be_visible()

    expect(guest.row("outbox", "G-1")).to_be_visible()


def _firm(person: Person, name: str) -> tuple[str, str]:
    return name, person.numbers[name]


def test_registered_elsewhere_is_explained_and_can_be_tried_again(
    customer: Callable[..., Person], operator: Page
) -> None:
    person = customer("Elders Eerst")
    number = person.numbers["Elders Eerst"]
    _network(operator, number, "say: registered at another provider", "Other Provider")
    person.sign_out()
    person.sign_in()

    row = person.enable("Elders Eerst")
    expect(row).to_contain_text("is registered at another provider: Other Provider.")
    expect(row).to_contain_text("Ask that provider to end the registration")

    _network(operator, number, "accept", "")
    row.get_by_role("button", name="Try again").click()
    expect(row).to_contain_text("Receiving")


def _network(page: Page, number: str, behaviour: str, note: str) -> None:
    page.goto("/network/")
    page.get_by_label("Participant").fill(f"0106:{number}")
    page.get_by_label("When asked to publish").select_option(behaviour)
    page.get_by_label("Reason, or name").fill(note)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The network behaves like that from now on.")).to_be_visible()


def test_by_keyboard_alone_the_focus_stays_inside_and_escape_gives_the_page_back(
    sender: Person,
) -> None:
    sender.sign_out()
    page, keys = sender.page, sender.page.keyboard
    page.get_by_label("Username or e-mail address").focus()
    keys.type(sender.email)
    keys.press("Tab")
    keys.type("een fiets zonder bel")
    keys.press("Enter")
    # It is open before its script has come; the script keeps the focus inside.
    expect(page.locator("dialog:modal")).to_be_visible()
    reached = []
    for _ in range(12):
        keys.press("Tab")
        reached.append(page.evaluate(WHERE))

    assert set(reached) <= {"inside", "browser"}
    assert reached.count("inside") > 6
    keys.press("Escape")
    expect(sender.question).to_be_hidden()
    keys.press("Tab")
    keys.press("Tab")
    assert page.evaluate(WHERE) == "page"


# The browser's own frame takes a turn too: then nothing of the page has the focus.
WHERE = """(() => {
    const focused = document.activeElement;
    if (focused === document.body) return "browser";
    return document.querySelector("dialog").contains(focused) ? "inside" : "page";
})()"""


def test_closed_before_its_script_came_it_stays_closed(sender: Person) -> None:
    sender.sign_out()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    sender.page.route("**/receive.*js", hold)
    sender.page.get_by_label("Username or e-mail address").fill(sender.email)
    sender.page.get_by_label("Password").fill("een fiets zonder bel")
    sender.page.get_by_role("button", name="Sign in").click(no_wait_after=True)
    sender.page.get_by_role("dialog", name=QUESTION).get_by_role("button", name="Close").click()

    with sender.page.expect_response("**/receive.*js"):
        held[0].continue_()
    sender.page.wait_for_load_state("load")

    expect(sender.question).to_be_hidden()
