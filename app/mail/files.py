"""Mails kept as files: for a platform that only this machine can reach, and for tests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

from app import durable
from app.invoice.wording import N_
from app.mail.base import nothing
from app.outcome import Outcome, Result

KEPT = N_("The mail was kept as a file.")
NOT_KEPT = N_("The mail could not be kept as a file.")


class FileMailer:
    """Keeps each mail as one ``.eml`` file; the same message is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage, before_data: Callable[[], None] = nothing) -> Outcome:
        """Write it down whole, or not at all."""
        if not message["Message-ID"]:
            message["Message-ID"] = make_msgid(domain="localhost")
        path = self._path(str(message["Message-ID"]))
        before_data()
        try:
            durable.write(path, message.as_bytes(policy=message.policy.clone(linesep="\n")))
        except OSError as error:
            evidence = {"error": str(error)}
            return Outcome(Result.UNREACHABLE, "mail_not_kept", NOT_KEPT, evidence)
        return Outcome(Result.ACCEPTED, "mail_kept", KEPT, {"file": path.name})

    def arrived(self, message_id: str) -> bool | None:
        """A file can be looked for."""
        return self._path(message_id).exists()

    def _path(self, message_id: str) -> Path:
        return self._folder / f"{hashlib.sha256(message_id.strip().encode()).hexdigest()[:40]}.eml"
