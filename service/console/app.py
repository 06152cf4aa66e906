"""The console's application, and the listener that it shares with the admin API."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from service.console import decisions, deployments, health, keys, login, overview, playground, static_files, versions
from service.console.access import Console, LoginNeeded
from service.console.headers import BrowserHeaders
from service.console.pages import page
from service.middleware.boundary import BoundaryMiddleware, paths_of
from service.middleware.origins import Origins
from service.middleware.request_limits import BodyLimits
from service.openai.error_handlers import error_response
from service.openai.errors import fault_of
from service.settings import Settings, is_loopback
from service.telemetry.metrics import Metrics
from service.telemetry.tracing import FASTAPI_TELEMETRY

MAX_BODY = 24 * 1024**2  # bytes; a question of the playground, with a photograph as base64
LIMITS = BodyLimits(MAX_BODY, 4 * MAX_BODY)  # administrators are few
PREFIX = "/console"
ROUTERS = tuple(
    module.router
    for module in (static_files, login, overview, decisions, deployments, versions, playground, keys, health)
)


def create_console(console: Console, settings: Settings) -> ASGIApp:
    """The whole console, for any ASGI server. It has no lifespan."""
    app = FastAPI(
        title="Situguard console",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry=FASTAPI_TELEMETRY,
    )
    app.state.console = console
    for router in ROUTERS:
        app.include_router(router)
    metrics = console.services.metrics
    _add_error_pages(app, metrics)
    origins = Origins.of(settings.allowed_hosts, (), loopback=is_loopback(settings.admin_host))
    return BoundaryMiddleware(BrowserHeaders(app), LIMITS, origins, metrics, paths_of(*ROUTERS))


def _add_error_pages(app: FastAPI, metrics: Metrics) -> None:
    """Every error as a page, or for what asks for no page, as the catalogue's JSON."""

    async def to_login(request: Request, _: Exception) -> Response:
        if "hx-request" in request.headers:  # a part of a page that refreshes itself takes the whole page along
            return Response(status_code=401, headers={"hx-redirect": f"{PREFIX}/login"})
        return RedirectResponse(f"{PREFIX}/login", 303)

    async def explain(request: Request, error: Exception) -> Response:
        fault = fault_of(error)
        metrics.failed(fault.fault.code)
        if "text/html" not in request.headers.get("accept", ""):
            return error_response(error, request.state.request_id)
        return page(request, "error", status=fault.fault.status, message=fault.message, code=fault.fault.code)

    for kind in fault_of.registry:
        app.add_exception_handler(Exception if kind is object else kind, explain)
    app.add_exception_handler(LoginNeeded, to_login)


class SharedListener:
    """One address for both: the console under its prefix, and the admin API for the rest. `/` leads to the console."""

    def __init__(self, admin: ASGIApp, console: ASGIApp) -> None:
        self._admin = admin
        self._console = console

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "") if scope["type"] == "http" else ""
        if path == "/":
            await RedirectResponse(f"{PREFIX}/", 307)(scope, receive, send)
        elif path == PREFIX or path.startswith(f"{PREFIX}/"):
            await self._console(scope, receive, send)
        else:
            await self._admin(scope, receive, send)
