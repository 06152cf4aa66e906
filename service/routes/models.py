"""GET /v1/models: the deployments that a client may use."""

from __future__ import annotations

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from agents.models.base import JsonObject
from guard.guard import GuardedDeployment
from service.openai.errors import UNKNOWN_PATH, WireFault
from service.routes.dependencies import key_of, service_of

router = APIRouter()


@router.get("/v1/models")
async def models(request: Request) -> Response:
    """All of them."""
    data = [model_object(deployment) for deployment in service_of(request).shown_to(key_of(request)).values()]
    return _json({"object": "list", "data": data})


@router.get("/v1/models/{name:path}")
async def model(request: Request, name: str) -> Response:
    """One of them. Its name may hold `/` and `:`, as they are or percent-encoded."""
    if not name or name.endswith("/"):
        raise WireFault(UNKNOWN_PATH)
    return _json(model_object(service_of(request).deployment(name, key_of(request))))


def model_object(deployment: GuardedDeployment) -> JsonObject:
    """OpenAI's model object; `guard` says how the deployment is guarded."""
    config = deployment.config
    agents = config.agents if config.method == "situational" else None
    return {
        "id": deployment.name,
        "object": "model",
        "created": 0,
        "owned_by": "situguard",
        "guard": {
            "description": config.description,
            "method": config.method,
            "agents": agents.enabled if agents else [],
            "fused": agents.fused if agents else False,
            "contrasted": [name for name in agents.enabled if agents[name].decode.vcd] if agents else [],
            "keeps_scenes": config.keeps_scenes,
            "answers": config.model,
            "mode": config.mode,
            "unguarded": config.unguarded,
            "configuration": deployment.digest,
        },
    }


def _json(body: JsonObject) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")
