"""POST /v1/chat/completions."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.gate.exchange import Exchange
from service.gate.progress import AGENTS, PROGRESS_HEADER
from service.gate.response import StreamedResponse, StreamTiming, WholeResponse
from service.openai.chat import ChatCompletions
from service.routes.dependencies import service_of
from service.routes.request_reader import read_request
from service.routes.work import WorkRoute

router = APIRouter(route_class=WorkRoute)


@router.post("/v1/chat/completions")
async def chat_completions(request: Request) -> Response:
    """An answer that was judged, or what stands in its place."""
    context = await read_request(request, ChatCompletions())
    service = service_of(request)
    exchange = Exchange(context, service.gate)
    if not context.request.stream:
        return WholeResponse(exchange)
    timing = StreamTiming(service.settings.hold_seconds, service.settings.wait_seconds)
    return StreamedResponse(exchange, timing, tells_progress=request.headers.get(PROGRESS_HEADER) == AGENTS)
