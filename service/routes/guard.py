"""POST /v1/guard: the verdict on a chat request, and no answer."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from service.gate.exchange import Exchange
from service.gate.response import VerdictResponse
from service.openai.chat import ChatCompletions
from service.routes.dependencies import queue_slot, service_of
from service.routes.request_reader import read_request

router = APIRouter(dependencies=[Depends(queue_slot)])


@router.post("/v1/guard")
async def guard(request: Request) -> Response:
    """What the guard says of this request, with each agent's finding."""
    context = await read_request(request, ChatCompletions(), verdict_only=True)
    return VerdictResponse(Exchange(context, service_of(request).gate))
