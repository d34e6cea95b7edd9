"""The whole product, started once, and windows of a real browser on it.

The walks share the platform, so each uses addresses and numbers of its own. Those marked ``both`` are walked
a second time on PostgreSQL with a Redis of its own beside the platform, in the place of what is embedded.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.postgres import another_database, postgres_url
from tests.running.conftest import QueueUnderTest
from tests.walks.people import PASSWORD, Person, make
from tests.walks.running import Product
from tests.walks.windows import PATIENCE, Windows

__all__ = ["postgres_url"]

EMBEDDED = "embedded"
SERVERS = "postgresql and redis"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Where each walk is walked; together, so that each platform is started once."""
    if "product" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("both")
        servers = [pytest.param(SERVERS, marks=pytest.mark.postgres)] if both else []
        metafunc.parametrize("product", [EMBEDDED, *servers], indirect=True, scope="session")


@pytest.fixture(scope="session")
def servers(postgres_url: str) -> Iterator[dict[str, str]]:
    """The settings that name a PostgreSQL and a Redis, both started here."""
    with (
        another_database(postgres_url, "walks") as database,
        tempfile.TemporaryDirectory(prefix="postiljon-") as folder,
    ):
        queue = QueueUnderTest(Path(folder))
        queue.start()
        yield {"DATABASE_URL": database, "REDIS_URL": queue.url}
        queue.stop()


@pytest.fixture(scope="session")
def product(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """The supervised product with one worker; it stops as with Ctrl-C."""
    settings = request.getfixturevalue("servers") if request.param == SERVERS else {}
    started = Product(tmp_path_factory.mktemp("walks"), **settings)
    expect.set_options(timeout=PATIENCE)
    yield started
    expect.set_options(timeout=None)
    assert started.stop() == 0, started.terminal()
    assert "Traceback" not in started.terminal(), started.terminal()


@pytest.fixture
def open_window(product: Product, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens windows, each with its own cookies; an error in any of them fails the walk."""
    with Windows(chromium, product.url) as windows:
        yield windows.open


@pytest.fixture
def newcomer(product: Product, open_window: Callable[..., Page]) -> Callable[..., Person]:
    """Someone with an address at a new domain, or at that of a colleague, who knows nothing yet."""

    def come(firm: str, domain: str = "") -> Person:
        return make(product, open_window(), firm, domain)

    return come


@pytest.fixture
def customer(newcomer: Callable[..., Person]) -> Callable[..., Person]:
    """Someone who signed up and has an active organization; its page is open."""

    def become(firm: str) -> Person:
        return _settled(newcomer(firm), firm, receives=False)

    return become


@pytest.fixture(scope="session")
def town(product: Product, chromium: Browser) -> tuple[tuple[Person, Any], tuple[Person, Any]]:
    """Two customers who know each other, and how their browsers remember them."""
    with Windows(chromium, product.url) as windows:
        receiver = make(product, windows.open(), "Anna Afval")
        sender = make(product, windows.open(), "Piet Post")
        _settled(receiver, "Anna Afval", receives=True)
        _settled(sender, "Piet Post", receives=False)
        remembered = [each.page.context.storage_state() for each in (receiver, sender)]
    return (receiver, remembered[0]), (sender, remembered[1])


@pytest.fixture
def receiver(town: Any, open_window: Callable[..., Page]) -> Person:
    """Anna Afval, who receives e-invoices; signed in."""
    person, state = town[0]
    return dataclasses.replace(person, page=open_window(storage_state=state))


@pytest.fixture
def sender(town: Any, open_window: Callable[..., Page]) -> Person:
    """Piet Post, who sends only; signed in."""
    person, state = town[1]
    return dataclasses.replace(person, page=open_window(storage_state=state))


def _settled(person: Person, firm: str, *, receives: bool) -> Person:
    person.sign_up()
    person.sign_in()
    person.close_question()
    person.add_organization(firm)
    person.activate()
    if receives:
        person.enable(firm)
    person.close_question()
    return person


@pytest.fixture(scope="session")
def operator_name(product: Product) -> str:
    """Technical support, made at the terminal of the running platform."""
    email = "beheer@postiljon.example"
    given = ("--email", email, "--name", "Bea Beheer", "--password", PASSWORD)
    assert email in product.command("operator", "create", *given)
    return email


@pytest.fixture
def operator(product: Product, operator_name: str, open_window: Callable[..., Page]) -> Page:
    """A window of technical support."""
    person = Person(product, open_window(), "Bea Beheer", operator_name)
    person.sign_in()
    person.page.locator("[popovertarget=languages]").click()
    person.page.get_by_role("button", name="English", exact=True).click()
    expect(person.page.locator("html")).to_have_attribute("lang", "en")
    return person.page
