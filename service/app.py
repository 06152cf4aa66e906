"""The application: routes over a guard, its records and the gate between them, behind the edge."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from agents.decoding import Decoder
from agents.errors import DecoderBusy, PictureRejected
from agents.fetch import PictureFetcher
from agents.strict_json import JsonRejected
from guard.errors import UnknownDeployment
from guard.guard import Guard
from service.edge import Edge, fault_response
from service.gate import Gate
from service.keys.doorkeeper import Doorkeeper
from service.keys.errors import KeysError
from service.keys.store import open_keys
from service.limits import HeldBytes
from service.pictures import Pictures
from service.queue import Turnstile, WorkQueue
from service.records.records import open_records
from service.routes import chat, fallback, guard, health, models
from service.settings import Settings
from service.state import Service, State, identified
from service.wire.errors import WireFault

MEGABYTE = 1024**2
LEAVING_SECONDS = 2.0  # for requests that were cut off to record how they ended

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[State]]

# Faults of a client, rendered where they are raised; the last is rendered too, and then goes up to the edge's log.
RENDERED = (
    WireFault,
    JsonRejected,
    PictureRejected,
    DecoderBusy,
    UnknownDeployment,
    KeysError,
    HTTPException,
    Exception,
)


def create_app(settings: Settings, guarded: Guard) -> ASGIApp:
    """The whole application, for any ASGI server. The guard's models are started and closed with it."""
    queue = WorkQueue(settings.queue)
    app = FastAPI(
        title="Situguard",
        lifespan=_lifespan(settings, guarded, queue),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.include_router(health.router)
    for routes in (chat, guard, models, fallback):
        app.include_router(routes.router, dependencies=[Depends(identified)])
    for fault in RENDERED:
        app.add_exception_handler(fault, _render)
    held = HeldBytes(max(settings.held_megabytes, settings.body_megabytes) * MEGABYTE)
    return Edge(Turnstile(app, queue, _worked()), settings.body_megabytes * MEGABYTE, held)


def _worked() -> set[str]:
    """The addresses whose requests mean work, and queue for it."""
    return {route.path for part in (chat, guard) for route in part.router.routes if isinstance(route, APIRoute)}


def _lifespan(settings: Settings, guarded: Guard, queue: WorkQueue) -> Lifespan:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[State]:
        records = await asyncio.to_thread(open_records, settings.data_folder)
        gate = Gate(records, queue)
        doorkeeper = Doorkeeper(await asyncio.to_thread(open_keys, settings.data_folder))
        pictures = Pictures(Decoder(), PictureFetcher())
        try:
            await pictures.decoder.start()
            await guarded.start()
            yield {"service": Service(settings, guarded, records, gate, doorkeeper, pictures, queue)}
        finally:
            await queue.idle(LEAVING_SECONDS)
            await gate.close()
            await guarded.close()
            await pictures.decoder.close()
            await doorkeeper.close()
            await asyncio.to_thread(records.close)

    return lifespan


async def _render(request: Request, error: Exception) -> Response:
    return fault_response(error, request.state.request_id)
