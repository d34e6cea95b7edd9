"""Pages ask the database a fixed, small number of questions, however many rows there are."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from app.extensions import db
from app.models import Contact, Delivery, Document, Partnership
from app.models.types import new_public_id

MOST = 12
PAGES = [
    "/environment/",
    "/users/list/",
    "/users/grid",
    "/users/add",
    "/contacts/list/",
    "/contacts/add",
    "/partners/list/",
    "/partners/find?q=keten",
    "/roles/",
    "/audit/",
]
STAFF_PAGES = [
    "/environments/list/",
    "/users/list/",
    "/support/queues/",
    "/support/find?q=keten",
    "/audit/",
]


@pytest.fixture
def count(browser, app):
    """How many statements one page takes."""
    with app.app_context():
        engine = db.engine

    def made(address):
        asked = []
        note = lambda *arguments: asked.append(arguments[2])  # noqa: E731 - the event wants one object
        event.listen(engine, "before_cursor_execute", note)
        try:
            answer = browser.get(address)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        assert answer.status_code == 200, address
        return len(asked), asked

    return made


def more(world, customers, number):
    """Rows of every kind that these pages show."""
    for index in range(number):
        name = f"{new_public_id()[:8]}"
        user = world.user(customers.ours, f"User{name} Many", username=name)
        shop = world.organization(customers.ours, f"Keten {name}", administrator=customers.piet)
        world.member(shop, user)
        world.keep(Contact(organization_id=shop.id, name=name))
        other = world.environment(f"Keten {name}")
        world.keep(Partnership(environment_id=customers.ours.id, partner_environment_id=other.id))
        document = world.keep(Document(organization_id=shop.id, direction="out", number=name))
        world.keep(
            Delivery(
                organization_id=shop.id,
                document_id=document.id,
                route="email",
                recipient="x@example.nl",
                message_key=new_public_id(),
                state="failed",
                code=f"code{index}",
            )
        )


@pytest.mark.parametrize("address", PAGES)
def test_an_administrators_page_takes_few_statements(count, browser, customers, world, address):
    more(world, customers, 2)
    browser.sign_in(customers.piet)
    count(address)  # the first request of a process compiles
    few, _asked = count(address)

    more(world, customers, 8)
    many, asked = count(address)

    assert few == many <= MOST, "\n".join(asked)


@pytest.mark.parametrize("address", STAFF_PAGES)
def test_a_page_of_staff_takes_few_statements(count, browser, customers, world, address):
    more(world, customers, 2)
    browser.sign_in(world.user(None, "Sofie Steun", staff="support"))
    count(address)
    few, _asked = count(address)

    more(world, customers, 8)
    many, asked = count(address)

    assert few == many <= MOST, "\n".join(asked)


@pytest.mark.parametrize("address", [page for page in PAGES if page.endswith("/list/")])
def test_a_list_counts_no_rows_and_counts_none_off(count, browser, customers, world, address):
    more(world, customers, 2)
    browser.sign_in(customers.piet)

    _number, asked = count(address)

    # What is counted is cut off first: badges count to a hundred.
    assert [each for each in asked if "count(" in each.lower() and "LIMIT" not in each] == []


def test_a_long_list_is_walked_in_the_order_of_its_names(browser, customers, world):
    shop = world.organization(customers.ours, "Keten", administrator=customers.piet)
    names = [f"Contact {number:02}" for number in (*range(30), *range(30))]
    for name in names:
        world.keep(Contact(organization_id=shop.id, name=name))
    browser.sign_in(customers.piet)
    found, address = [], "/contacts/list/"
    while address:
        page = browser.get(address).text
        found += re.findall(r">(Contact \d\d)<", page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = "/contacts/list/" + older[1].replace("&amp;", "&") if older else ""

    assert found == sorted(names)


@pytest.mark.parametrize("query", ["before=1", "after='", "psize_ContactView=x"])
def test_a_place_that_cannot_be_meant_is_refused(browser, customers, query):
    browser.sign_in(customers.piet)

    assert browser.get(f"/contacts/list/?{query}").status_code == 422
