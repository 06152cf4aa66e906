"""GET /metrics, on the admin listener."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.responses import Response

from service.metrics import MEDIA_TYPE
from service.routes.admin import Administrator, admin_of

router = APIRouter(dependencies=[Depends(admin_of)])


@router.get("/metrics")
async def metrics(admin: Administrator) -> Response:
    """What was counted since the process began."""
    return Response(admin.metrics.text(), media_type=MEDIA_TYPE)
