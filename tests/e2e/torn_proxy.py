"""A bad line: a TCP proxy that delays, stalls and tears what passes.

``python -m tests.e2e.torn_proxy PORT HOST TO_PORT SEED`` listens on loopback until it is killed.
"""

from __future__ import annotations

import asyncio
import random
import sys
from contextlib import suppress

_CHUNK = 16_384
_DELAY_SECONDS = 0.02
_STALL_SECONDS = 2.0
_TORN_ONE_IN = 40
_STALLED_ONE_IN = 150


class Line:
    """Everything that passes through one proxy, by one draw."""

    def __init__(self, host: str, port: int, seed: int) -> None:
        self._host, self._port = host, port
        self._draw = random.Random(seed)  # noqa: S311 - repeatable, and no secret

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until either end closes it or it is torn."""
        with suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
            ways = [self._pump(reader, far_writer), self._pump(far_reader, writer)]
            tasks = [asyncio.ensure_future(way) for way in ways]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            far_writer.transport.abort()
        writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                await asyncio.sleep(self._draw.uniform(0, _DELAY_SECONDS))
                if self._draw.randrange(_STALLED_ONE_IN) == 0:
                    await asyncio.sleep(_STALL_SECONDS)
                if self._draw.randrange(_TORN_ONE_IN) == 0:
                    writer.write(chunk[: self._draw.randrange(len(chunk) + 1)])
                    await writer.drain()
                    return
                writer.write(chunk)
                await writer.drain()


async def main(port: int, host: str, to_port: int, seed: int) -> None:
    """Serve for ever."""
    line = Line(host, to_port, seed)
    server = await asyncio.start_server(line.carry, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
