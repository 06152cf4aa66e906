"""The edge: the outermost layer. It numbers requests, checks limits, and lets out no fault but the catalogue's."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Collection

import orjson
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.middleware.request_limits import BodyLimits, HeldBytes, check_headers, limited
from service.openai.errors import UNKNOWN_PATH, WireFault, error_body, error_headers, fault_of
from service.telemetry.metrics import OTHER, Metrics

CLIENT_GONE = 499  # what is counted where a client left before its reply began; nginx counts so

Renderer = Callable[[Request, Exception], Awaitable[Response]]

logger = logging.getLogger(__name__)


class Edge:
    """A pure ASGI wrapper: layers that buffer would hide a client's leaving from what is inside."""

    def __init__(self, app: ASGIApp, limits: BodyLimits, metrics: Metrics, paths: Collection[str]) -> None:
        self._app = app
        self._max_body = limits.one
        self._held = HeldBytes(limits.all)
        self._metrics = metrics
        self._paths = frozenset(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = f"req_{secrets.token_hex(12)}"
        scope.setdefault("state", {})["request_id"] = request_id
        numbered, began = Numbered(send, request_id), time.monotonic()
        try:
            await self._answered(scope, receive, numbered)
        finally:
            path = scope["path"] if scope["path"] in self._paths else OTHER
            self._metrics.answered(path, numbered.status or CLIENT_GONE, time.monotonic() - began)

    async def _answered(self, scope: Scope, receive: Receive, numbered: Numbered) -> None:
        try:
            check_headers(scope["headers"], self._max_body)
            _check_spelling(scope)
            with self._held.counted() as count:
                await self._app(scope, limited(receive, self._max_body, count), numbered)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 the last place: nothing of it may reach the client
            log_fault(error, numbered.request_id)
            if not numbered.status:
                self._metrics.failed(fault_of(error).fault.code)
                await fault_response(error, numbered.request_id)(scope, receive, numbered)


class Numbered:
    """A `send` that gives every reply the request's id."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self.request_id = request_id
        self.status = 0  # until the reply begins

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            header = (b"x-request-id", self.request_id.encode())
            message = {**message, "headers": [*message["headers"], header]}
        await self._send(message)


def _check_spelling(scope: Scope) -> None:
    """One address, one spelling: none of ours needs an escape."""
    if b"%" in scope.get("raw_path", b""):
        raise WireFault(UNKNOWN_PATH)


def fault_response(error: BaseException, request_id: str, headers: dict[str, str] | None = None) -> Response:
    """The one place where errors become replies."""
    fault = fault_of(error)
    return Response(
        orjson.dumps(error_body(fault, request_id)),
        fault.fault.status,
        {**error_headers(fault), **(headers or {})},
        "application/json",
    )


def renderer(metrics: Metrics) -> Renderer:
    """Renders what routes raise, and counts it."""

    async def render(request: Request, error: Exception) -> Response:
        if not isinstance(error, ClientDisconnect):
            metrics.failed(fault_of(error).fault.code)
        return fault_response(error, request.state.request_id)

    return render


def paths_of(*routers: APIRouter) -> frozenset[str]:
    """The addresses of routes as they are written."""
    return frozenset(route.path for router in routers for route in router.routes if isinstance(route, APIRoute))


def log_fault(error: BaseException, request_id: str) -> None:
    """Our own faults with their trace, for the operator alone; a client's faults are no news."""
    status = fault_of(error).fault.status
    if status == 500:
        logger.error("request %s failed", request_id, exc_info=error)
    elif status > 500:
        logger.warning("request %s: %s", request_id, error)
