"""Every recurring job: how often, why, and what it repairs. The scheduler only nudges."""

from __future__ import annotations

from dataclasses import dataclass

from app.queue import Task


@dataclass(frozen=True, slots=True)
class Recurring:
    """A job that comes back by itself."""

    task: Task
    every_seconds: int
    reason: str
    repairs: str


SCHEDULE: tuple[Recurring, ...] = (
    Recurring(
        Task.SWEEP_DELIVERIES,
        5,
        "Deliveries whose time has come, and attempts whose worker died.",
        "A lost nudge; a worker killed while sending.",
    ),
    Recurring(
        Task.PROCESS_DOCUMENTS,
        5,
        "Documents that were stored and not read yet.",
        "A lost nudge; a worker killed while reading.",
    ),
    Recurring(
        Task.SEND_MAILS,
        5,
        "The platform's own mails whose time has come.",
        "A lost nudge; a mail server that was away.",
    ),
    Recurring(
        Task.REGISTER,
        5,
        "Registrations in the network whose time has come.",
        "A lost nudge; a network that was away.",
    ),
    Recurring(
        Task.ANSWER_TESTS,
        5,
        "Invoices that newcomers sent to the built-in test receiver.",
        "An answer that was interrupted; it is the same answer again.",
    ),
    Recurring(
        Task.SWEEP_FILES,
        15 * 60,
        "Files older than a day that no row names; a minute at a time, once around a day.",
        "What an upload left that broke off between its bytes and its row.",
    ),
    Recurring(
        Task.SWEEP_ROWS,
        3600,
        "Links that ended, mails that are out and alerts that are old.",
        "Tables that would grow for ever.",
    ),
    Recurring(
        Task.COUNT,
        60,
        "Figures of the first page, counted behind the documents in steps of less than a second.",
        "Late changes, and a count that was interrupted; it is the same count again.",
    ),
    Recurring(Task.SEAL_AUDIT, 60, "Chains new audit entries.", "Entries without a seal."),
)
