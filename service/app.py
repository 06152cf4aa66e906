"""The application: routes over a guard, its records and the gate between them, behind the edge."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.types import ASGIApp

from agents.decoding import Decoder
from agents.fetch import PictureFetcher
from guard.guard import Guard
from guard.holder import GuardHolder
from service.audit.chain_heads import seal_existing_chains
from service.audit.log import open_audit_log
from service.configuration.follower import Follower
from service.database.engine import open_database
from service.gate.billing import Billing
from service.gate.exchange import Gate
from service.gate.let_out import LetOut
from service.gate.shadow import Shadows
from service.keys.authenticator import Authenticator
from service.keys.store import KeyStore
from service.middleware.admission import AdmissionMiddleware, WorkQueue
from service.middleware.boundary import BoundaryMiddleware, paths_of
from service.middleware.origins import Origins
from service.middleware.request_limits import BodyLimits
from service.openai.error_handlers import add_error_handlers
from service.openai.responses.state import ResponseState
from service.routes import chat, fallback, guard, health, home, models, moderations, responses
from service.routes.dependencies import authenticate
from service.routes.pictures import Pictures
from service.routes.work import WorkMiddleware
from service.settings import Settings
from service.state import GuardMiddleware, Service, State
from service.telemetry.metrics import Metrics
from service.telemetry.tracing import FASTAPI_TELEMETRY
from service.watch.watch import Watch

LEAVING_SECONDS = 2.0  # for requests that were cut off to record how they ended

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[State]]


def create_app(
    settings: Settings,
    guarded: Guard | GuardHolder,
    metrics: Metrics | None = None,
    follower: Follower | None = None,
) -> ASGIApp:
    """The whole application, for any ASGI server. The guard's models are started and closed with it.

    Whoever keeps the holder can exchange its guard while the application runs; a `follower` does, when the
    configuration changes.
    """
    guards = guarded if isinstance(guarded, GuardHolder) else GuardHolder(guarded)
    queue, metrics = WorkQueue(settings.queue), metrics or Metrics()
    pictures = Pictures(Decoder(), PictureFetcher())
    metrics.watch(queue)
    metrics.watch_decoders(pictures.decoder, lambda: pictures.waiting)
    metrics.models.watch(guards)
    metrics.observe(
        {
            "configuration_version": ("The configuration that serves.", lambda: guards.current.version),
            "loop_lag_seconds": ("How late the event loop ran last.", lambda: guards.current.lag.seconds),
        }
    )
    guards.watch(lambda guard: metrics.know(guard.deployments))
    work = (chat.router, responses.work, moderations.router, guard.router)
    app = FastAPI(
        title="Situguard",
        routes=[route for router in work for route in router.routes],  # included, each would be looked for twice
        lifespan=_lifespan(settings, guards, queue, metrics, follower=follower, pictures=pictures),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry=FASTAPI_TELEMETRY,
    )
    app.include_router(health.router)
    app.include_router(home.router)
    for routes in (responses, models, fallback):
        app.include_router(routes.router, dependencies=[Depends(authenticate)])
    add_error_handlers(app, metrics)
    worked = paths_of(*work)
    limits = BodyLimits(settings.body_bytes, settings.held_bytes)
    inside: ASGIApp = GuardMiddleware(WorkMiddleware(app, app.routes), guards)
    inside = AdmissionMiddleware(inside, queue, worked)
    origins = Origins.of(settings.allowed_hosts, settings.cors_origins, loopback=settings.loopback)
    probes = paths_of(health.router)
    known = worked | probes | paths_of(home.router, models.router)
    return BoundaryMiddleware(inside, limits, origins, metrics, known, probes=probes)


def _lifespan(
    settings: Settings,
    guards: GuardHolder,
    queue: WorkQueue,
    metrics: Metrics,
    *,
    follower: Follower | None,
    pictures: Pictures,
) -> Lifespan:
    watch = Watch(guards, metrics, settings.webhook_url)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[State]:
        database = await asyncio.to_thread(open_database, settings.data_folder, seal_existing_chains)
        records = await asyncio.to_thread(open_audit_log, database)
        authenticator = Authenticator(
            KeyStore(database), required=not settings.loopback, refusals=settings.refusals_per_minute
        )
        billing = Billing(authenticator)
        shadows = Shadows(records, queue, metrics, billing)
        gate = Gate(records, metrics, billing, shadows, LetOut(database, records.key))
        held = ResponseState(settings.state)
        try:
            await pictures.decoder.start()
            await guards.start()
            watch.start()
            if follower is not None:
                await follower.start()
            yield {"service": Service(settings, guards.current, records, gate, authenticator, pictures, queue, held)}
        finally:
            await queue.idle(LEAVING_SECONDS)
            await gate.shadows.close()
            await watch.close()
            if follower is not None:
                await follower.close()
            await guards.close()
            await pictures.decoder.close()
            await authenticator.close()
            await asyncio.to_thread(records.close)
            await asyncio.to_thread(database.close)

    return lifespan
