"""Routes that ask for work: each request's client is known, and it holds a place in the queue until it is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

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


class WorkMiddleware:
    """Finds work by its address alone: FastAPI's layers would take a fifteenth of an unguarded request's time.

    What it raises, the boundary makes a response of.
    """

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        work = [route for route in routes if isinstance(route, WorkRoute)]
        self._routes = {(route.path, method): route for route in work for method in route.methods or ()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._routes.get((scope["path"], scope["method"])) if scope["type"] == "http" else None
        await (self._app(scope, receive, send) if route is None else route.handle(scope, receive, send))
