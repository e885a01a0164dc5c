"""The socket that tills knock at."""

from __future__ import annotations

import asyncio
import socket

import pytest

from sync.server.serving import listen


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_what_is_answered_waits_for_no_acknowledgement(host: str) -> None:
    at_once: list[int] = []

    def taken(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        at_once.append(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async def knock(sock: socket.socket) -> None:
        async with await asyncio.start_server(taken, sock=sock):
            reader, writer = await asyncio.open_connection(host, sock.getsockname()[1])
            await reader.read()
            writer.close()

    with listen(host, 0) as sock:
        asyncio.run(knock(sock))
    assert at_once == [1]
