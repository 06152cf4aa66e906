"""GET /admin/models: how each model is, and what its endpoint said when it last failed. For administrators."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Depends
from starlette.responses import Response

from service.admin.access import Administrator, admin_of
from service.admin.description import answers
from service.admin.parameters import known_parameters
from service.admin.shapes import Models

router = APIRouter(prefix="/admin", dependencies=[Depends(admin_of), Depends(known_parameters)])


@router.get("/models", responses=answers(Models))
async def list_models(admin: Administrator) -> Response:
    """All models of the configuration. `state` is `open` where a model gets no calls for a while."""
    health = admin.guards.current.models.health() if admin.guards is not None else {}
    data = [
        {"id": name, "object": "model", "state": each.state, "last_failure": each.failure}
        for name, each in health.items()
    ]
    return Response(orjson.dumps({"object": "list", "data": data}), media_type="application/json")
