"""POST /v1/chat/completions."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from service.gate.release import StreamedPassage, WholePassage
from service.gate.response import Patience, StreamedAnswer, WholeAnswer
from service.routes.queue_slot import in_place
from service.routes.request_reader import read_visit
from service.state import service_of

router = APIRouter(dependencies=[Depends(in_place)])


@router.post("/v1/chat/completions")
async def chat_completions(request: Request) -> Response:
    """An answer that was judged, or what stands in its place."""
    visit = await read_visit(request)
    service = service_of(request)
    if not visit.request.stream:
        return WholeAnswer(WholePassage(visit, service.gate))
    patience = Patience(service.settings.hold_seconds, service.settings.wait_seconds)
    return StreamedAnswer(StreamedPassage(visit, service.gate), patience)
