"""The outcome in lines that can be read by who wasn't there."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

from bench.kill.chaos import Event
from bench.kill.ground import WORKERS, machine
from bench.kill.options import Backend
from bench.kill.plan import Kill, Trouble
from bench.kill.trial import Outcome

NAMES = {
    Backend.EMBEDDED: "SQLite and the embedded queue",
    Backend.POSTGRES: "PostgreSQL and Redis",
}
MOST_SHOWN = 12


def lines(outcome: Outcome) -> Iterator[str]:
    """The whole report, in Markdown."""
    verdict, options = outcome.verdict, outcome.options
    count = len(outcome.books.receipts)
    kills = [event for event in outcome.events if isinstance(event.what, Kill)]
    troubles = Counter(event.what.value for event in outcome.events if event not in kills)
    yield f"**{NAMES[options.backend]}**, {machine()}, seed {options.seed}"
    yield ""
    yield f"- accepted: {count} documents in {outcome.seconds:.0f} s, {count / outcome.seconds:.1f} per second in spite of it"
    yield f"- **lost: {len(verdict.lost)}, doubled: {len(verdict.doubled)}**, told wrongly: {len(verdict.wrong)}"
    yield f"- arrived exactly once: {verdict.inside} in inboxes, {verdict.by_mail} at the mail server"
    yield f"- refused for good by the mail server, and told so: {verdict.refused}"
    yield f"- unknown: {len(verdict.unknown)}, of which {verdict.unknown_arrived} had arrived (once); {explained(outcome)}"
    yield from (f"  - {number} ×  {why}" for why, number in verdict.reasons.most_common())
    yield f"- after a person decided about these: {len(outcome.settled.unknown)} unknown, lost {len(outcome.settled.lost)}, doubled {len(outcome.settled.doubled)}"
    yield f"- kills: {len(kills)} ({_counted(Counter(event.what.value for event in kills))})"
    yield f"- what the workers were doing: {_counted(_places(kills, Kill.WORKER))}; web processes: {_counted(_places(kills, Kill.WEB_WORKER))}"
    yield f"- other troubles: {sum(troubles.values())} ({_counted(troubles)}); full disk: {outcome.disk}"
    yield f"- the platform was started {outcome.starts} times"
    yield f"- requests without an answer, tried again: {_counted(outcome.books.no_answer)}"
    yield f"- refusals that the senders read: {_counted(outcome.books.refused)}"
    yield f"- put off by a clock that was an hour wrong, and sent an hour later: {outcome.put_off}"
    yield f"- longest until uploads went on: {_longest(outcome.events, outcome.books.answered_at)}"
    yield f"- longest until deliveries went on: {_longest(outcome.events, outcome.moved_at)}"
    yield f"- tracebacks in the log: {_counted(Counter(outcome.errors))}"
    for name in ("lost", "doubled", "wrong"):
        yield from (f"- {name}: {each}" for each in getattr(verdict, name)[:MOST_SHOWN])
        yield from (
            f"- {name} at the end: {each}" for each in getattr(outcome.settled, name)[:MOST_SHOWN]
        )
    yield from (f"- wrong upload: {each}" for each in outcome.books.wrong[:MOST_SHOWN])


def explained(outcome: Outcome) -> str:
    """How many unknown ones the troubles can explain."""
    return f"the troubles explain up to {most_unknown(outcome)} ({outcome.died} of them a server that died after the text)"


def most_unknown(outcome: Outcome) -> int:
    """One for each mail on which the server died, and for each worker that was disturbed in a mail."""
    return outcome.died + sum(_disturbed(event) for event in outcome.events)


def _disturbed(event: Event) -> int:
    """How many workers could have had a mail in hand when this happened."""
    if event.what in (Kill.WORKER, Trouble.CLOCK_AHEAD, Trouble.CLOCK_BEHIND):
        return 1
    if event.what in (Kill.WEB, Kill.WEB_WORKER, Kill.SCHEDULER, Kill.QUEUE):
        return 0
    if event.what in (Trouble.MAIL_CUT, Trouble.DATABASE_CUT):
        return 3 * WORKERS  # it is cut three times
    if event.what in (Trouble.MAIL_DIES, Trouble.QUEUE_CUT, Trouble.QUEUE_STALLS):
        return 0  # counted at the server; or none
    return WORKERS


def _places(kills: Sequence[Event], what: Kill) -> Counter[str]:
    return Counter(event.place for event in kills if event.what is what)


def _longest(events: Sequence[Event], moments: Sequence[float]) -> str:
    """From each event (a trouble: from its end) to the next sign of life."""
    waits: list[tuple[float, str]] = []
    for event in events:
        start = event.began if isinstance(event.what, Kill) else event.over
        following = bisect_right(moments, start)
        if following < len(moments):
            waits.append((moments[following] - start, event.what.value))
    if not waits:
        return "–"
    waits.sort(reverse=True)
    return "; ".join(f"{seconds:.1f} s ({what})" for seconds, what in waits[:3])


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {what}" for what, number in counts.most_common()) or "none"
