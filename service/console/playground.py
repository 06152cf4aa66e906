"""/console/playground: one question, asked of two deployments side by side. It asks the proxy as any client does."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from agents.models.base import JsonObject
from service.admin.body import read_fields
from service.console.access import Services, Visitor, script_of
from service.console.pages import page
from service.console.proxy_client import ProxyUnreachable
from service.examples import EXAMPLES, example_picture
from service.openai.errors import INVALID_VALUE, UNKNOWN_PATH, Fault, WireFault

PROXY_UNREACHABLE = Fault(502, "server_error", "proxy_unreachable", "The proxy does not answer at its own address.")
# A client's key goes into a header as it is.
KEY = re.compile(r"[!-~]{0,400}")

router = APIRouter(prefix="/console/playground")
Scripted = Annotated[object, Depends(script_of)]


class Access(BaseModel):
    """The client key to ask with, where keys are needed. It is used and kept nowhere."""

    model_config = ConfigDict(extra="forbid", strict=True)

    key: str = Field(default="", repr=False)


class Question(Access):
    """What to ask, of whom. `picture` is a data URL."""

    deployment: str = Field(min_length=1, max_length=200)
    text: str = Field(max_length=20_000)
    picture: str | None = Field(default=None, pattern=r"^data:image/[a-z]+;base64,", repr=False)


@router.get("")
async def playground(request: Request, _: Visitor) -> Response:
    """The page; its script asks and shows."""
    return page(request, "playground", here="playground", examples=EXAMPLES)


@router.post("/deployments")
async def deployments(request: Request, console: Services, _: Scripted) -> Response:
    """The deployments that the key may ask, as the proxy lists them to any client."""
    wanted = await read_fields(request, Access)
    try:
        status, body = await console.proxy.models(_key(wanted))
    except ProxyUnreachable:
        raise WireFault(PROXY_UNREACHABLE) from None
    return Response(body, status, media_type="application/json")


@router.post("/ask")
async def ask(request: Request, console: Services, _: Scripted) -> Response:
    """Asks, and passes the stream on as it comes."""
    question = await read_fields(request, Question)
    pieces = console.proxy.ask(_body(question), _key(question))
    try:
        status, media_type, _none = await anext(pieces)
    except ProxyUnreachable:
        raise WireFault(PROXY_UNREACHABLE) from None
    return StreamingResponse(_passed_on(pieces), status, media_type=media_type)


@router.get("/examples/{name}")
async def example(_: Visitor, name: str) -> Response:
    """The picture of an example."""
    data = example_picture(name)
    if data is None:
        raise WireFault(UNKNOWN_PATH)
    return Response(data, media_type="image/png")


async def _passed_on(pieces: AsyncIterator[tuple[int, str, bytes]]) -> AsyncIterator[bytes]:
    """The rest of a reply. One that breaks off ends there: the page sees that its end is missing."""
    async with aclosing(pieces) as open_pieces:  # type: ignore[type-var]  # it is a generator
        try:
            async for _, _, piece in open_pieces:
                yield piece
        except ProxyUnreachable:
            return


def _body(question: Question) -> JsonObject:
    picture = [{"type": "image_url", "image_url": {"url": question.picture}}] if question.picture else []
    content = [*picture, {"type": "text", "text": question.text}]
    return {
        "model": question.deployment,
        "messages": [{"role": "user", "content": content}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def _key(wanted: Access) -> str:
    if not KEY.fullmatch(wanted.key):
        raise WireFault(INVALID_VALUE, message="key: a client key has no spaces and no other characters.", param="key")
    return wanted.key
