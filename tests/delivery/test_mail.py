"""Each moment of handing in a mail has its own meaning when it goes wrong."""

from __future__ import annotations

import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from app.mail import FileMailer, Mailer, mailer
from app.outcome import Result
from tests.delivery.mail_servers import Desk, free_port, serving, silence


def letter(text: str = "Dag\n.\n..\nTot ziens\n", to: str = "jan@klant.example") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Postiljon <post@platform.example>"
    mail["To"] = to
    mail["Subject"] = "Factuur 12 – café"
    mail["Message-ID"] = "<een@platform.example>"
    mail.set_content(text)
    return mail


def by(url: str, seconds: float = 5) -> Mailer:
    return mailer(url, Path("/nowhere"), seconds=seconds)


class Moment:
    """Counts how often the last moment came, and may forbid it."""

    def __init__(self, forbid: bool = False) -> None:
        self.times = 0
        self.forbid = forbid

    def __call__(self) -> None:
        self.times += 1
        if self.forbid:
            raise PermissionError("not now")


def test_a_mail_arrives_whole_with_its_own_id_and_the_reply_is_kept() -> None:
    moment = Moment()
    with serving(Desk()) as desk:
        outcome = by(desk.url).send(letter(), moment)

    assert outcome.result is Result.ACCEPTED
    assert outcome.evidence["reply"] == "250 OK taken"
    assert desk.ids == ["<een@platform.example>"]
    assert desk.taken[0].get_content().replace("\r\n", "\n") == "Dag\n.\n..\nTot ziens\n"
    assert desk.taken[0]["Subject"] == "Factuur 12 – café"
    assert moment.times == 1


@pytest.mark.parametrize(
    ("desk", "result", "moments"),
    [
        (Desk(recipient="451 greylisted, come back"), Result.UNREACHABLE, 0),
        (Desk(recipient="550 no such person"), Result.REFUSED, 0),
        (Desk(text="452 disk full"), Result.UNREACHABLE, 1),
        (Desk(text="554 looks like spam"), Result.REFUSED, 1),
        (Desk(dies_after_text=True), Result.UNKNOWN, 1),
        (Desk(dies_after_text=True, keeps_what_it_dies_on=True), Result.UNKNOWN, 1),
    ],
    ids=["4xx recipient", "5xx recipient", "4xx text", "5xx text", "dies", "takes and dies"],
)
def test_what_the_server_says_and_when_decides_the_outcome(
    desk: Desk, result: Result, moments: int
) -> None:
    moment = Moment()
    with serving(desk):
        outcome = by(desk.url).send(letter(), moment)

    assert (outcome.result, moment.times) == (result, moments)
    assert outcome.note


def test_a_server_that_takes_the_text_and_then_says_nothing_leaves_it_unknown() -> None:
    began = time.monotonic()
    with serving(Desk(seconds=2)) as desk:
        outcome = by(desk.url, seconds=0.5).send(letter())

    assert outcome.result is Result.UNKNOWN
    assert time.monotonic() - began < 5


def test_nobody_listens_so_nothing_was_handed_over() -> None:
    moment = Moment()

    outcome = by(f"smtp://127.0.0.1:{free_port()}").send(letter(), moment)

    assert (outcome.result, moment.times) == (Result.UNREACHABLE, 0)


def test_a_server_that_never_speaks_is_given_up_before_anything_was_handed_over() -> None:
    moment = Moment()
    with silence() as url:
        outcome = by(url, seconds=0.3).send(letter(), moment)

    assert (outcome.result, moment.times) == (Result.UNREACHABLE, 0)


def test_forbidden_at_the_last_moment_nothing_leaves_and_the_refusal_comes_through() -> None:
    with serving(Desk()) as desk:
        with pytest.raises(PermissionError):
            by(desk.url).send(letter(), Moment(forbid=True))
        by(desk.url).send(letter())  # the server is still there: it had no other mail before

    assert len(desk.taken) == 1


def test_a_hidden_recipient_gets_the_mail_and_is_not_named_in_it() -> None:
    mail = letter()
    mail["Bcc"] = "archief@platform.example"
    with serving(Desk()) as desk:
        outcome = by(desk.url).send(mail)

    assert outcome.result is Result.ACCEPTED
    assert desk.taken[0]["Bcc"] is None


def test_a_mail_without_recipient_is_refused_before_anything_happens() -> None:
    with serving(Desk()) as desk:
        assert by(desk.url).send(letter(to="")).result is Result.REFUSED


def test_a_mail_kept_as_a_file_is_whole_and_the_same_mail_is_the_same_file(tmp_path: Path) -> None:
    post = FileMailer(tmp_path / "mail")

    assert post.arrived("<een@platform.example>") is False
    first, second = post.send(letter()), post.send(letter())

    assert first.result is second.result is Result.ACCEPTED
    assert post.arrived("<een@platform.example>") is True
    assert [path.suffix for path in (tmp_path / "mail").iterdir()] == [".eml"]


def test_a_folder_that_cannot_be_written_is_an_outcome_and_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where a folder should be")

    assert FileMailer(tmp_path / "mail").send(letter()).result is Result.UNREACHABLE


def test_forbidden_at_the_last_moment_no_file_is_kept(tmp_path: Path) -> None:
    with pytest.raises(PermissionError):
        FileMailer(tmp_path / "mail").send(letter(), Moment(forbid=True))

    assert not (tmp_path / "mail").exists()
