"""Reading a chat request's body; what takes long (large bodies, pictures) is read beside the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from starlette.requests import Request

from agents.models.base import JsonObject
from agents.strict_json import parse_object
from guard.guard import GuardedDeployment
from service.gate.request_context import Visit
from service.keys.key import Wanted
from service.middleware.request_limits import check_media_type
from service.openai.chat import deployment_name, read_chat
from service.routes.pictures import addresses_in
from service.state import caller_of, service_of

INLINE_BYTES = 32 * 1024  # up to here reading takes well under a millisecond
T = TypeVar("T")


async def read_visit(request: Request) -> Visit:
    """The request as a visit to the deployment that it names; raises faults of the catalogue."""
    check_media_type(request.scope["headers"])
    raw = await request.body()
    service, caller = service_of(request), caller_of(request)

    def parse() -> tuple[JsonObject, GuardedDeployment]:
        document = parse_object(raw)
        return document, service.deployment(deployment_name(document), caller.key)

    document, deployment = await _beside(raw, parse)
    addresses = list(addresses_in(document))
    if caller.key is not None:
        service.doorkeeper.admit(caller.key, Wanted(deployment.name, deployment.config.unguarded, len(addresses)))
    pictures = await service.pictures.of(addresses, deployment.config)
    chat = await _beside(raw, lambda: read_chat(document, deployment.config, pictures))
    return Visit(chat, deployment, caller)


async def _beside(raw: bytes, read: Callable[[], T]) -> T:
    """Do it here, or beside the event loop where it takes long."""
    return read() if len(raw) <= INLINE_BYTES else await asyncio.to_thread(read)
