"""What became of every invoice, by the word of those who received it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.kill.papers import Paper
from bench.kill.post_office import Record, never
from bench.kill.receivers import Line

DELIVERED, MAILED, UNKNOWN, FAILED = "Delivered", "Mailed", "Unknown", "Failed"


@dataclass
class Findings:
    """What the receivers have: the inboxes, the mail server, and what the senders are told."""

    inboxes: Mapping[int, Sequence[Line]]
    outbox: Sequence[Line]
    office: Record
    downloaded: Mapping[str, str] = field(default_factory=dict)  # number to digest


@dataclass
class Verdict:
    """Lists of numbers; three of them must be empty."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # something else that must not be
    inside: int = 0  # arrived exactly once
    by_mail: int = 0
    refused: int = 0
    unknown: dict[str, str] = field(default_factory=dict)  # number to why
    unknown_arrived: int = 0

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing twice, nothing told wrongly."""
        return not (self.lost or self.doubled or self.wrong)

    @property
    def reasons(self) -> Counter[str]:
        """How often each reason for not knowing."""
        return Counter(self.unknown.values())


def judge(papers: Sequence[Paper], accepted: Mapping[str, str], found: Findings) -> Verdict:
    """Every accepted invoice: where it arrived, and whether its sender is told the truth."""
    verdict = Verdict()
    arrived = {
        receiver: Counter(line.number for line in lines)
        for receiver, lines in found.inboxes.items()
    }
    told: dict[str, list[Line]] = defaultdict(list)
    for line in found.outbox:
        told[line.number].append(line)
    for paper in papers:
        if paper.number not in accepted:
            verdict.wrong.append(f"{paper.number} was never accepted")
        elif len(told[paper.number]) != 1:
            verdict.wrong.append(
                f"{paper.number} stands {len(told[paper.number])} times with its sender"
            )
        elif paper.receiver is not None:
            _inside(verdict, paper, arrived, told[paper.number][0])
        else:
            _by_mail(verdict, paper, found.office, told[paper.number][0])
    _strangers(verdict, papers, found)
    return verdict


def _inside(
    verdict: Verdict, paper: Paper, arrived: Mapping[int, Counter[str]], told: Line
) -> None:
    times = sum(inbox[paper.number] for inbox in arrived.values())
    here = arrived.get(paper.receiver or 0, Counter())[paper.number]
    if times > 1:
        verdict.doubled.append(paper.number)
    elif here == 0:
        verdict.lost.append(f"{paper.number} ({told.state}: {told.sentence})")
    elif told.state != DELIVERED:
        verdict.wrong.append(f"{paper.number} arrived; its sender reads {told.state}")
    else:
        verdict.inside += 1


def _by_mail(verdict: Verdict, paper: Paper, office: Record, told: Line) -> None:
    times = office.taken[paper.address]
    if times > 1:
        verdict.doubled.append(f"{paper.number} ({times} mails)")
    elif told.state == UNKNOWN:
        verdict.unknown[paper.number] = told.sentence
        verdict.unknown_arrived += times
    elif told.state == FAILED and not times and never(paper.address):
        verdict.refused += 1
    elif told.state in (MAILED, DELIVERED) and times == 1:  # or a person said that it arrived
        _same_bytes(verdict, paper, office.files.get(paper.address, ""))
        verdict.by_mail += 1
    elif not times:
        verdict.lost.append(f"{paper.number} ({told.state}: {told.sentence})")
    else:
        verdict.wrong.append(f"{paper.number} was mailed; its sender reads {told.state}")


def _strangers(verdict: Verdict, papers: Sequence[Paper], found: Findings) -> None:
    """Nobody has what nobody sent, and what was downloaded is what was uploaded."""
    known = {paper.number: paper for paper in papers}
    for lines in found.inboxes.values():
        unknown = [line.number for line in lines if line.number not in known]
        verdict.wrong += [f"{number} was never sent" for number in unknown]
    for number, digest in found.downloaded.items():
        _same_bytes(verdict, known[number], digest)
    many = [address for address, ids in found.office.ids.items() if len(ids) > 1]
    verdict.wrong += [f"{address} got mails with different ids" for address in many]


def _same_bytes(verdict: Verdict, paper: Paper, digest: str) -> None:
    if digest != paper.digest:
        verdict.wrong.append(f"{paper.number} arrived with other bytes")
