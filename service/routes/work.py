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
    """It answers by itself: FastAPI's injection and exit stacks would take a tenth of an unguarded request's time.

    So it has no `dependencies` of its own.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        if self.dependencies:
            raise TypeError(f"{self.path}: dependencies would not be called")
        return super().get_route_handler()

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask for the answer, and send it, while the request has its place."""
        if self.methods and scope["method"] not in self.methods:
            await super().handle(scope, receive, send)  # which refuses it
            return
        endpoint: Endpoint = self.endpoint
        request = Request(scope, receive, send)
        await authenticate(request)
        async with queue_slot(request):
            response = await endpoint(request)
            await response(scope, receive, send)
