"""GET /healthz: the process runs. GET /readyz: it can serve, that is, models are loaded and records can be written."""

from __future__ import annotations

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.audit.errors import RecordsUnavailable
from service.routes.dependencies import service_of

router = APIRouter()


@router.get("/healthz")
async def healthz() -> Response:
    return Response(b'{"status":"ok"}', media_type="application/json")


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """Each part by name; 503 while one is not ready."""
    service = service_of(request)
    parts = {"models": service.guard.ready, "records": True}
    try:
        await service.records.check()
    except RecordsUnavailable:
        parts["records"] = False
    body = {"status": "ready" if all(parts.values()) else "not ready", **parts}
    return Response(orjson.dumps(body), 200 if all(parts.values()) else 503, media_type="application/json")
