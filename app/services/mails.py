"""The platform's own mails: stored before they are promised, claimed before they are sent.

A mail is sent at least once: when a worker dies after handing one over, it goes out again. That is
harmless for these mails; documents travel as deliveries, which are stricter.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any

from sqlalchemy import CursorResult, select, update

from app import tenancy
from app.extensions import db, settings
from app.mail import Mailer, mailer
from app.models import Environment, OutgoingMail, User
from app.models.types import now
from app.outcome import Outcome, Result
from app.queue import Task, enqueue, stopping
from app.services import letters, silence
from app.transactions import transaction

log = logging.getLogger(__name__)

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60))  # then each hour
GIVE_UP_AFTER = timedelta(days=5)
ONE_ROUND_SECONDS = 60
OPEN = ("queued", "sending")


@dataclass(frozen=True, slots=True)
class Order:
    """A mail that somebody is to get.

    ``link`` may begin with a slash. ``text`` may be an English message; it is translated for the
    reader with the other values.
    """

    kind: str
    recipient: str
    language: str
    values: Mapping[str, str]


def queue(kind: str, recipient: str, language: str, **values: str) -> None:
    """Keep a mail in the caller's transaction and have it sent after the commit."""
    queue_all([Order(kind, recipient, language, values)])


def queue_all(orders: Sequence[Order]) -> None:
    """The same for several mails."""
    if not orders:
        return
    db.session.flush()  # what the caller did is judged by the caller's scope, not by this gate
    with transaction(), tenancy.every_environment("keep mails"):
        names = _environments_of({order.recipient.lower() for order in orders})
        db.session.add_all([_written(order, names) for order in orders])
        enqueue(Task.SEND_MAILS)


def _written(order: Order, environments: Mapping[str, str]) -> OutgoingMail:
    values = {"environment": environments.get(order.recipient.lower(), ""), **order.values}
    letter = letters.write(order.kind, order.language, values)
    return OutgoingMail(
        kind=order.kind,
        recipient=order.recipient,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        next_at=now(),
    )


def _environments_of(recipients: set[str]) -> dict[str, str]:
    """The names of the environments of people, by address."""
    rows = db.session.execute(
        select(User.email, Environment.name)
        .join(Environment, Environment.id == User.environment_id)
        .where(User.email.in_(recipients))
    )
    return {row.email: row.name for row in rows}


def send_due() -> int:
    """Send what is due, one by one, for at most a minute; the answer is how many were tried."""
    post, tried, until = _post(), 0, time.monotonic() + ONE_ROUND_SECONDS
    while not stopping() and time.monotonic() < until and (mail := _claim()) is not None:
        _record(mail, _send(post, mail))
        tried += 1
    return tried


def _send(post: Mailer, mail: OutgoingMail) -> Outcome:
    try:
        return post.send(message(mail))
    except Exception:
        # Our bug, and not a reason to keep the other mails waiting.
        log.exception("mail %s could not be made or sent", mail.id)
        return Outcome(Result.UNREACHABLE, "bug")


def _post() -> Mailer:
    return mailer(settings().mail_url, settings().mail_dir)


def _claim() -> OutgoingMail | None:
    """Take the mail that waits longest; of two workers one gets it, the other looks on."""
    if silence.held():
        return None
    with transaction(), tenancy.every_environment("send mails"):
        due = select(OutgoingMail).where(
            OutgoingMail.state.in_(OPEN), OutgoingMail.next_at <= now()
        )
        mail: OutgoingMail | None = db.session.scalars(
            due.order_by(OutgoingMail.next_at).limit(1)
        ).first()
        if mail is None or not _taken(mail):
            return None
    mail.tries += 1  # detached by now: it only travels to the end of this attempt
    return mail


def _taken(mail: OutgoingMail) -> bool:
    # When the lease ends before the attempt was recorded, the worker died: someone else tries again.
    lease = now() + timedelta(seconds=settings().lease_seconds)
    return _changed(mail, mail.tries, state="sending", tries=mail.tries + 1, next_at=lease)


def _changed(mail: OutgoingMail, claims: int, **columns: Any) -> bool:
    """Change this mail if nobody else took it meanwhile: each claim raises the number of tries."""
    result = db.session.execute(
        update(OutgoingMail)
        .where(
            OutgoingMail.id == mail.id, OutgoingMail.tries == claims, OutgoingMail.state.in_(OPEN)
        )
        .values(**columns)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    return bool(result.rowcount == 1)


def message(mail: OutgoingMail) -> EmailMessage:
    """The mail as it travels. Its id stays the same when it is sent again."""
    sender = settings().mail_from
    made = EmailMessage()
    made["From"] = sender
    made["To"] = mail.recipient
    made["Subject"] = mail.subject
    made["Date"] = format_datetime(mail.created_at)
    made["Message-ID"] = f"<{mail.public_id}@{parseaddr(sender)[1].partition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(mail.text)
    made.add_alternative(mail.html, subtype="html")
    return made


def _record(mail: OutgoingMail, outcome: Outcome) -> None:
    """Write down how it went; what was sent keeps no text, because links in it are secrets."""
    columns = _after(mail, outcome)
    with transaction(), tenancy.every_environment("send mails"):
        _changed(mail, mail.tries, note=f"{outcome.code} {outcome.note}".strip()[:500], **columns)
    log.info("mail %s %s after try %s", mail.id, columns["state"], mail.tries)


def _after(mail: OutgoingMail, outcome: Outcome) -> dict[str, Any]:
    if outcome.result in (Result.ACCEPTED, Result.DELIVERED):
        return {"state": "sent", "sent_at": now(), "text": "", "html": ""}
    if outcome.result is Result.REFUSED or now() - mail.created_at > GIVE_UP_AFTER:
        return {"state": "failed", "text": "", "html": ""}
    wait = WAITS[min(mail.tries, len(WAITS)) - 1]
    return {"state": "queued", "next_at": now() + wait}
