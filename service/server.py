"""How uvicorn serves the application: the same in the command, in tests and under measurement."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from agents.giving_up import give_up
from agents.loop_lag import until_tick
from service.memory import give_back_memory
from service.middleware.connection_deadlines import DeadlineProtocol
from service.settings import Settings

BACKLOG = 512  # connections that may wait to be accepted
# A thread that reads a large body leaves the interpreter to the event loop after this long; Python's default is 0.005.
SWITCH_SECONDS = 0.001
# New objects before the young ones are looked through for garbage; Python's 700 are less than a tenth of one request's.
COLLECTED = (20_000, 10, 10)
POLL_SECONDS = 0.02  # between checks whether a server has started
TICK_SECONDS = 1.0  # between new dates for the heads of replies


def server_config(app: ASGIApp, settings: Settings | None = None) -> uvicorn.Config:
    """Without access logs: they would hold addresses, and records hold what is needed.

    On a signal to end it takes no more connections, and requests under way have `drain_seconds` to finish.
    The peer of a request is what `X-Forwarded-For` says only where one of the `trusted_proxies` sent it.
    """
    settings = settings or Settings()
    return uvicorn.Config(
        app,
        http=DeadlineProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        lifespan="on",
        backlog=BACKLOG,
        timeout_keep_alive=settings.keep_alive_seconds,
        timeout_graceful_shutdown=settings.drain_seconds,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
    )


def bind_socket(host: str, port: int) -> socket.socket:
    """A socket bound to an address; port 0 takes a free one. Raises `OSError`.

    Its protocol is set to TCP, because asyncio turns on TCP_NODELAY only for sockets that say so. Without that, each
    small reply would wait 40 ms for the client's acknowledgement.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


class QuietServer(uvicorn.Server):
    """Wakes up once a second while nothing is asked; uvicorn's own does ten times, to see whether it is to end."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()

    async def main_loop(self) -> None:
        """Serve until `stop`."""
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(until_tick(TICK_SECONDS)):
                    await self._stopping.wait()

    def stop(self) -> None:
        """End; also from a signal's handler."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """On a signal."""
        super().handle_exit(sig, frame)
        self.stop()


class DrainingServer(QuietServer):
    """Shuts down cleanly on SIGTERM or SIGINT, with status 0: uvicorn would raise the signal again at the end."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle both signals for as long as it serves."""
        before = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and exempt what was loaded from garbage collection: it stays anyway, and collections that look through
        it take a tenth of each request's time.
        """
        await super().startup(sockets)
        sys.setswitchinterval(SWITCH_SECONDS)
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECTED)  # what requests leave behind

    async def main_loop(self) -> None:
        """Serve until `stop`, and give back memory meanwhile."""
        giving_back = asyncio.create_task(give_back_memory())
        try:
            await super().main_loop()
        finally:
            await give_up([giving_back])


class SideServer(QuietServer):
    """Serves beside another server, which handles the signals and stops this one after itself."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them to the other server."""
        yield


@asynccontextmanager
async def serving_beside(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serve an application on a socket while the block runs."""
    server = SideServer(server_config(app, Settings(drain_seconds=1, tls_certificate=None, tls_key=None)))
    serving = asyncio.create_task(server.serve([listener]))
    try:
        while not (server.started or serving.done()):  # noqa: ASYNC110 uvicorn sets no event
            await asyncio.sleep(POLL_SECONDS)
        yield
    finally:
        server.stop()
        await serving
