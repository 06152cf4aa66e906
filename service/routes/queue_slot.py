"""A place in the work queue for a request, taken before its body is read through and held until it is answered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from starlette.requests import ClientDisconnect, Request

from service.gate.response import ClientGone, while_there
from service.state import service_of


async def in_place(request: Request) -> AsyncIterator[None]:
    """A rule of routes: the body is here, so a slow sender takes no place; who leaves while waiting waits no more."""
    await request.body()
    async with AsyncExitStack() as held:
        await _enter(request, held)
        yield


async def _enter(request: Request, held: AsyncExitStack) -> None:
    queue = service_of(request).queue

    async def wait() -> None:
        await held.enter_async_context(queue.place())

    if queue.has_room:
        await wait()
        return
    try:
        await while_there(request.receive, wait())
    except ClientGone:
        raise ClientDisconnect from None
