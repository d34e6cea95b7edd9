"""Everything that Prometheus reads: what this host counted, and what stands in the database and the queue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from app import counting
from app.observability import context, facts
from app.observability.facts import Database, Facts, Nudges

KIND = "text/plain; version=0.0.4; charset=utf-8"


def text() -> bytes:
    """The page for Prometheus."""
    registry = CollectorRegistry()
    counted = counting.collector()
    if counted is not None:
        registry.register(counted)
    registry.register(Standing(facts.look()))
    return generate_latest(registry)


class Standing(Collector):
    """The facts as figures; those of something that is away are left out, and that is a figure too."""

    def __init__(self, found: Facts) -> None:
        self._found = found

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All of them."""
        found = self._found
        yield _one("database_up", "Whether the database answers", found.database is not None)
        yield _one("queue_up", "Whether the queue answers", found.nudges is not None)
        yield _one("disk_free_bytes", "Room left in the data folder", found.disk_free)
        yield _one("disk_size_bytes", "Size of the disk of the data folder", found.disk_size)
        if found.database is not None:
            yield from _of_database(found.database)
        if found.nudges is not None:
            yield from _of_queue(found.nudges)


def _of_database(found: Database) -> Iterator[GaugeMetricFamily]:
    states = GaugeMetricFamily(
        "postiljon_deliveries_open", "Deliveries under way, at most 100000", labels=["state"]
    )
    for state, count in found.deliveries.items():
        states.add_metric([state], count)
    yield states
    yield _one(
        "delivery_oldest_due_seconds",
        "How long the delivery that waits longest is due",
        found.oldest_due_seconds,
    )
    yield _one("documents_to_read", "Documents not read yet", found.documents_to_read)
    yield _one("mails_waiting", "Mails of the platform itself", found.mails)
    yield _one("mail_oldest_due_seconds", "How long the oldest is due", found.oldest_mail_seconds)
    yield _one("held", "Whether nothing may leave: a copy, or an operator said so", found.held)


def _of_queue(found: Nudges) -> Iterator[GaugeMetricFamily]:
    yield _one("queue_length", "Nudges that no worker took yet", found.waiting)
    present = GaugeMetricFamily(
        "postiljon_processes", "Processes that gave a sign of life", labels=["role", "host"]
    )
    for (role, host), count in _with_nobody(found.present).items():
        present.add_metric([role, host], count)
    yield present
    holder = GaugeMetricFamily(
        "postiljon_scheduler_holder", "The host whose scheduler acts", labels=["host"]
    )
    if found.scheduler:
        holder.add_metric([found.scheduler], 1)
    yield holder


def _with_nobody(present: Mapping[tuple[str, str], int]) -> Mapping[tuple[str, str], int]:
    # A figure that is missing raises no alert; a zero does.
    return {(role, context.HOST): 0 for role in ("worker", "scheduler")} | dict(present)


def _one(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"postiljon_{name}", told, value=float(value))
