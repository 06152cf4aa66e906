"""Any application under a real uvicorn on a free loopback port, and a client for it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from starlette.types import ASGIApp

from service.server import bind_socket

TLS = ssl.create_default_context()  # shared by all clients: loading the trusted roots takes longer than most requests


@asynccontextmanager
async def served(config: uvicorn.Config) -> AsyncIterator[str]:
    """Serve on a free port of loopback; yields the address."""
    with bind_socket("127.0.0.1", 0) as listener:
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve([listener]))
        while not server.started:
            assert not running.done()
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    """Serve it; yields a client."""
    config = uvicorn.Config(app, log_level="critical", ws="none")
    async with served(config) as url, httpx.AsyncClient(base_url=url, timeout=20, verify=TLS) as http:
        yield http
