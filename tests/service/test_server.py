"""How the application listens."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from service.server import TICK_SECONDS, DrainingServer, QuietServer, bind_socket, server_config
from service.settings import Settings
from tests.service.asgi import TLS, served


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


async def peer(scope: Scope, receive: Receive, send: Send) -> None:
    """Replies with the address that a request came from."""
    if scope["type"] == "lifespan":
        for kind in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{kind}.complete"})
        return
    await PlainTextResponse(scope["client"][0])(scope, receive, send)


@pytest.mark.parametrize(
    ("trusted", "forwarded", "seen"),
    [
        ((), "203.0.113.9", "127.0.0.1"),
        (("10.0.0.0/8",), "203.0.113.9", "127.0.0.1"),
        (("127.0.0.1",), "203.0.113.9", "203.0.113.9"),
        (("127.0.0.0/8", "10.0.0.7"), "198.51.100.1, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
    ],
)
async def test_only_a_trusted_proxy_says_whose_address_it_is(
    trusted: tuple[str, ...], forwarded: str, seen: str
) -> None:
    async with (
        served(server_config(peer, Settings(trusted_proxies=trusted))) as url,
        httpx.AsyncClient(verify=TLS) as http,
    ):
        assert (await http.get(url, headers={"x-forwarded-for": forwarded})).text == seen


def test_idle_connections_outlive_a_load_balancers() -> None:
    assert server_config(peer).timeout_keep_alive > 60
    assert server_config(peer, Settings(keep_alive_seconds=300)).timeout_keep_alive == 300


async def test_an_idle_server_wakes_up_about_once_a_second() -> None:
    server = Ticking(server_config(peer))
    began = time.monotonic()
    serving = asyncio.create_task(server.main_loop())
    await asyncio.sleep(0.5)
    assert 1 <= server.ticks <= 2 + (time.monotonic() - began) / TICK_SECONDS
    server.stop()
    await asyncio.wait_for(serving, 10)


@pytest.mark.parametrize("by_signal", [False, True])
async def test_it_ends_at_once_when_it_is_told_to(monkeypatch: pytest.MonkeyPatch, *, by_signal: bool) -> None:
    monkeypatch.setattr("service.server.TICK_SECONDS", 1000)
    server = DrainingServer(server_config(peer))
    with server.capture_signals():
        serving = asyncio.create_task(server.main_loop())
        await asyncio.sleep(0.01)
        if by_signal:
            os.kill(os.getpid(), signal.SIGTERM)
        else:
            server.stop()
        await asyncio.wait_for(serving, 10)


class Ticking(QuietServer):
    """Counts how often it looks."""

    ticks = 0

    async def on_tick(self, counter: int) -> bool:
        self.ticks += 1
        return await super().on_tick(counter)
