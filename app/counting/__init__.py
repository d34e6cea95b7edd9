"""What is counted while working: requests, attempts, jobs, refusals. Added up over the processes of a host."""

from __future__ import annotations

from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, Summary, values
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from app.counting.slots import Slots

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_PAGES = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15)
_TRIES = (0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 120, 600)


class Counts:
    """Every count of this process; made once, because the library keeps its files per process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.slots = Slots(folder)
        values.ValueClass = values.MultiProcessValue(self.slots.name)
        only = CollectorRegistry()  # of this process; what is shown comes from the files of all
        self.requests = Counter(
            "postiljon_requests",
            "Requests answered",
            ["method", "route", "status"],
            registry=only,
        )
        self.request_seconds = Histogram(
            "postiljon_request_seconds", "Time to answer", ["route"], registry=only, buckets=_PAGES
        )
        self.request_statements = Summary(
            "postiljon_request_statements", "Statements per request", ["route"], registry=only
        )
        self.attempts = Counter(
            "postiljon_attempts", "Delivery attempts", ["route", "result", "code"], registry=only
        )
        self.attempt_seconds = Histogram(
            "postiljon_attempt_seconds",
            "Time per attempt",
            ["route"],
            registry=only,
            buckets=_TRIES,
        )
        self.sweeps = Counter("postiljon_sweeps", "Sweeps of deliveries", registry=only)
        self.settled = Counter("postiljon_sweeps_settled", "Attempts settled", registry=only)
        self.refused = Counter(
            "postiljon_sign_ins_refused", "Sign-ins refused", ["reason"], registry=only
        )
        self.jobs = Counter("postiljon_jobs", "Jobs done", ["task", "result"], registry=only)


_made: list[Counts] = []


def start(folder: Path) -> None:
    """Begin counting; the first folder of a process stays."""
    if not _made:
        _made.append(Counts(folder))


def collector() -> Collector | None:
    """What all processes of this host have counted."""
    return MultiProcessCollector(None, path=str(_made[0].folder)) if _made else None


def request_ended(method: str, route: str, status: int, *, seconds: float, statements: int) -> None:
    """A request was answered."""
    for counts in _made:
        known = method if method in METHODS else "other"
        counts.requests.labels(known, route, str(status)).inc()
        counts.request_seconds.labels(route).observe(seconds)
        counts.request_statements.labels(route).observe(statements)


def attempt_ended(route: str, result: str, code: str, seconds: float) -> None:
    """One try to deliver a document has ended."""
    for counts in _made:
        counts.attempts.labels(route, result, code).inc()
        counts.attempt_seconds.labels(route).observe(max(seconds, 0.0))


def swept(settled: int) -> None:
    """A sweep looked at deliveries, and settled so many that were left behind."""
    for counts in _made:
        counts.sweeps.inc()
        counts.settled.inc(settled)


def sign_in_refused(reason: str) -> None:
    """Someone could not sign in."""
    for counts in _made:
        counts.refused.labels(reason).inc()


def job_ended(task: str, result: str) -> None:
    """A job has ended, well or not."""
    for counts in _made:
        counts.jobs.labels(task, result).inc()
