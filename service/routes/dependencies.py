"""What routes depend on: the service's parts, who calls, and a place in the work queue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import cast

from starlette.requests import ClientDisconnect, Request

from service.gate.request_context import Caller
from service.keys.key import ClientKey
from service.middleware.disconnect import ClientGone, while_connected
from service.state import Service


def service_of(request: Request) -> Service:
    """The parts of the running application."""
    return cast(Service, request.state.service)


async def authenticate(request: Request) -> None:
    """Find out who calls, by their key, where keys are needed. Raises `KeyRefused`."""
    authenticator = service_of(request).authenticator
    request.state.key = await authenticator.identify(request.headers.get("authorization"))


async def whole_body(request: Request) -> bytearray:
    """The body of a request, read once. It grows in place: joined at its end, a large one would hold the event loop."""
    if not hasattr(request.state, "body"):
        body = bytearray()
        async for piece in request.stream():
            body += piece
        request.state.body = body
    return cast(bytearray, request.state.body)


def key_of(request: Request) -> ClientKey | None:
    """The key that a request came with; only after `authenticate`."""
    return cast(ClientKey | None, request.state.key)


def caller_of(request: Request) -> Caller:
    """Who calls; only after `authenticate`."""
    peer = request.client.host if request.client else "unknown"
    return Caller(request.state.request_id, peer, key_of(request))


async def queue_slot(request: Request) -> AsyncIterator[None]:
    """A place in the work queue, held until the request is answered.

    It is taken once the body is here, so a slow sender takes none. A client that leaves while it waits frees its turn.
    """
    await whole_body(request)
    queue = service_of(request).queue
    async with AsyncExitStack() as held:

        async def wait() -> None:
            await held.enter_async_context(queue.place())

        if queue.has_room:
            await wait()
        else:
            try:
                await while_connected(request.receive, wait())
            except ClientGone:
                raise ClientDisconnect from None
        yield
