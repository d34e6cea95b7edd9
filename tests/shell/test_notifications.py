"""The bell: mine alone, in my language, cheap."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import tenancy
from app.errors import NotFound
from app.extensions import db
from app.models import Notification, OutgoingMail
from app.services import notifications
from tests.factories import sign_in
from tests.support import post, statements

TEXT = "%(name)s asks for access."


def tell(*people, link="/requests/", **values):
    notifications.tell([person.id for person in people], TEXT, link, name="Kees", **values)


def unread():
    return len(db.session.scalars(notifications.unread()).all())


def recipients():
    db.session.commit()
    with tenancy.every_environment("test"):
        return list(db.session.scalars(select(OutgoingMail.recipient)))


@pytest.mark.parametrize(
    ("switch", "mailed"), [("at_once", True), ("daily", False), ("off", False)]
)
def test_the_switch_decides_about_the_mail_and_never_about_the_bell(world, ours, switch, mailed):
    anna = world.user(ours, "Anna Bos", alert_document=switch)

    tell(anna, alert="document", mail="news")

    with world.acting(anna):
        assert unread() == 1
    assert recipients() == ([anna.email] if mailed else [])


def test_people_who_may_not_sign_in_are_told_nothing(world, ours):
    tell(world.user(ours, "Bas Blok", state="blocked"), mail="news")

    with tenancy.every_environment("test"):
        assert db.session.scalars(select(Notification)).all() == []
    assert recipients() == []


def test_a_person_is_told_once(world, piet):
    notifications.tell([piet.id, piet.id], TEXT, "/", name="Kees")

    with world.acting(piet):
        assert len(notifications.latest()) == 1


def test_an_unknown_switch_is_a_mistake_of_the_caller(piet, world):
    with pytest.raises(ValueError, match="switch"):
        tell(piet, alert="everything")


def test_nobody_reads_or_opens_what_is_meant_for_another(client, world, piet, jan):
    tell(piet)
    with world.acting(piet):
        public_id = notifications.latest()[0].public_id

    with world.acting(jan):
        assert unread() == 0
        with pytest.raises(NotFound):
            notifications.read(public_id)
    sign_in(client, jan)
    assert post(client, f"/notifications/{public_id}/open").status_code == 404
    with world.acting(piet):
        assert notifications.latest()[0].read_at is None


def test_opening_marks_as_read_and_leads_to_the_page(client, world, piet):
    tell(piet, link="/requests/list/")
    with world.acting(piet):
        public_id = notifications.latest()[0].public_id
    sign_in(client, piet)
    assert "1 new notification" in client.get("/notifications/").text

    answer = post(client, f"/notifications/{public_id}/open", at="/notifications/")

    assert answer.headers["Location"] == "/requests/list/"
    assert "1 new notification" not in client.get("/notifications/").text


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_a_message_never_leads_away(client, world, piet, link):
    tell(piet, link=link)
    with world.acting(piet):
        public_id = notifications.latest()[0].public_id
    sign_in(client, piet)

    answer = post(client, f"/notifications/{public_id}/open")

    assert answer.headers["Location"] == "/"


def test_everything_can_be_marked_as_read_at_once(client, world, piet, jan):
    for _ in range(3):
        tell(piet, jan)
    sign_in(client, piet)

    post(client, "/notifications/read", at="/notifications/")

    db.session.commit()
    with world.acting(piet):
        assert unread() == 0
    with world.acting(jan):
        assert unread() == 3


def test_reading_is_no_change_by_link(client, world, piet):
    tell(piet)
    sign_in(client, piet)
    assert client.get("/notifications/read").status_code == 405


def test_html_in_a_name_is_text(client, world, piet):
    notifications.tell([piet.id], TEXT, "/", name="<img src=x>")
    sign_in(client, piet)

    page = client.get("/notifications/").text

    assert "<img src=x>" not in page
    assert "&lt;img src=x&gt; asks for access." in page


def test_more_than_99_are_counted_no_further(client, world, piet):
    for _ in range(101):
        tell(piet)
    sign_in(client, piet)

    assert "99+" in client.get("/profile/").text


def test_the_bell_costs_one_statement_and_its_page_the_same_with_many(client, world, piet):
    sign_in(client, piet)
    counts = []
    for _ in range(10):
        tell(piet)
        with statements() as sent:
            client.get("/notifications/")
        counts.append(len([text for text in sent if "notification" in text]))

    assert set(counts) == {2}  # the number and the rows


def test_staff_see_no_bells_of_customers(world, piet):
    tell(piet)
    with world.acting(world.user(None, "Sam Support", staff="support")):
        assert unread() == 0
        assert db.session.scalars(select(Notification)).all() == []
