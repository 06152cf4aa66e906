"""Reading a chat request's body; what takes long (large bodies, pictures) is read beside the event loop."""

from __future__ import annotations

import asyncio

from starlette.requests import Request

from agents.strict_json import parse_object
from guard.guard import GuardedDeployment
from service.keys.key import Wanted
from service.limits import check_media_type
from service.state import caller_of, service_of
from service.visit import Visit
from service.wire.chat import ChatRequest, deployment_name, read_chat

INLINE_BYTES = 32 * 1024  # up to here reading takes well under a millisecond
PICTURE = b"image_url"


async def read_visit(request: Request) -> Visit:
    """The request as a visit to the deployment that it names; raises faults of the catalogue."""
    check_media_type(request.scope["headers"])
    raw = await request.body()
    service, caller = service_of(request), caller_of(request)

    def read() -> tuple[GuardedDeployment, ChatRequest]:
        document = parse_object(raw)
        deployment = service.deployment(deployment_name(document), caller.key)
        return deployment, read_chat(document, deployment.config)

    short = len(raw) <= INLINE_BYTES and PICTURE not in raw
    deployment, chat = read() if short else await asyncio.to_thread(read)
    if caller.key is not None:
        pictures = len(chat.conversation.pictures)
        service.doorkeeper.admit(caller.key, Wanted(deployment.name, deployment.config.unguarded, pictures))
    return Visit(chat, deployment, caller)
