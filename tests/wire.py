"""Counts what really goes over the wire: a proxy between browser and server, and what the browser asks for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass
class Wire:
    """``received`` and ``sent`` are bytes as seen from the browser; ``port`` is where it connects.

    ``name`` is the host the browser knows it by: the server is told its own name instead.
    """

    target: int
    name: str = ""
    port: int = 0
    received: int = 0
    sent: int = 0
    away: bool = False
    era: int = 0

    def lose(self) -> None:
        """As a phone that leaves the network: nothing comes through any more, and nobody is told."""
        self.away = True

    def find(self) -> None:
        """The network is back for new connections; those from before stay dead without knowing it."""
        self.era += 1
        self.away = False

    def reset(self) -> None:
        self.received = self.sent = 0

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: str) -> None:
        era = self.era
        with suppress(ConnectionError, asyncio.CancelledError):
            while data := await reader.read(65536):
                if self.away or era != self.era:
                    continue
                setattr(self, count, getattr(self, count) + len(data))
                if self.name and count == "sent":
                    data = data.replace(f"{self.name}:{self.port}".encode(), f"127.0.0.1:{self.target}".encode())
                writer.write(data)
                await writer.drain()
        with suppress(ConnectionError, RuntimeError):
            writer.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        except asyncio.CancelledError:  # the end of the test
            writer.transport.abort()
            return
        try:
            await asyncio.gather(self._pump(reader, back, "sent"), self._pump(there, writer, "received"))
        except asyncio.CancelledError:  # nobody reads what is still to be sent
            writer.transport.abort()
            back.transport.abort()


@contextmanager
def wire(url: str, name: str = "") -> Iterator[Wire]:
    """A counting proxy to the server at ``url``, to be reached as ``name`` if given."""
    found = Wire(target=urlsplit(url).port or 80, name=name)
    loop, ready = asyncio.new_event_loop(), threading.Event()
    servers: list[asyncio.Server] = []

    async def serve() -> None:
        servers.append(await asyncio.start_server(found._connected, "127.0.0.1", 0))
        found.port = servers[0].sockets[0].getsockname()[1]
        ready.set()

    def work() -> None:
        loop.run_until_complete(serve())
        loop.run_forever()
        servers[0].close()
        waiting = asyncio.all_tasks(loop)
        for task in waiting:
            task.cancel()
        if waiting:  # gathering nothing asks for a loop that this thread does not have
            loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
            loop.run_until_complete(asyncio.sleep(0.05))  # closing takes another round
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    thread = threading.Thread(target=work)
    thread.start()
    ready.wait(10)
    try:
        yield found
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
