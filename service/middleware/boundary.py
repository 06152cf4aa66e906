"""The outermost layer: it numbers requests, checks limits, and lets out no error but the catalogue's."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Collection

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.middleware.origins import Origins
from service.middleware.request_limits import BodyLimits, HeldBytes, check_headers, limited
from service.middleware.shares import ALL
from service.openai.error_handlers import error_response, log_error
from service.openai.errors import UNKNOWN_PATH, WireFault, fault_of
from service.telemetry.logs import ACCESS, log_context
from service.telemetry.metrics import OTHER, Metrics
from service.telemetry.tracing import request_span

# One address, one spelling: an escape is only let in where clients write one, for `/` and `:` in a deployment's name.
ESCAPED_NAME = re.compile(rb"/v1/models/(?:[A-Za-z0-9._:/-]|%2[Ff]|%3[Aa])+")
CLIENT_GONE = 499  # what is counted where a client left before its reply began; nginx counts so

access = logging.getLogger(ACCESS)


class BoundaryMiddleware:
    """Pure ASGI: a layer that buffers would hide from what is inside that a client has left."""

    def __init__(
        self,
        app: ASGIApp,
        limits: BodyLimits,
        origins: Origins,
        metrics: Metrics,
        paths: Collection[str],
        *,
        probes: Collection[str] = (),
    ) -> None:
        self._app = origins.readable(app)
        self._max_body = limits.one
        self._held = HeldBytes(limits.all, limits.one)
        self._origins = origins
        self._metrics = metrics
        self._paths = frozenset(paths)
        self._probes = frozenset(probes)  # asked by machines, which know this one's address and not its name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = f"req_{secrets.token_hex(12)}"
        scope.setdefault("state", {})["request_id"] = request_id
        numbered, began = SendWithId(send, request_id), time.monotonic()
        path = scope["path"] if scope["path"] in self._paths else OTHER
        with log_context(request=request_id), request_span(scope, path) as span:
            try:
                await self._answer(scope, receive, numbered)
            finally:
                status, seconds = numbered.status or CLIENT_GONE, time.monotonic() - began
                span.set_attribute("http.response.status_code", status)
                self._metrics.answered(path, status, seconds)
                access.info("%s %s %d %.0f ms", scope["method"], path, status, seconds * 1000)

    async def _answer(self, scope: Scope, receive: Receive, numbered: SendWithId) -> None:
        try:
            check_headers(scope["headers"], self._max_body)
            self._origins.check(scope["headers"], by_address=scope["path"] in self._probes)
            if b"%" in scope.get("raw_path", b"") and not ESCAPED_NAME.fullmatch(scope["raw_path"]):
                raise WireFault(UNKNOWN_PATH)
            # A body is read once its client is known, and then the routes have said what its share is.
            with self._held.counted(lambda: scope["state"].get("share", ALL)) as body:
                await self._app(scope, limited(receive, self._max_body, self._held, body), numbered)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 the last resort: nothing of it may reach the client
            log_error(error, numbered.request_id)
            if not numbered.status:
                self._metrics.failed(fault_of(error).fault.code)
                response: ASGIApp = error_response(error, numbered.request_id)
                # A refused preflight is refused. Any other error is for the page to read.
                told = response if scope["method"] == "OPTIONS" else self._origins.readable(response)
                await told(scope, receive, numbered)


class SendWithId:
    """A `send` that puts the request's id on every reply."""

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


def paths_of(*routers: APIRouter) -> frozenset[str]:
    """The addresses of routes as they are written."""
    return frozenset(route.path for router in routers for route in router.routes if isinstance(route, APIRoute))
