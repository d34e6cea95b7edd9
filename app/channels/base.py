"""What every channel promises; one contract test runs against each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from app.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels along."""

    name: str
    mime: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """One document on its way, complete: nothing has to be looked up any more."""

    key: str  # the same for every try, so that a receiver can recognise a repeat
    recipient: str
    sender: str  # as it is shown
    subject: str
    text: str
    html: str = ""
    reply_to: str = ""
    attachments: tuple[Attachment, ...] = ()


class Channel(Protocol):
    """One way out."""

    @property
    def name(self) -> str:
        """By which name deliveries know it."""

    def send(self, message: Message, before_hand_over: Callable[[], None]) -> Outcome:
        """Make one try. Trouble is an outcome, never an exception.

        ``before_hand_over`` is called once, just before it can no longer be taken back. When it
        raises, nothing has been handed over and the exception comes through.
        """

    def status(self, key: str) -> Outcome | None:
        """What became of the message with this key; nothing when that cannot be asked."""
