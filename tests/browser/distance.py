"""A server that seems further away than it is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tests.browser.real_lab import free_port


@dataclass
class Way:
    """The way to a server: its address at this end, and how many ms it adds there and back."""

    address: str
    delay_ms: float = 0.0


@contextmanager
def distant(address: str) -> Iterator[Way]:
    """Give a way to the server at `address`; set its ``delay_ms`` at any time."""
    host, port = address.removeprefix("http://").split(":")
    here, loop = free_port(), asyncio.new_event_loop()
    way = Way(f"http://127.0.0.1:{here}")

    async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        due: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                when, data = await due.get()
                if (wait := when - loop.time()) > 0:
                    await asyncio.sleep(wait)
                if not data:
                    target.close()
                    return
                target.write(data)

        delivering = asyncio.create_task(deliver())
        data = b"-"
        while data:
            try:
                data = await source.read(65536)
            except OSError:
                data = b""
            due.put_nowait((loop.time() + way.delay_ms / 2000, data))
        await delivering

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(host, int(port))
        with suppress(asyncio.CancelledError):
            await asyncio.gather(carry(reader, there_writer), carry(there_reader, writer), return_exceptions=True)

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(asyncio.start_server(connect, "127.0.0.1", here), loop).result(10)
    try:
        yield way
    finally:
        asyncio.run_coroutine_threadsafe(_cancel_others(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
