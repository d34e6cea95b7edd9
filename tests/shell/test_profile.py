"""The profile: only about myself, errors at their field, sessions that end."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.models import AuditEntry, OutgoingMail, User
from tests.factories import PASSWORD, sign_in
from tests.shell.test_pictures import ME
from tests.support import post, statements

NEW = "orange boats sail slowly"


def stored(person):
    db.session.commit()  # what others did since is not seen by a read that is still open
    with tenancy.every_environment("test"):
        return db.session.scalars(select(User).where(User.id == person.id)).one()


def test_what_was_typed_is_kept(client, piet):
    sign_in(client, piet)
    changed = {**ME, "first_name": " Pieter ", "phone": "+31 6 1", "time_zone": "Asia/Tokyo"}

    answer = post(client, "/profile/", {**changed, "alert_request": "off"})

    kept = stored(piet)
    assert answer.status_code == 302
    assert (kept.first_name, kept.phone, kept.time_zone) == ("Pieter", "+31 6 1", "Asia/Tokyo")
    assert (kept.alert_request, kept.alert_document) == ("off", "at_once")
    assert kept.ask_receive is False  # the box was not ticked


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", "  "),
        ("first_name", "P" * 65),
        ("phone", "1" * 41),
        ("language", "xx"),
        ("time_zone", "Europe/Nowhere"),
        ("alert_feed", "hourly"),
        ("alert_document", "daily"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(client, piet, field, value):
    sign_in(client, piet)

    answer = post(client, "/profile/", {**ME, "last_name": "Changed", field: value})

    assert answer.status_code == 200
    assert f'id="{field}-errors"' in answer.text
    assert f'href="#{field}"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'value="Changed"' in answer.text
    assert stored(piet).last_name == "Post"


def test_a_form_cannot_reach_columns_that_are_not_on_it(client, piet, jan):
    sign_in(client, jan)

    post(client, "/profile/", {**ME, "environment_role": "administrator", "id": piet.id})

    assert stored(jan).environment_role == "basic"
    assert stored(piet).environment_role == "administrator"
    assert stored(jan).first_name == "Piet"


def test_html_in_a_name_is_shown_as_text(client, piet):
    sign_in(client, piet)
    post(client, "/profile/", {**ME, "first_name": "<script>alert(1)</script>"})

    page = client.get("/profile/").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_new_password_ends_other_sessions_and_keeps_this_one(app, client, piet):
    other = app.test_client()
    for browser in (client, other):
        sign_in(browser, piet)

    post(client, "/profile/password", {"current": PASSWORD, "password": NEW, "again": NEW})

    assert client.get("/profile/").status_code == 200
    assert other.get("/profile/").status_code == 302
    db.session.commit()
    with tenancy.every_environment("test"):
        mails = db.session.scalars(select(OutgoingMail.recipient)).all()
        assert "password changed" in db.session.scalars(select(AuditEntry.action)).all()
    assert mails == [piet.email]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"current": "wrong", "password": NEW, "again": NEW}, "current"),
        ({"current": PASSWORD, "password": "short", "again": "short"}, "password"),
        ({"current": PASSWORD, "password": NEW, "again": "other"}, "again"),
        ({"current": "", "password": NEW, "again": NEW}, "current"),
    ],
)
def test_a_refused_password_changes_nothing(client, piet, typed, field):
    sign_in(client, piet)
    before = stored(piet).password

    answer = post(client, "/profile/password", typed)

    assert f'id="{field}-errors"' in answer.text
    assert 'value="Piet"' in answer.text  # the other form is as it was
    assert NEW not in answer.text
    assert (stored(piet).password, stored(piet).epoch) == (before, 0)


def test_signing_out_everywhere_ends_this_session_too(app, client, piet):
    other = app.test_client()
    for browser in (client, other):
        sign_in(browser, piet)

    post(client, "/profile/sign-out-everywhere")

    assert [browser.get("/profile/").status_code for browser in (client, other)] == [302, 302]


@pytest.mark.parametrize(
    "address", ["/profile/sign-out-everywhere", "/profile/password", "/profile/picture/remove"]
)
def test_nothing_changes_by_following_a_link(client, piet, address):
    sign_in(client, piet)

    assert client.get(address).status_code in (404, 405)
    assert stored(piet).epoch == 0


def test_staff_have_a_profile_too(client, world):
    sign_in(client, world.user(None, "Sam Support", staff="support"))

    answer = post(client, "/profile/", {**ME, "first_name": "Samira"})

    assert answer.status_code == 302
    assert "Samira" in client.get("/profile/").text


def test_the_profile_asks_little_of_the_database(client, piet):
    sign_in(client, piet)

    with statements() as sent:
        client.get("/profile/")

    assert len(sent) <= 12
