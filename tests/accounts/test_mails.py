"""The platform's own mails: stored before promised, claimed before sent, never lost."""

from __future__ import annotations

import re
import socket
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select, update

from app import tenancy
from app.extensions import db
from app.jobs import mails as jobs
from app.models import OutgoingMail
from app.models.types import now
from app.services import letters, mails
from app.transactions import transaction
from config import ROOT
from tests.accounts.visitor import mails_to


class Inbox:
    """A mail server that keeps what it gets, or says no."""

    def __init__(self) -> None:
        self.mails = []
        self.answer = "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.answer.startswith("250"):
            self.mails.append(
                (envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default))
            )
        return self.answer


@pytest.fixture
def inbox(context):
    kept = Inbox()
    port = _free_port()
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    before = context.config["SETTINGS"]
    context.config["SETTINGS"] = replace(before, mail_url=f"smtp://127.0.0.1:{port}")
    yield kept
    context.config["SETTINGS"] = before
    server.stop()


def _free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def _queue(recipient="piet@bakkerij.nl", kind="activate", **values):
    with transaction():
        mails.queue(kind, recipient, "en", **{"link": "/activate/secret-token", **values})


def _all(state):
    with transaction(), tenancy.every_environment("test"):
        return list(db.session.scalars(select(OutgoingMail).where(OutgoingMail.state == state)))


def _make_due():
    with transaction(), tenancy.every_environment("test"):
        db.session.execute(update(OutgoingMail).values(next_at=now() - timedelta(seconds=1)))


def test_a_mail_arrives_as_text_and_as_a_page_with_one_button(inbox):
    _queue()

    jobs.send()

    [(recipients, mail)] = inbox.mails
    text = mail.get_body(("plain",)).get_content()
    page = mail.get_body(("html",)).get_content()
    assert recipients == ["piet@bakkerij.nl"]
    assert mail["Subject"] == "Activate your environment"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "http://localhost/activate/secret-token" in text
    assert "You get this mail because" in text
    assert page.count("font-weight:bold") == 1
    assert "max-width:600px" in page
    assert 'lang="en"' in page


def test_what_was_sent_keeps_no_secret(inbox):
    _queue()

    mails.send_due()

    [sent] = _all("sent")
    assert (sent.text, sent.html) == ("", "")
    assert sent.sent_at is not None


def test_nothing_is_promised_when_the_transaction_fails(context):
    with pytest.raises(RuntimeError), transaction():
        mails.queue("activate", "piet@bakkerij.nl", "en", link="/activate/x")
        raise RuntimeError

    assert mails_to("piet@bakkerij.nl") == []


def test_a_server_that_is_away_is_tried_again_later_and_then_it_arrives(inbox, context):
    settings = context.config["SETTINGS"]
    nobody = f"smtp://127.0.0.1:{_free_port()}"
    context.config["SETTINGS"] = replace(settings, mail_url=nobody)
    _queue()
    mails.send_due()
    [waiting] = _all("queued")
    mails.send_due()
    context.config["SETTINGS"] = settings
    _make_due()
    mails.send_due()

    assert waiting.tries == 1
    assert waiting.next_at > now() + timedelta(seconds=30)
    assert waiting.text
    assert len(inbox.mails) == 1


def test_each_failure_waits_longer_up_to_an_hour(inbox, context):
    inbox.answer = "451 later"
    _queue()
    waits = []
    for _ in range(8):
        _make_due()
        mails.send_due()
        [mail] = _all("queued")
        waits.append(round((mail.next_at - now()).total_seconds() / 60))

    assert waits == [1, 2, 5, 15, 30, 60, 60, 60]


def test_a_refusal_for_good_ends_it_with_its_reason(inbox):
    inbox.answer = "550 no such mailbox"
    _queue()

    mails.send_due()

    [failed] = _all("failed")
    assert failed.note
    assert failed.text == ""


def test_after_five_days_of_trying_it_is_given_up(inbox):
    inbox.answer = "451 later"
    _queue()
    with transaction(), tenancy.every_environment("test"):
        old = now() - timedelta(days=6)
        db.session.execute(update(OutgoingMail).values(created_at=old))

    mails.send_due()

    assert len(_all("failed")) == 1


def test_a_mail_whose_worker_died_goes_out_when_its_lease_ends(inbox):
    _queue()
    taken = mails._claim()
    assert taken is not None

    nothing = mails.send_due()
    _make_due()
    again = mails.send_due()

    assert (nothing, again) == (0, 1)
    assert len(inbox.mails) == 1


def test_of_two_workers_one_gets_the_mail(context):
    _queue()
    with transaction(), tenancy.every_environment("test"):
        mail = db.session.scalars(select(OutgoingMail)).one()
        first, second = mails._taken(mail), mails._taken(mail)

    assert (first, second) == (True, False)


def test_a_worker_that_was_too_late_does_not_overwrite_the_other(inbox):
    _queue()
    slow = mails._claim()
    _make_due()
    mails.send_due()

    mails._record(slow, mails.Outcome(mails.Result.UNREACHABLE, "late"))

    assert len(_all("sent")) == 1


def test_everything_that_is_due_goes_out_in_one_round(inbox):
    for number in range(5):
        _queue(f"reader{number}@bakkerij.nl")

    assert mails.send_due() == 5
    assert len(inbox.mails) == 5


def test_a_mail_that_cannot_be_made_does_not_hold_up_the_others(inbox, caplog):
    _queue("piet@bakkerij.nl")
    _queue("jan@bakkerij.nl")
    with transaction(), tenancy.every_environment("test"):
        first = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).first()
        first.recipient = "piet@bakkerij.nl\r\nBcc: all@world.nl"

    mails.send_due()

    assert [recipients for recipients, _ in inbox.mails] == [["jan@bakkerij.nl"]]
    assert [mail.note for mail in _all("queued")] == ["bug"]
    assert "could not be made or sent" in caplog.text


def test_without_a_mail_server_mails_are_kept_as_files(context):
    _queue()

    mails.send_due()

    [kept] = context.config["SETTINGS"].mail_dir.glob("*.eml")
    assert b"secret-token" in kept.read_bytes()


def test_a_mail_carries_the_environment_of_its_reader(world):
    world.user(world.environment("Piet BV"), "Piet Post", email="piet@bakkerij.nl")

    _queue(kind="reset")

    [mail] = mails_to("piet@bakkerij.nl")
    assert "Environment: Piet BV" in mail.text
    assert "Piet BV" in mail.html


def test_a_name_cannot_write_a_mail_of_its_own(context):
    nasty = "Piet\n\nBcc: all@world.nl\n<a href='http://evil.example'>click</a>"

    letter = letters.write(
        "invitation", "en", {"inviter": nasty, "environment": "E", "link": "/invitation/x"}
    )

    assert "\n" not in letter.subject
    assert "\n\nBcc" not in letter.text
    assert "<a href='http://evil" not in letter.html


@pytest.mark.parametrize("language", ["nl", "en", "fr", "de", "xx"])
def test_every_kind_of_mail_can_be_written_in_every_language(context, language):
    folder = context.jinja_env.list_templates(filter_func=lambda name: name.startswith("mail/"))
    kinds = [name[5:-4] for name in folder if name.endswith(".txt") and "layout" not in name]
    values = {
        "link": "/",
        "text": "A document arrived: %(number)s.",
        **dict.fromkeys(("name", "environment", "organization", "inviter", "username"), "Anna"),
        "number": "2026-1",
    }

    for kind in kinds:
        letter = letters.write(kind, language, values)

        assert letter.subject, kind
        assert "{" not in letter.text + letter.subject, kind
        assert "%(" not in letter.text + letter.html, kind
        assert letter.text.rpartition("-- \n")[2].strip(), kind
    assert len(kinds) >= 20


def test_every_mail_that_is_promised_anywhere_can_be_written(context):
    source = " ".join(path.read_text() for path in (ROOT / "app").rglob("*.py"))
    promised = set(re.findall(r'(?:\bmail=|mails\.queue\(\s*)"(\w+)"', source))

    known = set(context.jinja_env.list_templates())
    assert len(promised) >= 10
    assert {kind for kind in promised if f"mail/{kind}.txt" not in known} == set()


def test_a_reason_that_is_one_of_our_messages_may_hold_a_percent_sign(context):
    letter = letters.write("delivery_failed", "nl", {"link": "/", "reason": "mailbox 100% full"})

    assert "mailbox 100% full" in letter.text
