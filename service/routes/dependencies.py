"""What routes depend on: the service's parts, who calls, and a place in the work queue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from starlette.requests import ClientDisconnect, Request

from service.gate.request_context import Caller
from service.keys.key import ClientKey
from service.middleware.disconnect import ClientGone, while_connected
from service.middleware.peers import peer_of
from service.middleware.shares import ALL, Share
from service.openai.responses.request import Responses
from service.openai.responses.state import OwnResponses
from service.state import Service


def service_of(request: Request) -> Service:
    """The parts of the running application."""
    return cast(Service, _state(request)["service"])


async def authenticate(request: Request) -> None:
    """Find out who calls, by their key, where keys are needed, and what share they have. Raises `KeyRefused`."""
    service = service_of(request)
    given = next((value for name, value in request.scope["headers"] if name == b"authorization"), None)
    authorization = None if given is None else given.decode("latin-1")
    key = await service.authenticator.identify(authorization, peer_of(_address(request)))
    state = _state(request)
    state["key"] = key
    if key is not None:
        part = service.settings.key_share if service.authenticator.several else 1.0
        state["share"] = Share(key.id, part)


async def whole_body(request: Request) -> bytearray:
    """The body of a request, read once. It grows in place: joined at its end, a large one would hold the event loop."""
    state = _state(request)
    if "body" not in state:
        body, more = bytearray(), True
        while more:
            message = await request.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            body += message.get("body", b"")
            more = message.get("more_body", False)
        state["body"] = body
    return cast(bytearray, state["body"])


def key_of(request: Request) -> ClientKey | None:
    """The key that a request came with; only after `authenticate`."""
    return cast(ClientKey | None, _state(request)["key"])


def share_of(request: Request) -> Share:
    """How much of what all clients share this one may take; only after `authenticate`."""
    return cast(Share, _state(request).get("share", ALL))


def caller_of(request: Request) -> Caller:
    """Who calls; only after `authenticate`."""
    return Caller(_state(request)["request_id"], _address(request), key_of(request))


def _state(request: Request) -> dict[str, Any]:
    """What `request.state` shows, which takes a hundredth of an unguarded request's time to show it."""
    return cast(dict[str, Any], request.scope["state"])


def _address(request: Request) -> str:
    client = request.scope.get("client")
    return str(client[0]) if client else "unknown"


def held_responses(request: Request) -> OwnResponses:
    """What was released to the same client lately: to its key, or without keys, to all who share the machine."""
    key = key_of(request)
    return service_of(request).held.of("" if key is None else key.id)


def responses_api(request: Request) -> Responses:
    """The Responses API as this client has it."""
    return Responses(held_responses(request), service_of(request).settings.text_bounds.bytes)


@asynccontextmanager
async def queue_slot(request: Request) -> AsyncIterator[None]:
    """A place in the work queue, held until the request is answered.

    It is taken once the body is here, so a slow sender takes none. A client that leaves while it waits frees its turn.
    The rate of a key is checked first: a request counts whatever its body turns out to be. Raises `KeyRefused`.
    """
    service, key, share = service_of(request), key_of(request), share_of(request)
    if key is not None:
        service.authenticator.count_request(key)
    await whole_body(request)
    queue, has_entered = service.queue, False

    async def enter() -> None:
        nonlocal has_entered
        await queue.enter(share)
        has_entered = True

    try:
        await (enter() if queue.has_room_for(share) else while_connected(request.receive, enter()))
        yield
    except ClientGone:
        raise ClientDisconnect from None
    finally:
        if has_entered:
            queue.leave(share)
