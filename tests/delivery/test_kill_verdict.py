"""The kill test would notice: what is lost, doubled, changed under way, or told wrongly."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from bench.kill import plan
from bench.kill.options import Backend, Options
from bench.kill.papers import Paper
from bench.kill.plan import Kill, Trouble
from bench.kill.post_office import Record, never
from bench.kill.receivers import Line
from bench.kill.verdict import Findings, Verdict, judge

INSIDE = Paper("K1", 0, 2, "", b"<Invoice>1</Invoice>")
MAIL = Paper("K2", 0, None, "m2@klant.example", b"<Invoice>2</Invoice>")
REFUSED = Paper("K3", 0, None, "m000010@klant.example", b"<Invoice>3</Invoice>")


def line(paper: Paper, state: str) -> Line:
    return Line(paper.number, f"id-{paper.number}", state, "a sentence")


def verdict(
    paper: Paper,
    state: str,
    *,
    inboxes: Iterable[int] = (),
    mails: int = 0,
    digest: str = "",
    downloaded: str = "",
) -> Verdict:
    office = Record()
    office.taken[paper.address] = mails
    office.files[paper.address] = digest or paper.digest
    inbox: dict[int, list[Line]] = {}
    for number in inboxes:
        inbox.setdefault(number, []).append(line(paper, "Received"))
    files = {paper.number: downloaded} if downloaded else {}
    found = Findings(inbox, [line(paper, state)], office, files)
    return judge([paper], {paper.number: "id"}, found)


def test_what_arrived_once_is_well() -> None:
    across, by_mail = (
        verdict(INSIDE, "Delivered", inboxes=[2]),
        verdict(MAIL, "Mailed", mails=1),
    )

    assert across.clean
    assert by_mail.clean
    assert (across.inside, by_mail.by_mail) == (1, 1)


def test_what_the_mail_server_never_takes_has_failed() -> None:
    assert never(REFUSED.address)
    assert verdict(REFUSED, "Failed").refused == 1
    assert not verdict(REFUSED, "Mailed").clean


@pytest.mark.parametrize(
    "found",
    [
        verdict(INSIDE, "Delivered"),
        verdict(INSIDE, "Delivered", inboxes=[1]),  # with somebody else
        verdict(MAIL, "Mailed"),
        verdict(MAIL, "Failed"),  # the server never said no
    ],
)
def test_what_is_not_there_is_lost(found: Verdict) -> None:
    assert len(found.lost) == 1
    assert not found.clean


@pytest.mark.parametrize(
    "found",
    [
        verdict(INSIDE, "Delivered", inboxes=[2, 2]),
        verdict(INSIDE, "Delivered", inboxes=[2, 3]),
        verdict(MAIL, "Mailed", mails=2),
        verdict(MAIL, "Unknown", mails=2),
    ],
)
def test_what_is_there_twice_is_doubled(found: Verdict) -> None:
    assert len(found.doubled) == 1
    assert not found.clean


@pytest.mark.parametrize(
    "found",
    [
        verdict(INSIDE, "Queued", inboxes=[2]),
        verdict(MAIL, "Failed", mails=1),
        verdict(MAIL, "Mailed", mails=1, digest="other bytes"),
        verdict(INSIDE, "Delivered", inboxes=[2], downloaded="other bytes"),
    ],
)
def test_what_is_told_or_brought_wrongly_is_found(found: Verdict) -> None:
    assert len(found.wrong) == 1
    assert not found.clean


def test_unknown_ones_are_counted_with_whether_they_arrived() -> None:
    arrived, missing = verdict(MAIL, "Unknown", mails=1), verdict(MAIL, "Unknown")

    assert arrived.clean
    assert missing.clean
    assert (arrived.unknown_arrived, missing.unknown_arrived) == (1, 0)
    assert arrived.reasons["a sentence"] == 1


def test_a_receipt_that_nobody_has_and_a_row_that_stands_twice_are_found() -> None:
    nothing = Findings({}, [], Record())
    twice = Findings({2: [line(INSIDE, "")]}, [line(INSIDE, "Delivered")] * 2, Record())

    assert judge([INSIDE], {}, nothing).wrong == ["K1 was never accepted"]
    assert judge([INSIDE], {"K1": "id"}, twice).wrong == ["K1 stands 2 times with its sender"]


@pytest.mark.parametrize("backend", list(Backend))
def test_the_same_seed_makes_the_same_plan_with_everything_in_it(backend: Backend) -> None:
    options = Options(backend)
    steps = plan.make(options)
    happens = {step.what for step in steps}
    served = {Kill.BACKEND, Kill.DATABASE, *plan.NETWORK} if backend is Backend.EMBEDDED else set()

    assert steps == plan.make(options)
    assert sum(isinstance(step.what, Kill) for step in steps) == options.kills == 50
    assert happens == {*Kill, *Trouble} - served
    assert [step.at for step in steps] == sorted(step.at for step in steps)
