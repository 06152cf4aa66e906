"""The admin application: a listener of its own, on loopback unless told otherwise, with nothing of the proxy on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from agents.strict_json import JsonRejected
from service.edge import Edge, fault_response
from service.keys.errors import KeysError
from service.limits import HeldBytes
from service.routes import admin
from service.routes.admin import Admin, AdminState
from service.wire.errors import WireFault

MAX_BODY = 128 * 1024  # bytes; the longest request lists a thousand deployments
MAX_HELD = 16 * MAX_BODY  # bytes of all requests at once; administrators are few
RENDERED = (WireFault, JsonRejected, KeysError, HTTPException, Exception)


def create_admin_app(parts: Admin) -> ASGIApp:
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
    for fault in RENDERED:
        app.add_exception_handler(fault, _render)
    return Edge(app, MAX_BODY, HeldBytes(MAX_HELD))


async def _render(request: Request, error: Exception) -> Response:
    return fault_response(error, request.state.request_id)
