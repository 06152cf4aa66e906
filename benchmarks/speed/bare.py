"""The least that a proxy in this stack can be: FastAPI, orjson and aiohttp, and no look at what passes through.

    uvicorn benchmarks.speed.bare:create_app --factory

SPEED_UPSTREAM is the model's base URL, `/v1` included.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse


def create_app() -> FastAPI:
    """An application that passes each request on."""
    url = f"{os.environ['SPEED_UPSTREAM']}/chat/completions"

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            app.state.session = session
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/readyz")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    @app.post("/v1/chat/completions")
    async def complete(request: Request) -> Response:
        body = orjson.loads(await request.body())
        headers = {"content-type": "application/json"}
        reply = await app.state.session.post(url, data=orjson.dumps(body), headers=headers)
        if body.get("stream"):
            return StreamingResponse(_passed_on(reply), media_type="text/event-stream")
        return Response(await reply.read(), media_type="application/json")

    return app


async def _passed_on(reply: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    async with reply:
        async for piece in reply.content.iter_any():
            yield piece
