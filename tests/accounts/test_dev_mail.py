"""Kept mails: for whoever sits at this machine, and for nobody else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from app.services import mails
from tests.accounts.visitor import Visitor


@pytest.fixture
def kept(visitor):
    visitor.sign_up("piet@bakkerij.nl")
    mails.send_due()
    return visitor


def _address(visitor: Visitor) -> str:
    return re.search(r'href="(/dev/mail/\w+)"', visitor.open("/dev/mail/").text).group(1)


def test_a_kept_mail_can_be_read_and_its_link_followed(kept):
    page = kept.open(_address(kept)).text

    link = re.search(r'href="http://localhost(/activate/[^"]+)"', page).group(1)
    assert kept.open(link).status_code == 200


def test_check_your_mail_leads_there(kept):
    assert 'href="/dev/mail/"' in kept.open("/sign-up/check-mail").text


def test_the_page_in_a_mail_is_boxed_in(kept):
    address = _address(kept)

    shown = kept.open(address).text
    inside = kept.open(f"{address}/page")

    rules = inside.headers["Content-Security-Policy"]
    assert 'sandbox="allow-top-navigation-by-user-activation"' in shown
    assert "default-src 'none'" in rules
    assert "sandbox" in rules
    assert "allow-scripts" not in rules + shown
    assert "Activate your environment" in inside.text


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.7"},
        {"X-Forwarded-Host": "invoices.example.nl"},
        {"X-Forwarded-Proto": "https"},
        {"Forwarded": "for=203.0.113.7"},
        {"Host": "evil.example"},
        {"Host": "localhost.evil.example"},
    ],
)
def test_a_request_that_came_through_something_finds_nothing(kept, headers):
    address = _address(kept)

    for path in ("/dev/mail/", address, f"{address}/page"):
        assert kept.open(path, headers=headers).status_code == 404


@pytest.mark.parametrize("origin", ["203.0.113.7", "10.0.0.1", ""])
def test_another_machine_finds_nothing(kept, origin):
    answer = kept.open("/dev/mail/", environ_overrides={"REMOTE_ADDR": origin})

    assert answer.status_code == 404


@pytest.mark.parametrize("changes", [{"mail_url": "smtp://mail.example.nl"}, {"bind": "0.0.0.0"}])
def test_with_a_mail_server_or_an_open_door_it_is_not_there(kept, context, changes):
    before = context.config["SETTINGS"]
    context.config["SETTINGS"] = replace(before, **changes)
    try:
        answers = [kept.open("/dev/mail/").status_code, kept.open("/sign-up/check-mail").text]
    finally:
        context.config["SETTINGS"] = before

    assert answers[0] == 404
    assert "/dev/mail/" not in answers[1]


@pytest.mark.parametrize("name", ["nothing", "..%2f..%2fsecret", "%2e%2e", "x.eml"])
def test_only_kept_mails_are_shown(kept, name):
    assert kept.open(f"/dev/mail/{name}").status_code == 404
    assert kept.open(f"/dev/mail/{name}/page").status_code == 404


def test_without_mails_the_page_says_what_to_do(visitor):
    assert "No mails yet" in visitor.open("/dev/mail/").text
