"""The mail server of all customers: it has moods, and keeps its own record of what it took."""

from __future__ import annotations

import asyncio
import hashlib
import threading
import zlib
from collections import Counter
from concurrent.futures import Future
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any

from aiosmtpd.smtp import SMTP

DOMAIN = "klant.example"
GREY, NEVER = 20, 97  # one address in so many: not at the first try, and never
SLOW_SECONDS = 1.0


@dataclass
class Record:
    """What the server said to whom, by mail address; only this counts."""

    taken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)  # for good
    put_off: Counter[str] = field(default_factory=Counter)
    died_on: Counter[str] = field(default_factory=Counter)  # text complete, no answer
    ids: dict[str, set[str]] = field(default_factory=dict)  # the Message-IDs of what was taken
    files: dict[str, str] = field(default_factory=dict)  # digest of the XML that came along
    other: int = 0  # mails that carry no document


class PostOffice:
    """Takes mail for every address of the customers' domain."""

    def __init__(self) -> None:
        self.record = Record()
        self.dies_on_next = 0
        self.keeps_what_it_dies_on = False
        self.slow = self.not_now = False
        self._seen: set[str] = set()
        self._ready: Future[int] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._ready.result(30)

    def open(self) -> None:
        """From now on."""
        self._thread.start()

    def close(self) -> None:
        """Until now."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    async def _live(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await self._loop.create_server(
            lambda: SMTP(self, hostname="127.0.0.1", loop=self._loop), "127.0.0.1", 0
        )
        self._ready.set_result(server.sockets[0].getsockname()[1])
        await self._over.wait()
        server.close()

    async def handle_RCPT(  # noqa: N802  # the library names it
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Say to whom mail may be given now."""
        if never(address):
            self.record.refused[address] += 1
            return "550 nobody here by that name"
        first = address not in self._seen
        self._seen.add(address)
        if self.not_now or (first and grey(address)):
            self.record.put_off[address] += 1
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # the library names it
        self, server: Any, _session: Any, envelope: Any
    ) -> str:
        """Take a mail, or end in the worst moment."""
        if self.slow:
            await asyncio.sleep(SLOW_SECONDS)
        address = envelope.rcpt_tos[0]
        if self.dies_on_next > 0:
            self.dies_on_next -= 1
            self.record.died_on[address] += 1
            if self.keeps_what_it_dies_on:
                self._take(address, envelope.content)
            server.transport.abort()
            return "451 nobody hears this"
        self._take(address, envelope.content)
        return "250 OK taken"

    def _take(self, address: str, content: bytes) -> None:
        if not address.endswith(DOMAIN):
            self.record.other += 1
            return
        mail = message_from_bytes(content)
        self.record.taken[address] += 1
        self.record.ids.setdefault(address, set()).add(str(mail["Message-ID"]))
        for part in mail.walk():
            if part.get_content_type() == "application/xml":
                xml = part.get_payload(decode=True)
                assert isinstance(xml, bytes)
                self.record.files[address] = hashlib.sha256(xml).hexdigest()


def grey(address: str) -> bool:
    """Whether the first try for this address is put off."""
    return zlib.crc32(address.encode()) % GREY == 0


def never(address: str) -> bool:
    """Whether this address is refused for good."""
    return zlib.crc32(address.encode()) % NEVER == 1
