"""The application: routes over a guard, its records and the gate between them, behind the edge."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from agents.decoding import Decoder
from agents.errors import DecoderBusy, PictureRejected
from agents.fetch import PictureFetcher
from agents.strict_json import JsonRejected
from guard.errors import UnknownDeployment
from guard.guard import Guard
from service.audit.log import open_records
from service.gate.billing import Spending
from service.gate.exchange import Gate
from service.keys.doorkeeper import Doorkeeper
from service.keys.errors import KeysError
from service.keys.store import open_keys
from service.middleware.admission import Turnstile, WorkQueue
from service.middleware.boundary import Edge, paths_of, renderer
from service.middleware.request_limits import BodyLimits
from service.openai.errors import WireFault
from service.routes import chat, fallback, guard, health, models
from service.routes.pictures import Pictures
from service.settings import Settings
from service.state import Service, State, identified
from service.telemetry.metrics import Metrics

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


def create_app(settings: Settings, guarded: Guard, metrics: Metrics | None = None) -> ASGIApp:
    """The whole application, for any ASGI server. The guard's models are started and closed with it."""
    queue, metrics = WorkQueue(settings.queue), metrics or Metrics()
    metrics.watch(queue)
    metrics.know(guarded.deployments)
    app = FastAPI(
        title="Situguard",
        lifespan=_lifespan(settings, guarded, queue, metrics),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.include_router(health.router)
    for routes in (chat, guard, models, fallback):
        app.include_router(routes.router, dependencies=[Depends(identified)])
    for fault in RENDERED:
        app.add_exception_handler(fault, renderer(metrics))
    worked = paths_of(chat.router, guard.router)
    limits = BodyLimits(settings.body_bytes, settings.held_bytes)
    return Edge(Turnstile(app, queue, worked), limits, metrics, worked | paths_of(health.router, models.router))


def _lifespan(settings: Settings, guarded: Guard, queue: WorkQueue, metrics: Metrics) -> Lifespan:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[State]:
        records = await asyncio.to_thread(open_records, settings.data_folder)
        doorkeeper = Doorkeeper(
            await asyncio.to_thread(open_keys, settings.data_folder), required=not settings.loopback
        )
        gate = Gate(records, queue, metrics, Spending(guarded.prices, doorkeeper))
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
