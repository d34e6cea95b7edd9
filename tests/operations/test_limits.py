"""What a request may bring, and what odd addresses get: always a sentence of ours, never a traceback."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import views
from app.views import limits
from tests.factories import World, sign_in
from tests.support import token

ODD = (
    "abc",
    "-1",
    "0",
    "²",
    "99999999999999999999",
    "' OR 1=1 --",
    "\x00",
    "ж" * 2000,
    "%",
    "None",
)
OF_THE_FRAMEWORK = ("psize_{}", "page_{}", "_oc_{}", "_od_{}", "_flt_0_id", "_flt_9_name", "_flt_x")


def _parameters() -> set[str]:
    """Every name that our pages read from an address."""
    sources = "\n".join(path.read_text() for path in Path(views.__path__[0]).glob("*.py"))
    return set(re.findall(r"args\.get(?:list)?\(\"(\w+)\"", sources))


def _pages(app: Flask) -> list[tuple[str, str]]:
    """The addresses that need no id, each with the name of its view."""
    return sorted(
        (str(rule), rule.endpoint.partition(".")[0])
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and str(rule) != "/metrics"
    )


@pytest.fixture
def people(world: World, app: Flask) -> dict[str, FlaskClient]:
    """An administrator with an organization, someone of support, and a stranger."""
    environment = world.environment()
    piet = world.user(environment, role="administrator")
    world.organization(environment, administrator=piet, receive=True)
    staff = world.user(None, "Sofie Steun", staff="technical_support")
    found = {name: app.test_client() for name in ("administrator", "support", "stranger")}
    sign_in(found["administrator"], piet)
    sign_in(found["support"], staff)
    return found


@pytest.mark.parametrize("who", ["administrator", "support", "stranger"])
def test_odd_parameters_get_a_page_of_ours_on_every_address(
    people: dict[str, FlaskClient], app: Flask, who: str
) -> None:
    broken = []
    for address, view in _pages(app):
        names = [*sorted(_parameters()), *(each.format(view) for each in OF_THE_FRAMEWORK)]
        # A page that refuses one value doesn't look at the others, so values take turns.
        for turn in range(0, len(ODD), 3 if who == "administrator" else 5):
            values = itertools.cycle(ODD[turn:] + ODD[:turn])
            asked = {name: next(values) for name in names[turn % 3 :]}
            answer = people[who].get(address, query_string=asked)
            if answer.status_code >= 500:
                broken.append((address, asked, answer.status_code))

    assert broken == []


@pytest.mark.parametrize("value", ODD)
@pytest.mark.parametrize("kind", ["psize", "page", "_oc"])
def test_a_list_refuses_odd_sizes_pages_and_orders_with_a_sentence(
    people: dict[str, FlaskClient], kind: str, value: str
) -> None:
    answer = people["administrator"].get(
        "/contacts/list/", query_string={f"{kind}_ContactView": value}
    )

    if (kind, value) == ("page", "0"):  # the first page
        assert answer.status_code == 200
        return
    assert answer.status_code in (400, 422)
    assert 'class="empty refusal"' in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("address", ["/documents/show/\x00", "/contacts/show/\x00"])
def test_an_address_that_no_database_takes_is_refused(
    people: dict[str, FlaskClient], address: str
) -> None:
    assert people["administrator"].get(address).status_code in (400, 404)


def test_a_form_that_is_too_large_is_refused_with_a_sentence(client: FlaskClient) -> None:
    large = {"name": "x" * (limits.MOST_ELSEWHERE + 1)}

    answer = client.post("/login/", data=large, headers={"Accept-Language": "en"})

    assert answer.status_code == 413
    assert "This is too large. Send smaller files, or fewer at a time." in answer.text


def test_a_form_with_more_parts_than_anyone_fills_in_is_refused(client: FlaskClient) -> None:
    parts = {f"part{number}": "x" for number in range(limits.MOST_FIELDS + 1)}

    answer = client.post(
        "/documents/upload",
        data=parts,
        content_type="multipart/form-data",
        headers={"Accept-Language": "en"},
    )

    assert answer.status_code == 413
    assert "too large" in answer.text


def test_uploads_may_be_as_large_as_was_set_and_no_larger(
    people: dict[str, FlaskClient], app: Flask
) -> None:
    browser = people["administrator"]
    page = browser.get("/documents/upload")
    most = limits.MOST_TOGETHER * app.config["SETTINGS"].max_upload_mb * limits.MEGABYTE

    def send(size: int) -> int:
        return browser.post(
            "/documents/upload",
            data={"csrf_token": token(page.text)},
            environ_overrides={"CONTENT_LENGTH": str(size)},
        ).status_code

    assert send(2 * limits.MOST_ELSEWHERE) != 413
    assert send(most + limits.MEGABYTE) == 413
