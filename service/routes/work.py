"""Routes that ask for work: each request's client is known, and it holds a place in the queue until it is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service.routes.dependencies import authenticate, queue_slot

Endpoint = Callable[[Request], Awaitable[Response]]


class WorkRoute(APIRoute):
    """It calls what it depends on itself: FastAPI's injection would take a tenth of an unguarded request's time.

    So it has no `dependencies` of its own.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        endpoint: Endpoint = self.endpoint
        if self.dependencies:
            raise TypeError(f"{self.path}: dependencies would not be called")

        async def handle(request: Request) -> Response:
            return Work(endpoint, request)

        return handle


class Work(Response):
    """The answer to a request, asked for and sent while the request has its place."""

    background = None  # FastAPI looks for it

    def __init__(self, endpoint: Endpoint, request: Request) -> None:
        self._endpoint = endpoint
        self._request = request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await authenticate(self._request)
        async with queue_slot(self._request):
            response = await self._endpoint(self._request)
            await response(scope, receive, send)
