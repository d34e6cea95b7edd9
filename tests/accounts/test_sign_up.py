"""From an address to an environment."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app import tenancy
from app.extensions import db
from app.models import EnvironmentDomain, EnvironmentRole, JoinPolicy, OneTimeLink, UserState
from app.models.types import now
from app.transactions import transaction
from tests.accounts.visitor import ACCOUNT, PASSWORD, kinds_to, link_for, mails_to, person
from tests.factories import sign_in


def test_the_first_of_a_private_domain_gets_an_environment_named_after_it(visitor):
    page = visitor.sign_up("Piet@Bakkerij.nl").text
    assert "Check your mail" in page
    assert "piet@bakkerij.nl" in page
    assert "spam" in page

    link = link_for("piet@bakkerij.nl", "activate")
    shown = visitor.open(link).text
    assert "piet@bakkerij.nl" in shown
    assert "A new environment is made" in shown

    done = visitor.fill(f"{link}/account", ACCOUNT, follow_redirects=True).text
    assert "bakkerij.nl" in done
    assert "you are its administrator" in done

    piet = person("piet@bakkerij.nl")
    assert piet.environment.name == "bakkerij.nl"
    assert piet.environment_role == EnvironmentRole.ADMINISTRATOR
    assert piet.terms_version == "2026-11"
    assert piet.terms_accepted_at is not None
    assert kinds_to("piet@bakkerij.nl") == ["activate", "registered"]


def test_a_new_person_can_sign_in_with_the_username_and_with_the_address(visitor):
    visitor.register("piet@bakkerij.nl", username="Piet.Post")

    by_name = visitor.sign_in("PIET.POST")
    visitor.fill("/logout/", {})
    by_address = visitor.sign_in("Piet@Bakkerij.NL")

    assert (by_name.status_code, by_name.location) == (302, "/")
    assert (by_address.status_code, by_address.location) == (302, "/")


def test_a_colleague_joins_as_a_guest_and_the_administrators_hear_it(visitor):
    visitor.register("piet@bakkerij.nl")
    visitor.sign_up("jan@bakkerij.nl")
    link = link_for("jan@bakkerij.nl", "activate")

    shown = visitor.open(link).text
    visitor.fill(f"{link}/account", ACCOUNT)

    assert "You join their environment" in shown
    assert "Jan Jansen" in shown  # Piet registered under that name
    jan, piet = person("jan@bakkerij.nl"), person("piet@bakkerij.nl")
    assert jan.environment_id == piet.environment_id
    assert jan.environment_role == EnvironmentRole.BASIC
    assert kinds_to("piet@bakkerij.nl")[-1] == "joined"


def test_an_address_that_anyone_can_get_makes_an_environment_whose_name_is_asked(visitor):
    visitor.register("someone.else@gmail.com", environment_name="Kapsalon Else")
    visitor.sign_up("jan.jansen@gmail.com")
    link = link_for("jan.jansen@gmail.com", "activate")

    form = visitor.open(f"{link}/account").text
    visitor.fill(f"{link}/account", {**ACCOUNT, "environment_name": " Jansen  Advies "})

    assert 'value="Jan Jansen"' in form
    jan, other = person("jan.jansen@gmail.com"), person("someone.else@gmail.com")
    assert jan.environment.name == "Jansen Advies"
    assert jan.environment_id != other.environment_id
    assert jan.environment_role == EnvironmentRole.ADMINISTRATOR


def test_an_environment_without_a_name_is_refused_at_its_field(visitor):
    visitor.sign_up("jan@gmail.com")
    path = f"{link_for('jan@gmail.com', 'activate')}/account"

    page = visitor.fill(path, {**ACCOUNT, "environment_name": " "})

    assert page.status_code == 422
    assert "Give your environment a name" in page.text
    assert person("jan@gmail.com") is None


def _policy(domain: str, policy: JoinPolicy) -> None:
    with transaction(), tenancy.every_environment("test"):
        wanted = select(EnvironmentDomain).where(EnvironmentDomain.domain == domain)
        db.session.scalars(wanted).one().policy = policy


def test_a_domain_by_invitation_says_whom_to_ask_and_makes_nothing(visitor):
    visitor.register("piet@bakkerij.nl")
    _policy("bakkerij.nl", JoinPolicy.INVITATION)
    visitor.sign_up("jan@bakkerij.nl")
    link = link_for("jan@bakkerij.nl", "activate")

    shown = visitor.open(link).text
    refused = visitor.fill(f"{link}/account", ACCOUNT)

    assert "by invitation only" in shown
    assert "Jan Jansen" in shown
    assert refused.status_code == 403
    assert "Ask one of its administrators" in refused.text
    assert person("jan@bakkerij.nl") is None


def test_a_domain_that_wants_to_be_asked_asks_its_administrators_once(visitor):
    visitor.register("piet@bakkerij.nl")
    _policy("bakkerij.nl", JoinPolicy.ASK)
    visitor.sign_up("jan@bakkerij.nl")
    link = link_for("jan@bakkerij.nl", "activate")

    asked = visitor.fill(link, {}, at=f"{link}/ask")
    again = visitor.client.get(link)

    assert "We have asked" in asked.text
    assert kinds_to("piet@bakkerij.nl")[-1] == "request"
    assert "jan@bakkerij.nl" in mails_to("piet@bakkerij.nl")[-1].text
    assert again.status_code == 409
    assert person("jan@bakkerij.nl") is None


def test_the_page_is_the_same_for_a_known_and_an_unknown_address(visitor):
    visitor.register("piet@bakkerij.nl")

    known = visitor.sign_up("piet@bakkerij.nl")
    unknown = visitor.sign_up("puck@bakkerij.nl")

    assert known.status_code == unknown.status_code == 200
    assert _bare(known.text, "piet") == _bare(unknown.text, "puck")
    assert kinds_to("piet@bakkerij.nl")[-1] == "exists"
    assert kinds_to("puck@bakkerij.nl") == ["activate"]


def _bare(page: str, name: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page).replace(name, "someone")


def test_send_again_sends_a_link_and_the_older_one_ends_when_one_is_used(visitor):
    visitor.sign_up("piet@bakkerij.nl")
    first = link_for("piet@bakkerij.nl", "activate")
    visitor.fill("/sign-up/check-mail", {"email": "piet@bakkerij.nl"}, at="/sign-up/")
    second = link_for("piet@bakkerij.nl", "activate")

    visitor.fill(f"{second}/account", ACCOUNT)

    assert first != second
    assert visitor.open(first).status_code == 409


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_mail_scanner_that_opens_the_link_uses_nothing_up(visitor, method):
    visitor.sign_up("piet@bakkerij.nl")
    link = link_for("piet@bakkerij.nl", "activate")

    for path in (link, f"{link}/account") * 2:
        assert visitor.client.open(path, method=method).status_code == 200
    visitor.fill(f"{link}/account", ACCOUNT)

    assert person("piet@bakkerij.nl").state == UserState.ACTIVE


def test_a_link_works_once(visitor):
    visitor.sign_up("piet@bakkerij.nl")
    link = link_for("piet@bakkerij.nl", "activate")
    token = visitor.client.get(f"{link}/account").text
    visitor.fill(f"{link}/account", ACCOUNT)

    again = visitor.fill("/login/", {**ACCOUNT, "username": "other"}, at=f"{link}/account")

    assert token
    assert again.status_code == 409
    assert "has been used" in again.text
    assert "Ask for a new link" in again.text


def test_a_link_that_is_too_old_says_so(visitor):
    visitor.sign_up("piet@bakkerij.nl")
    link = link_for("piet@bakkerij.nl", "activate")
    with transaction(), tenancy.every_environment("test"):
        db.session.scalars(select(OneTimeLink)).one().expires_at = now()

    page = visitor.open(link)

    assert page.status_code == 409
    assert "too old" in page.text


def test_an_unknown_link_says_so_and_offers_a_new_one(visitor):
    page = visitor.open("/activate/not-a-link")

    assert page.status_code == 404
    assert "We don&#39;t know this link" in page.text
    assert 'href="/sign-up/"' in page.text


def test_of_a_link_only_the_hash_is_kept(visitor):
    visitor.sign_up("piet@bakkerij.nl")
    token = link_for("piet@bakkerij.nl", "activate").rpartition("/")[2]
    with tenancy.every_environment("test"):
        row = db.session.scalars(select(OneTimeLink)).one()
        kept = {column.name: str(getattr(row, column.name)) for column in row.__table__.c}

    assert len(token) >= 40
    assert not [name for name, value in kept.items() if token in value]


def test_links_in_mails_never_follow_the_host_that_was_asked_for(visitor):
    visitor.fill("/sign-up/", {"email": "piet@bakkerij.nl"}, headers={"Host": "evil.example"})

    for mail in mails_to("piet@bakkerij.nl"):
        assert "evil.example" not in mail.text + mail.html


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"username": "a b"}, "A username has 3 to 128"),
        ({"username": "piet@elsewhere.nl"}, "must be your own address"),
        ({"first_name": " "}, "Enter your first name"),
        ({"last_name": "x" * 65}, "at most 64 characters"),
        ({"password": "short", "again": "short"}, "this one has 5"),
        ({"password": "Welkom2026!!", "again": "Welkom2026!!"}, "guessed in a moment"),
        ({"password": "1234567890", "again": "1234567890"}, "guessed in a moment"),
        ({"password": "jan@bakkerij.nl", "again": "jan@bakkerij.nl"}, "Don&#39;t use your address"),
        ({"again": "something else"}, "The two passwords differ"),
        ({"terms": ""}, "tick the box to accept them"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_stored(visitor, fields, sentence):
    visitor.sign_up("jan@bakkerij.nl")
    path = f"{link_for('jan@bakkerij.nl', 'activate')}/account"
    form = {name: value for name, value in {**ACCOUNT, **fields}.items() if value}

    page = visitor.fill(path, form)

    field = next(iter(fields))
    assert page.status_code == 422
    assert sentence in page.text.partition(f'id="{field}-errors"')[2].partition("</p>")[0]
    assert person("jan@bakkerij.nl") is None


def test_everything_that_is_wrong_is_said_at_once_and_what_was_typed_stays(visitor):
    visitor.sign_up("jan@bakkerij.nl")
    path = f"{link_for('jan@bakkerij.nl', 'activate')}/account"

    page = visitor.fill(path, {"username": "!", "first_name": "Jan", "password": "x", "again": "y"})

    errors = [
        name for name in ("username", "password", "terms") if f'id="{name}-errors"' in page.text
    ]
    assert errors == ["username", "password", "terms"]
    assert 'value="Jan"' in page.text


def test_a_username_that_is_taken_is_refused_whatever_its_capitals(visitor):
    visitor.register("piet@bakkerij.nl", username="piet")
    visitor.sign_up("jan@slagerij.nl")
    path = f"{link_for('jan@slagerij.nl', 'activate')}/account"

    page = visitor.fill(path, {**ACCOUNT, "username": "PIET"})

    assert page.status_code == 409
    assert "This username is taken" in page.text
    assert person("jan@slagerij.nl") is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter your e-mail address"),
        ("piet", "is not an e-mail address"),
        ("piet@", "is not an e-mail address"),
        ("'; DROP TABLE ab_user; --", "is not an e-mail address"),
        ("<script>alert(1)</script>@x.nl", "is not an e-mail address"),
        ("pïet@bakkerij.nl", "not every mail server accepts"),
        ("piet@bakkerij.nl\r\nBcc: all@world.nl", "is not an e-mail address"),
    ],
)
def test_an_address_that_is_none_is_refused_at_its_field(visitor, typed, sentence):
    page = visitor.fill("/sign-up/", {"email": typed})

    assert page.status_code == 422
    assert sentence in page.text
    assert "<script>alert" not in page.text


def test_html_and_sql_in_names_are_just_names(visitor):
    nasty = "<img src=x>'; --"
    visitor.register("piet@bakkerij.nl", first_name=nasty, last_name="<b>x</b>")
    visitor.sign_up("jan@bakkerij.nl")

    page = visitor.open(link_for("jan@bakkerij.nl", "activate")).text

    assert person("piet@bakkerij.nl").first_name == nasty
    assert "<img src=x>" not in page
    assert "&lt;img src=x&gt;" in page
    assert "<img" not in mails_to("piet@bakkerij.nl")[-1].html


def test_a_dead_mail_server_does_not_stop_a_sign_up(visitor, context):
    page = visitor.register("piet@bakkerij.nl")

    assert page.status_code == 200
    assert {mail.state for mail in mails_to("piet@bakkerij.nl")} == {"queued"}


def test_an_address_is_not_mailed_more_than_five_times_an_hour(visitor):
    answers = [visitor.fill("/sign-up/", {"email": "piet@bakkerij.nl"}) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "too often" in answers[-1].text
    assert len(mails_to("piet@bakkerij.nl")) == 5


def test_who_registers_leaves_no_other_person_signed_in(visitor, world):
    other = world.user(world.environment("Elsewhere"), "Other Person")
    sign_in(visitor.client, other)

    visitor.register("piet@bakkerij.nl")

    assert visitor.open("/").location == "/login/"
    assert PASSWORD not in visitor.open("/login/").text
