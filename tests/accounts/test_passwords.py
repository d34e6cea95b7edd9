"""A new password for who forgot theirs."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.models import AuditEntry, OneTimeLink, UserState
from app.models.types import now
from app.transactions import transaction
from tests.accounts.visitor import kinds_to, link_for, mails_to, person
from tests.factories import PASSWORD, sign_in

NEW = {"password": "een nieuwe fiets in mei", "again": "een nieuwe fiets in mei"}


@pytest.fixture
def piet(world):
    return world.user(world.environment("Piet BV"), "Piet Post", email="piet@bakkerij.nl")


@pytest.fixture
def link(visitor, piet):
    visitor.fill("/password/forgotten", {"email": "Piet@bakkerij.nl"})
    return link_for("piet@bakkerij.nl", "reset")


def test_a_new_password_works_and_the_old_one_does_not(visitor, link):
    page = visitor.fill(link, NEW, follow_redirects=True)

    assert "Your new password is set" in page.text
    assert visitor.sign_in("piet", PASSWORD).status_code == 401
    assert visitor.sign_in("piet", NEW["password"]).status_code == 302
    assert kinds_to("piet@bakkerij.nl") == ["reset", "password_changed"]


def test_a_new_password_ends_every_session(visitor, piet, link, app):
    elsewhere = app.test_client()
    sign_in(elsewhere, piet)
    before = elsewhere.get("/profile/").status_code

    visitor.fill(link, NEW)

    assert before == 200
    assert elsewhere.get("/profile/").status_code == 302


def test_a_new_password_stands_in_the_audit_log(visitor, piet, link):
    visitor.fill(link, NEW)

    with tenancy.every_environment("test"):
        entries = db.session.scalars(select(AuditEntry.action)).all()
    assert entries == ["password set"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_the_link_changes_nothing(visitor, link, method):
    for _ in range(3):
        assert visitor.client.open(link, method=method).status_code == 200

    assert visitor.sign_in("piet", PASSWORD).status_code == 302
    assert person("piet@bakkerij.nl").epoch == 0


def test_the_link_works_once(visitor, link):
    visitor.fill(link, NEW)

    again = visitor.fill("/login/", {"password": "x" * 12, "again": "x" * 12}, at=link)

    assert again.status_code == 409
    assert "has been used" in again.text
    assert visitor.sign_in("piet", NEW["password"]).status_code == 302


def test_a_link_that_is_too_old_changes_nothing(visitor, link):
    with transaction(), tenancy.every_environment("test"):
        db.session.scalars(select(OneTimeLink)).one().expires_at = now()

    page = visitor.fill("/login/", NEW, at=link)

    assert page.status_code == 409
    assert visitor.sign_in("piet", PASSWORD).status_code == 302


def test_a_weak_password_is_refused_and_the_link_still_works(visitor, link):
    refused = visitor.fill(link, {"password": "welkom1234", "again": "welkom1234"})
    differs = visitor.fill(link, {**NEW, "again": "something else"})
    accepted = visitor.fill(link, NEW)

    assert (refused.status_code, differs.status_code, accepted.status_code) == (422, 422, 302)
    assert "guessed in a moment" in refused.text
    assert "The two passwords differ" in differs.text


def test_the_page_is_the_same_for_a_known_and_an_unknown_address(visitor, piet):
    known = visitor.fill(
        "/password/forgotten", {"email": "piet@bakkerij.nl"}, follow_redirects=True
    )
    unknown = visitor.fill(
        "/password/forgotten", {"email": "puck@bakkerij.nl"}, follow_redirects=True
    )

    assert _bare(known.text, "piet") == _bare(unknown.text, "puck")
    assert kinds_to("puck@bakkerij.nl") == ["no_account"]


def test_a_link_for_signing_up_sets_no_password(visitor, piet):
    visitor.sign_up("puck@bakkerij.nl")
    token = link_for("puck@bakkerij.nl", "activate").rpartition("/")[2]

    assert visitor.open(f"/password/{token}").status_code == 404


def test_a_blocked_person_gets_no_link(visitor, world):
    world.user(world.environment(), "Bob Block", email="bob@bakkerij.nl", state=UserState.BLOCKED)

    visitor.fill("/password/forgotten", {"email": "bob@bakkerij.nl"})

    assert kinds_to("bob@bakkerij.nl") == ["blocked"]
    assert "/password/" not in mails_to("bob@bakkerij.nl")[0].text


def test_who_is_blocked_after_asking_sets_nothing(visitor, piet, link):
    with transaction(), tenancy.every_environment("test"):
        db.session.merge(piet).state = UserState.BLOCKED

    page = visitor.fill(link, NEW)

    assert page.status_code == 409
    assert person("piet@bakkerij.nl").password == piet.password


def _bare(page: str, name: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page).replace(name, "someone")
