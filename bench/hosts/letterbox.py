"""A mail server on a host of its own: takes everything, and writes down each mail that it said yes to."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP


class Letterbox:
    """One line for every mail, written before it is acknowledged."""

    def __init__(self, book: Path) -> None:
        self._book = book.open("a", buffering=1)

    async def handle_DATA(  # noqa: N802  # the library names it
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        """Take a mail."""
        mail = message_from_bytes(envelope.content)
        files = [
            part.get_payload(decode=True)
            for part in mail.walk()
            if part.get_content_type() == "application/xml"
        ]
        line = {
            "address": envelope.rcpt_tos[0],
            "id": str(mail["Message-ID"]),
            "digest": hashlib.sha256(files[0]).hexdigest() if files else "",
        }
        self._book.write(json.dumps(line) + "\n")
        return "250 OK taken"


async def serve(address: str, port: int, book: Path) -> None:
    """Until the end."""
    letterbox, loop = Letterbox(book), asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(letterbox, hostname=address, loop=loop), address, port
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
