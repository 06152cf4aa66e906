"""How the application listens."""

from __future__ import annotations

import asyncio
import socket

import pytest

from service.server import bind_socket


async def test_small_replies_are_sent_at_once() -> None:
    delays: list[bool] = []

    async def look(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        delays.append(not connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async with await asyncio.start_server(look, sock=bind_socket("127.0.0.1", 0)) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await reader.read()
        writer.close()
    assert delays == [False]


def test_a_port_that_is_taken_is_an_error() -> None:
    with bind_socket("127.0.0.1", 0) as first:
        first.listen()
        with pytest.raises(OSError, match="in use"):
            bind_socket("127.0.0.1", first.getsockname()[1])
