"""The admin application. It listens at its own address, on loopback unless set otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp

from service.admin import configuration, description, keys, metrics, models
from service.admin.access import AdminServices, AdminState
from service.middleware.boundary import BoundaryMiddleware, paths_of
from service.middleware.origins import Origins
from service.middleware.request_limits import BodyLimits
from service.openai.error_handlers import add_error_handlers
from service.settings import Settings, is_loopback
from service.telemetry.tracing import FASTAPI_TELEMETRY

MAX_BODY = 128 * 1024  # bytes; the longest request lists a thousand deployments
LIMITS = BodyLimits(MAX_BODY, 16 * MAX_BODY)  # administrators are few


def create_admin_app(services: AdminServices, settings: Settings | None = None) -> ASGIApp:
    """The whole application, for any ASGI server. Whoever opened the services closes them."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[AdminState]:
        yield {"admin": services}

    app = FastAPI(
        title="Situguard admin",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry=FASTAPI_TELEMETRY,
    )
    routers = (keys.router, metrics.router, models.router, configuration.router, description.router)
    for router in routers:
        app.include_router(router)
    add_error_handlers(app, services.metrics)
    settings = settings or Settings()
    origins = Origins.of(settings.allowed_hosts, (), loopback=is_loopback(settings.admin_host))
    return BoundaryMiddleware(app, LIMITS, origins, services.metrics, paths_of(*routers))
