"""The admin application: a listener of its own, on loopback unless told otherwise, with nothing of the proxy on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp

from service.admin import keys as admin
from service.admin import metrics_route as metrics
from service.admin.keys import Admin, AdminState
from service.middleware.boundary import BoundaryMiddleware, paths_of
from service.middleware.origins import Origins
from service.middleware.request_limits import BodyLimits
from service.openai.error_handlers import add_error_handlers

MAX_BODY = 128 * 1024  # bytes; the longest request lists a thousand deployments
LIMITS = BodyLimits(MAX_BODY, 16 * MAX_BODY)  # administrators are few


def create_admin_app(parts: Admin, origins: Origins | None = None) -> ASGIApp:
    """The whole application, for any ASGI server. Closing its parts is up to whoever made them."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[AdminState]:
        yield {"admin": parts}

    app = FastAPI(
        title="Situguard admin",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.include_router(admin.router)
    app.include_router(metrics.router)
    add_error_handlers(app, parts.metrics)
    return BoundaryMiddleware(app, LIMITS, origins or Origins(), parts.metrics, paths_of(admin.router, metrics.router))
