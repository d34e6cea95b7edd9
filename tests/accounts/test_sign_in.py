"""The way in and the way out."""

from __future__ import annotations

import time

import pytest

from app.models import UserState
from app.services import attempts, credentials
from app.tenancy import StaffRole
from tests.accounts.visitor import person
from tests.factories import PASSWORD, sign_in
from tests.support import statements


@pytest.fixture
def piet(world):
    return world.user(world.environment("Piet BV"), "Piet Post", email="piet@bakkerij.nl")


@pytest.mark.parametrize("name", ["piet", "PIET", " piet ", "piet@bakkerij.nl", "Piet@Bakkerij.NL"])
def test_the_username_and_the_address_both_sign_in(visitor, piet, name):
    assert visitor.sign_in(name, PASSWORD).location == "/"
    assert person("piet@bakkerij.nl").last_login is not None


def test_every_refusal_reads_the_same(visitor, world, piet):
    home = world.environment("Elsewhere")
    world.user(home, "Blocked Person", state=UserState.BLOCKED)
    invited = world.user(home, "Invited Person", state=UserState.INVITED)
    assert invited.active

    pages = [
        visitor.sign_in("piet", "wrong password"),
        visitor.sign_in("nobody", PASSWORD),
        visitor.sign_in("blocked", PASSWORD),
        visitor.sign_in("invited", PASSWORD),
        visitor.sign_in("piet", ""),
        visitor.sign_in("' OR 1=1 --", "' OR 1=1 --"),
    ]

    assert {page.status_code for page in pages} == {401}
    assert all("The username or the password isn&#39;t right" in page.text for page in pages)


def test_an_unknown_name_costs_as_much_time_as_a_wrong_password():
    slow = credentials.hashed(PASSWORD)
    credentials.right(None, "warm up")

    def seconds(kept):
        began = time.perf_counter()
        credentials.right(kept, "wrong password")
        return time.perf_counter() - began

    known = min(seconds(slow) for _ in range(5))
    unknown = min(seconds(None) for _ in range(5))

    assert unknown > known / 2


def test_a_wrong_password_too_often_from_one_place_has_to_wait(visitor, piet):
    tries = [visitor.sign_in("piet", "wrong password") for _ in range(attempts.SIGN_IN.most)]
    refused = visitor.sign_in("PIET", PASSWORD)
    other = visitor.sign_in("somebody-else", PASSWORD)

    assert {page.status_code for page in tries} == {401}
    assert refused.status_code == 429
    assert "Wait 15 minutes" in refused.text
    assert other.status_code == 401


def test_guessing_many_names_from_one_place_has_to_wait_whatever_else_succeeds(visitor, piet):
    with visitor.client.application.app_context():
        for _ in range(attempts.SIGN_IN_ORIGIN.most):
            attempts.count(attempts.SIGN_IN_ORIGIN, "127.0.0.1")
    assert visitor.sign_in("piet", PASSWORD).status_code == 302
    visitor.fill("/logout/", {})

    guesses = [visitor.sign_in(f"name-{number}", "wrong password") for number in range(2)]

    assert [guess.status_code for guess in guesses] == [429, 429]
    assert visitor.sign_in("piet", PASSWORD).status_code == 429


def test_signing_in_forgives_earlier_mistakes(visitor, piet):
    for _ in range(3):
        for _ in range(attempts.SIGN_IN.most - 1):
            visitor.sign_in("piet", "wrong password")
        assert visitor.sign_in("piet", PASSWORD).status_code == 302
        visitor.fill("/logout/", {})


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/profile/", "/profile/"),
        ("http://localhost/profile/", "/profile/"),
        ("/profile/?tab=1", "/profile/?tab=1"),
        ("http://evil.example/profile/", "/"),
        ("//evil.example/profile/", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("http:evil.example", "/"),
        ("http:///evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/%0d%0aSet-Cookie:x=1", "/"),
        ("http://[evil", "/"),
        ("/logout/", "/"),
        ("/not-there", "/"),
        ("/language/", "/"),  # by its button only
    ],
)
def test_signing_in_leads_to_pages_of_ours_only(visitor, piet, wanted, leads_to):
    page = visitor.client.get("/login/", query_string={"next": wanted}).text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]

    answer = visitor.client.post(
        "/login/",
        query_string={"next": wanted},
        data={"csrf_token": token, "name": "piet", "password": PASSWORD},
    )

    assert answer.location == leads_to


def test_a_forged_host_leads_nowhere_else(visitor, piet):
    forged = {"Host": "evil.example"}
    page = visitor.client.get("/login/", headers=forged).text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]

    answer = visitor.client.post(
        "/login/?next=http://evil.example/profile/",
        data={"csrf_token": token, "name": "piet", "password": PASSWORD},
        headers=forged,
    )

    assert answer.status_code != 302 or answer.location.startswith("/")


def test_a_stranger_is_brought_to_the_page_they_asked_for(visitor, piet):
    asked = visitor.open("/profile/")
    page = visitor.client.get(asked.location)
    arrived = visitor.fill(asked.location, {"name": "piet", "password": PASSWORD})

    assert asked.status_code == 302
    assert "Sign in to go on" in page.text
    assert "denied" not in page.text.lower()
    assert arrived.location == "/profile/"


def test_nothing_that_was_in_the_session_before_stays_but_the_language(visitor, piet):
    with visitor.client.session_transaction() as before:
        before["planted"] = "by someone else"
        before["locale"] = "fr"

    visitor.sign_in("piet", PASSWORD)

    with visitor.client.session_transaction() as session:
        assert "planted" not in session
        assert session["locale"] == "fr"
        assert session.permanent


@pytest.mark.parametrize("asks", [True, False])
def test_each_sign_in_asks_about_receiving_unless_switched_off(visitor, world, asks):
    world.user(world.environment(), "Anna Arts", ask_receive=asks)

    visitor.sign_in("anna", PASSWORD)

    with visitor.client.session_transaction() as session:
        assert bool(session.get("ask_receive")) is asks


def test_signing_out_takes_the_button_and_a_look_does_nothing(visitor, piet):
    sign_in(visitor.client, piet)

    looked = visitor.open("/logout/")
    still = visitor.open("/profile/").status_code
    left = visitor.fill("/logout/", {})

    assert looked.status_code == 200
    assert still == 200
    assert left.location == "/login/"
    assert visitor.open("/profile/").status_code == 302


def test_without_the_hidden_field_nobody_is_signed_in(visitor, piet):
    answer = visitor.client.post("/login/", data={"name": "piet", "password": PASSWORD})

    assert answer.status_code == 400
    assert visitor.open("/profile/").status_code == 302


def test_the_page_is_kept_by_nobody(visitor):
    answer = visitor.open("/login/")

    assert answer.headers["Cache-Control"] == "no-store"


def test_an_address_with_a_secret_is_told_to_nobody_else_but_to_the_guard_of_forms(visitor):
    answer = visitor.open("/activate/secret")

    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "path", ["/login/", "/sign-up/", "/password/forgotten", "/terms/", "/users/invite"]
)
def test_a_page_asks_the_database_little(visitor, piet, path):
    sign_in(visitor.client, piet)

    with statements() as sent:
        visitor.open(path)

    assert len(sent) <= 12


def test_staff_sign_in_on_the_same_page(visitor, world):
    world.user(None, "Otto Operator", staff=StaffRole.TECHNICAL)

    assert visitor.sign_in("otto", PASSWORD).location == "/"
