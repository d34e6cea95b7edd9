"""The contract of channels: every channel keeps it. A new channel is one line in ``CHANNELS``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.channels import Attachment, Channel, EmailChannel, Message
from app.mail import mailer
from app.outcome import Outcome, Result
from tests.delivery.mail_servers import Desk, free_port, serving

FROM = "Postiljon <post@platform.example>"
Arrived = Callable[[], int]


@contextmanager
def by_server(_folder: Path) -> Iterator[tuple[Channel, Arrived]]:
    with serving(Desk()) as desk:
        yield EmailChannel(mailer(desk.url, Path("/nowhere")), FROM), lambda: len(desk.taken)


@contextmanager
def by_file(folder: Path) -> Iterator[tuple[Channel, Arrived]]:
    kept = folder / "mail"
    yield EmailChannel(mailer("", kept), FROM), lambda: len(list(kept.glob("*.eml")))


@contextmanager
def nobody_there(_folder: Path) -> Iterator[tuple[Channel, Arrived]]:
    url = f"smtp://127.0.0.1:{free_port()}"
    yield EmailChannel(mailer(url, Path("/nowhere")), FROM), lambda: 0


CHANNELS = {"mail by server": by_server, "mail by file": by_file}
BROKEN = {"mail by server": nobody_there}


def message(key: str = "k1") -> Message:
    return Message(
        key=key,
        recipient="jan@klant.example",
        sender="Afzender BV via Postiljon",
        subject="Factuur 1\r\nBcc: iedereen@elders.example",
        text="Zie bijlage.",
        html="<p>Zie bijlage.</p>",
        reply_to="vragen@afzender.example",
        attachments=(Attachment("factuur.xml", "application/xml", b"<a/>"),),
    )


@pytest.fixture(params=CHANNELS.values(), ids=CHANNELS.keys())
def channel(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Channel, Arrived]]:
    with request.param(tmp_path) as made:
        yield made


def test_it_has_a_name(channel: tuple[Channel, Arrived]) -> None:
    assert channel[0].name.isidentifier()


def test_what_it_took_has_arrived_once_and_the_last_moment_came_once(
    channel: tuple[Channel, Arrived],
) -> None:
    way, arrived = channel
    moments: list[int] = []

    outcome = way.send(message(), lambda: moments.append(arrived()))

    assert outcome.result in (Result.ACCEPTED, Result.DELIVERED)
    assert outcome.code
    assert outcome.note
    assert outcome.evidence
    assert (moments, arrived()) == ([0], 1)


def test_forbidden_at_the_last_moment_nothing_leaves(channel: tuple[Channel, Arrived]) -> None:
    way, arrived = channel

    def forbid() -> None:
        raise PermissionError

    with pytest.raises(PermissionError):
        way.send(message(), forbid)

    assert arrived() == 0


def test_its_status_never_claims_what_it_does_not_know(
    channel: tuple[Channel, Arrived],
) -> None:
    way, _ = channel
    way.send(message("sent"), lambda: None)
    told, other = way.status("sent"), way.status("never sent")

    assert told is None or told.result in (Result.ACCEPTED, Result.DELIVERED)
    assert other is None or other.result is Result.UNREACHABLE


@pytest.mark.parametrize("made", BROKEN.values(), ids=BROKEN.keys())
def test_trouble_is_an_outcome_and_never_an_exception(
    made: Callable[[Path], object], tmp_path: Path
) -> None:
    moments: list[str] = []
    with made(tmp_path) as (way, _):  # type: ignore[attr-defined]
        outcome: Outcome = way.send(message(), lambda: moments.append("came"))

    assert (outcome.result, moments) == (Result.UNREACHABLE, [])


def test_a_mail_has_one_subject_whatever_it_says_and_goes_to_one_person() -> None:
    with serving(Desk()) as desk:
        EmailChannel(mailer(desk.url, Path("/nowhere")), FROM).send(message(), lambda: None)

    (mail,) = desk.taken
    assert mail["Subject"] == "Factuur 1 Bcc: iedereen@elders.example"
    assert mail["Bcc"] is None
    assert mail["Reply-To"] == "vragen@afzender.example"
    assert mail["Message-ID"] == "<k1@platform.example>"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["factuur.xml"]
