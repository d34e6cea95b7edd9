"""What readers choose about their pages: light or dark, and for which organization the lists are."""

from __future__ import annotations

import pytest

from app.views.choices import narrowed
from tests.factories import sign_in
from tests.support import post

THEME = "data-bs-theme"


@pytest.fixture
def two(client, world, ours, piet):
    """Someone who works for two organizations."""
    bakery = world.organization(ours, "Bakkerij", administrator=piet)
    farm = world.organization(ours, "Boerderij", administrator=piet)
    sign_in(client, piet)
    return bakery, farm


def test_who_chose_nothing_follows_the_system(client):
    assert THEME not in client.get("/login/").text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_appearance_is_in_the_page_itself_and_stays(client, theme):
    answer = post(client, "/choose/theme", {"theme": theme, "next": "/login/"}, at="/login/")

    assert answer.headers["Location"] == "/login/"
    assert f'{THEME}="{theme}"' in client.get("/login/").text


def test_going_back_to_the_system(client):
    post(client, "/choose/theme", {"theme": "dark"}, at="/login/")
    post(client, "/choose/theme", {"theme": "system"}, at="/login/")

    assert THEME not in client.get("/login/").text


@pytest.mark.parametrize("theme", ["", "pink", '"><script>'])
def test_another_appearance_is_refused(client, theme):
    assert post(client, "/choose/theme", {"theme": theme}, at="/login/").status_code == 422


def test_a_cookie_that_nobody_chose_changes_nothing(client):
    client.set_cookie("theme", '"><script>')

    page = client.get("/login/").text

    assert THEME not in page
    assert '"><script>' not in page


def test_the_switch_narrows_the_lists_and_the_menu_remembers_it(client, two):
    bakery, _farm = two

    answer = post(
        client, "/choose/organization", {"organization": bakery.public_id, "next": "/inbox/"}
    )

    assert answer.headers["Location"] == f"/inbox/?organization={bakery.public_id}"
    page = client.get("/profile/").text
    assert f'href="/outbox/?organization={bakery.public_id}"' in page
    assert f'value="{bakery.public_id}" aria-current="true"' in page


def test_all_my_organizations_undoes_it(client, two):
    bakery, _farm = two
    post(client, "/choose/organization", {"organization": bakery.public_id})

    answer = post(
        client,
        "/choose/organization",
        {"organization": "", "next": f"/outbox/?state=sent&organization={bakery.public_id}"},
    )

    assert answer.headers["Location"] == "/outbox/?state=sent"
    assert 'href="/outbox/"' in client.get("/profile/").text


def test_an_organization_of_others_cannot_be_chosen(client, world, two):
    foreign = world.organization(world.environment("Elders"), "Vreemd")

    answer = post(client, "/choose/organization", {"organization": foreign.public_id})

    assert answer.status_code == 404
    assert "Vreemd" not in client.get("/profile/").text


def test_who_works_for_one_organization_has_nothing_to_switch(client, world, ours, piet):
    world.organization(ours, "Bakkerij", administrator=piet)
    sign_in(client, piet)

    assert "All my organizations" not in client.get("/profile/").text


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/inbox/", "/inbox/?organization=x"),
        ("/inbox/?before=y&organization=z", "/inbox/?organization=x"),
        ("/profile/", "/profile/"),
        ("/documents/show/1", "/documents/show/1"),
    ],
)
def test_only_lists_are_narrowed_and_from_their_first_page(address, expected):
    assert narrowed(address, "x") == expected
