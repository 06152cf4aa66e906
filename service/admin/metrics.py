"""GET /metrics: the counters of the proxy, for Prometheus. On the admin listener alone, for administrators."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.responses import PlainTextResponse, Response

from service.admin.access import Administrator, admin_of
from service.admin.description import refusals
from service.telemetry.metrics import MEDIA_TYPE

router = APIRouter(dependencies=[Depends(admin_of)])


@router.get("/metrics", response_class=PlainTextResponse, responses=refusals())
async def metrics(admin: Administrator) -> Response:
    """What was counted since the process began."""
    return Response(admin.metrics.text(), media_type=MEDIA_TYPE)
