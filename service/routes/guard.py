"""POST /v1/guard: the verdict on a chat request, and no answer."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from service.gate.release import Inquiry
from service.gate.response import WholeAnswer
from service.routes.queue_slot import in_place
from service.routes.request_reader import read_visit
from service.state import service_of

router = APIRouter(dependencies=[Depends(in_place)])


@router.post("/v1/guard")
async def guard(request: Request) -> Response:
    """What the guard says of this request, with each agent's finding."""
    visit = await read_visit(request)
    return WholeAnswer(Inquiry(visit, service_of(request).gate))
