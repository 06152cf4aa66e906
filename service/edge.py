"""The edge: the outermost layer. It numbers requests, checks limits, and lets out no fault but the catalogue's."""

from __future__ import annotations

import logging
import secrets

import orjson
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.limits import HeldBytes, check_headers, limited
from service.wire.errors import UNKNOWN_PATH, WireFault, error_body, error_headers, fault_of

logger = logging.getLogger(__name__)


class Edge:
    """A pure ASGI wrapper: layers that buffer would hide a client's leaving from what is inside."""

    def __init__(self, app: ASGIApp, max_body: int, held: HeldBytes) -> None:
        self._app = app
        self._max_body = max_body
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = f"req_{secrets.token_hex(12)}"
        scope.setdefault("state", {})["request_id"] = request_id
        numbered = Numbered(send, request_id)
        try:
            check_headers(scope["headers"], self._max_body)
            _check_spelling(scope)
            with self._held.counted() as count:
                await self._app(scope, limited(receive, self._max_body, count), numbered)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 the last place: nothing of it may reach the client
            log_fault(error, request_id)
            if not numbered.started:
                await fault_response(error, request_id)(scope, receive, numbered)


class Numbered:
    """A `send` that gives every reply the request's id."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._header = (b"x-request-id", request_id.encode())
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            message = {**message, "headers": [*message["headers"], self._header]}
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


def log_fault(error: BaseException, request_id: str) -> None:
    """Our own faults with their trace, for the operator alone; a client's faults are no news."""
    status = fault_of(error).fault.status
    if status == 500:
        logger.error("request %s failed", request_id, exc_info=error)
    elif status > 500:
        logger.warning("request %s: %s", request_id, error)
