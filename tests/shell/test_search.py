"""The box at the top: what it finds, and that it finds nothing behind the wall."""

from __future__ import annotations

import pytest

from app.models import Direction, Document, Readiness
from tests.factories import sign_in
from tests.support import statements


def kept(world, organization, number):
    world.keep(
        Document(
            organization_id=organization.id,
            number=number,
            direction=Direction.OUT,
            readiness=Readiness.READY,
            source="form",
        )
    )


@pytest.fixture
def found(client, world, ours, piet):
    """What a search shows to Piet, who works for a bakery."""
    bakery = world.organization(ours, "Bakkerij Vlug", administrator=piet, value="31415926")
    kept(world, bakery, "F-2026-7")
    sign_in(client, piet)
    return lambda text: client.get("/search/", query_string={"q": text}).text


@pytest.mark.parametrize("text", ["F-2026-7", " F-2026-7 "])
def test_a_document_is_found_by_its_whole_number(found, text):
    assert "/documents/show/" in found(text)


@pytest.mark.parametrize("text", ["F-2026", "f", "%", "_"])
def test_and_not_by_a_part_of_it(found, text):
    assert "/documents/show/" not in found(text)


@pytest.mark.parametrize("text", ["bakkerij", "VLUG", "31415926", "3141 5926", "0106:31415926"])
def test_an_organization_is_found_by_name_or_number(found, text):
    page = found(text)

    assert "Bakkerij Vlug</a>" in page


def test_a_colleague_is_found_by_name_or_address(found, jan):
    for text in ("jan", jan.email.upper()):
        assert f"/users/show/{jan.public_id}" in found(text)


def test_nothing_of_others_is_found(found, world, client):
    elsewhere = world.environment("Elders BV")
    stranger = world.user(elsewhere, "Vera Vreemd", role="administrator")
    firm = world.organization(elsewhere, "Vreemde Firma", administrator=stranger, value="27182818")
    kept(world, firm, "V-1")

    for text in ("V-1", "27182818", "vreemd", stranger.email):
        assert "Nothing found" in found(text)

    sign_in(client, stranger)
    page = client.get("/search/?q=V-1").text
    assert "/documents/show/" in page


def test_what_is_typed_is_shown_as_text(found):
    page = found("<b>x</b>")

    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_a_search_takes_few_statements(found, world, ours, piet):
    found("F-2026-7")
    with statements() as few:
        found("bakkerij")
    for number in range(8):
        world.organization(ours, f"Bakkerij {number}", administrator=piet)
    with statements() as many:
        page = found("bakkerij")

    assert page.count("row-link") == 9
    assert len(few) == len(many) <= 12


def test_strangers_sign_in_first(client):
    assert "/login/" in client.get("/search/?q=x").headers["Location"]


def test_staff_search_with_a_search_of_their_own(client, world):
    sign_in(client, world.user(None, "Sam Support", staff="support"))

    assert 'action="/support/find"' in client.get("/profile/").text
