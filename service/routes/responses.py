"""POST /v1/responses, and what is still held of earlier ones: GET, DELETE and their input items."""

from __future__ import annotations

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from agents.beside import beside
from agents.models.base import JsonObject
from guard.errors import UnknownDeployment
from service.gate.exchange import Exchange
from service.gate.response import StreamedResponse, StreamTiming, WholeResponse
from service.openai.errors import RESPONSE_NOT_FOUND, UNSUPPORTED, WireFault
from service.openai.responses.items import listed_items
from service.openai.responses.request import NOT_HELD, shown
from service.openai.responses.state import HeldResponse
from service.routes.dependencies import held_responses, key_of, responses_api, service_of
from service.routes.request_reader import read_request
from service.routes.work import WorkRoute

work = APIRouter(route_class=WorkRoute)
router = APIRouter()
MAX_LISTED = 100  # items in one answer, as OpenAI has it
DEFAULT_LISTED = 20


@work.post("/v1/responses")
async def create(request: Request) -> Response:
    """An answer that was judged, or what stands in its place."""
    context = await read_request(request, responses_api(request))
    service = service_of(request)
    exchange = Exchange(context, service.gate)
    if not context.request.stream:
        return WholeResponse(exchange)
    timing = StreamTiming(service.settings.hold_seconds, service.settings.wait_seconds)
    return StreamedResponse(exchange, timing)


@router.get("/v1/responses/{id}")
async def retrieve(request: Request, id: str) -> Response:  # noqa: A002 its name in the address
    """A response as it went out."""
    if request.query_params.get("stream") == "true":
        message = "stream: an answer cannot be streamed again; get it whole."
        raise WireFault(UNSUPPORTED, message=message, param="stream")
    return Response(_held(request, id).body, media_type="application/json")


@router.delete("/v1/responses/{id}")
async def delete(request: Request, id: str) -> Response:  # noqa: A002
    """Forget a response."""
    held_responses(request).delete(_held(request, id).id)
    return _json({"id": id, "object": "response", "deleted": True})


@router.get("/v1/responses/{id}/input_items")
async def input_items(request: Request, id: str) -> Response:  # noqa: A002
    """What a response was asked with, the newest first where `order` says nothing else."""
    held = _held(request, id)
    listed = await beside(lambda: listed_items(held.asked, held.tools, f"{id.removeprefix('resp_')}_in"))
    if request.query_params.get("order", "desc") == "desc":
        listed.reverse()
    asked = request.query_params.get("limit", "")
    limit = min(int(asked[:6]), MAX_LISTED) if asked.isascii() and asked.isdigit() else DEFAULT_LISTED
    after = request.query_params.get("after")
    begin = next((place + 1 for place, item in enumerate(listed) if item["id"] == after), 0)
    data = listed[begin : begin + limit]
    return _json(
        {
            "object": "list",
            "data": data,
            "first_id": data[0]["id"] if data else None,
            "last_id": data[-1]["id"] if data else None,
            "has_more": begin + len(data) < len(listed),
        }
    )


def _held(request: Request, identity: str) -> HeldResponse:
    """A response of the same client, by a deployment that it may still use; raises a fault where there is none."""
    found = held_responses(request).find(identity)
    try:
        if found is not None:
            service_of(request).deployment(found.deployment, key_of(request))
            return found
    except UnknownDeployment:
        pass
    raise WireFault(RESPONSE_NOT_FOUND, message=f"Response with id '{shown(identity)}' not found. {NOT_HELD}")


def _json(body: JsonObject) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")
