"""What every way to send mail promises."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from typing import Protocol

from app.outcome import Outcome


def nothing() -> None:
    """Nothing needs to be noted before the text leaves."""


class Mailer(Protocol):
    """A way to send mail."""

    def send(self, message: EmailMessage, before_data: Callable[[], None] = nothing) -> Outcome:
        """Send it. ``before_data`` is called just before the text leaves; when it raises, nothing leaves."""

    def arrived(self, message_id: str) -> bool | None:
        """Whether a mail with this id was taken; nothing where that cannot be asked."""


def message_id(key: str, domain: str) -> str:
    """The same id for the same message, so that whoever gets it twice can see that it is one."""
    return f"<{key}@{domain}>"
