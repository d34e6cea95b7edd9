"""A platform that is held says so on every page; technical support finds the button there."""

from __future__ import annotations

import pytest

from app.services import silence
from app.services.silence import Why
from app.tenancy import StaffRole
from tests.factories import sign_in
from tests.support import post

WORDS = "You can look at everything"


@pytest.fixture
def technician(world, client):
    person = world.user(None, "Tess Techniek", staff=StaffRole.TECHNICAL)
    sign_in(client, person)
    return person


@pytest.mark.parametrize("address", ["/", "/inbox/", "/profile/", "/notifications/"])
def test_every_page_says_that_this_is_a_copy(walk, mark, client, address):
    sign_in(client, walk.sender)
    before = client.get(address, follow_redirects=True).text

    silence.hold(Why.RESTORED)
    held = client.get(address, follow_redirects=True).text

    assert WORDS not in before
    assert WORDS in held
    assert "restored from a backup" in held
    assert "and decide" not in held  # that is for technical support


def test_a_stranger_reads_it_as_well(context, mark, client):
    silence.hold()

    assert WORDS in client.get("/login/", headers={"Accept-Language": "en"}).text


def test_technical_support_confirms_with_a_button(mark, client, technician):
    silence.hold(Why.RESTORED)
    assert "and decide" in client.get("/").text
    assert "This is the platform that sends" in client.get("/platform/").text

    answer = post(client, "/platform/confirm", at="/platform/", follow_redirects=True)

    assert WORDS not in answer.text
    assert not silence.held()
    assert "Confirmed that this platform sends" in client.get("/audit/").text


def test_technical_support_stops_all_sending_before_a_move(mark, client, technician):
    post(client, "/platform/hold", at="/platform/")

    assert silence.hold_of().why is Why.ASKED


def test_the_page_counts_what_waits(walk, mark, client, technician):
    walk.queued()
    silence.hold()

    assert "<dt>Deliveries that wait</dt><dd>1</dd>" in client.get("/platform/").text


@pytest.mark.parametrize("staff", [None, StaffRole.SUPPORT])
def test_nobody_else_reaches_the_buttons(world, mark, client, staff):
    person = world.user(None if staff else world.environment(), staff=staff)
    sign_in(client, person)
    silence.hold()

    post(client, "/platform/confirm")

    assert silence.held()
    assert "Deliveries that wait" not in client.get("/platform/", follow_redirects=True).text
