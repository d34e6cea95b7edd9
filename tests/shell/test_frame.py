"""The frame around every page: whom it greets, what the menu holds, and that it stands when all else falls."""

from __future__ import annotations

import re
import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from app.models import (
    BusinessStatus,
    DeliveryState,
    MembershipState,
    OrganizationState,
    PartnershipState,
    Readiness,
    RegistrationState,
    RequestState,
    UserState,
)
from app.services import document_lists, scopes
from app.views import states
from tests.factories import sign_in

SETS = (
    BusinessStatus,
    DeliveryState,
    MembershipState,
    OrganizationState,
    PartnershipState,
    Readiness,
    RegistrationState,
    RequestState,
    UserState,
)


def menu(page: str) -> list[str]:
    return re.findall(r'class="menu-item"[^>]*>.*?<span>(.*?)</span>', page)


def test_strangers_see_the_language_and_no_menu(client):
    page = client.get("/login/").text

    assert 'action="/language/"' in page
    assert 'id="menu"' not in page
    assert "/logout/" not in page


def test_the_menu_holds_what_my_roles_let_me_read(client, world, ours, piet, jan):
    staff = world.user(None, "Sam Support", staff="support")
    seen = {}
    for person in (piet, jan, staff):
        sign_in(client, person)
        seen[person.username] = menu(client.get("/profile/").text)

    assert "Users" in seen["piet"]
    assert "Users" not in seen["jan"]
    assert "Requests" in seen["jan"]
    assert "Requests" not in seen["sam"]
    assert "Reviews" in seen["sam"]
    assert "Reviews" not in seen["piet"]


def test_signing_out_is_a_button_not_a_link(client, piet):
    sign_in(client, piet)
    page = client.get("/profile/").text

    assert '<form method="post" action="/logout/">' in page
    assert 'href="/logout' not in page


@pytest.mark.parametrize("address", ["/profile/", "/notifications/", "/requests/list/", "/"])
def test_pages_have_a_language_one_heading_and_nothing_inline(client, piet, address):
    sign_in(client, piet)

    page = client.get(address).text

    assert '<html lang="en">' in page
    assert page.count("<h1") == 1
    assert "<script>" not in page
    assert " style=" not in page
    assert not re.search(r"<[^>]+ on[a-z]+=", page)


def test_every_form_that_changes_something_carries_a_token(client, piet):
    sign_in(client, piet)

    for form in re.findall(
        r'<form[^>]*method="post".*?</form>', client.get("/profile/").text, re.S
    ):
        assert 'name="csrf_token"' in form


def _busy(*_arguments):
    locked = sqlite3.OperationalError("database is locked")
    locked.sqlite_errorname = "SQLITE_BUSY"
    raise OperationalError("SELECT 1", {}, locked)


def test_a_busy_database_says_so_also_to_who_is_signed_in(client, piet, monkeypatch):
    sign_in(client, piet)
    monkeypatch.setattr(document_lists, "unread", _busy)
    monkeypatch.setattr("app.services.home.look", _busy)

    answer = client.get("/")

    assert answer.status_code == 503
    assert "very busy" in answer.text


def test_a_database_that_is_busy_before_we_know_who_it_is_says_so_too(client, piet, monkeypatch):
    sign_in(client, piet)
    monkeypatch.setattr(scopes, "person", _busy)

    answer = client.get("/", headers={"Accept-Language": "en"})

    assert answer.status_code == 503
    assert "very busy" in answer.text


@pytest.mark.parametrize("kind", SETS)
def test_every_state_has_a_word_and_a_colour(context, kind):
    for state in kind:
        key = str(state.value)
        assert key in states.STATES
        assert states.colour(state) in set(states.Colour)
