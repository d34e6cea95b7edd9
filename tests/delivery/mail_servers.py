"""Real mail servers on loopback, each with its own temper."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller


class Desk:
    """Takes mail, and remembers what it said yes to."""

    def __init__(
        self,
        *,
        recipient: str = "250 OK",
        text: str = "250 OK taken",
        dies_after_text: bool = False,
        keeps_what_it_dies_on: bool = False,
        seconds: float = 0,
    ) -> None:
        self.recipient = recipient
        self.text = text
        self.dies_after_text = dies_after_text
        self.keeps_what_it_dies_on = keeps_what_it_dies_on
        self.seconds = seconds
        self.taken: list[EmailMessage] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def ids(self) -> list[str]:
        """The Message-ID of every mail that was taken, in order."""
        return [str(mail["Message-ID"]) for mail in self.taken]

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.recipient.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        await asyncio.sleep(self.seconds)
        mail = cast(EmailMessage, message_from_bytes(envelope.content, policy=policy.SMTP))
        if self.dies_after_text:
            if self.keeps_what_it_dies_on:
                self.taken.append(mail)
            server.transport.abort()
            return "451 never seen"
        if self.text.startswith("2"):
            self.taken.append(mail)
        return self.text


@contextmanager
def serving(desk: Desk) -> Iterator[Desk]:
    """The server, for as long as it is needed."""
    controller = Controller(desk, hostname="127.0.0.1", port=free_port())
    controller.start()
    desk.port = controller.port
    try:
        yield desk
    finally:
        controller.stop(no_assert=True)


def free_port() -> int:
    """A port at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def silence() -> Iterator[str]:
    """The address of a server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}"
