"""A wire between the platform and what it talks to, that can be cut, held, or pulled out."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from contextlib import suppress

CHUNK = 65536


class Proxy:
    """Listens on a port of its own and passes everything on to another."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._away = False
        self._open: set[asyncio.WriteTransport] = set()
        self._ready: Future[int] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), daemon=True)
        self._thread.start()
        self.port = self._ready.result(30)

    def cut(self) -> None:
        """End every connection at once."""
        self._loop.call_soon_threadsafe(self._cut)

    def stall(self) -> None:
        """From now on nothing comes through, and nobody is told."""
        self._loop.call_soon_threadsafe(self._flowing.clear)

    def leave(self) -> None:
        """End every connection, and every new one."""
        self._away = True
        self.cut()

    def restore(self) -> None:
        """As if nothing had been."""
        self._away = False
        self._loop.call_soon_threadsafe(self._flowing.set)

    def close(self) -> None:
        """Stop for good."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._flowing, self._over = asyncio.Event(), asyncio.Event()
        self._flowing.set()
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        self._ready.set_result(server.sockets[0].getsockname()[1])
        await self._over.wait()
        server.close()
        self._cut()

    def _cut(self) -> None:
        for transport in list(self._open):
            transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._away:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer.transport, back.transport}
        self._open |= ends
        try:
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        finally:
            for transport in ends:
                transport.abort()
            self._open -= ends

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while content := await reader.read(CHUNK):
                await self._flowing.wait()
                writer.write(content)
                await writer.drain()
        with suppress(OSError, RuntimeError):
            writer.write_eof()
