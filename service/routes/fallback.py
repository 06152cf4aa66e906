"""Addresses that are not here say why. Every other one is a 404 in OpenAI's shape, which needs no route."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request

from service.openai.body import read_body
from service.openai.chat import deployment_name
from service.openai.errors import UNKNOWN_PATH, WireFault
from service.routes.dependencies import service_of, whole_body

router = APIRouter()


METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@router.post("/v1/responses/compact")
async def compact(request: Request) -> None:
    """A request that names no model is wrong wherever it is sent."""
    deployment_name(read_body(await whole_body(request), service_of(request).settings.text_bounds).document)
    await responses()


@router.api_route("/v1/responses/{rest:path}", methods=METHODS)
async def responses() -> None:
    """What the Responses API has beyond the routes of `service.routes.responses`."""
    message = "This part of the Responses API is not here: no background, no compaction, no counting of tokens."
    raise WireFault(UNKNOWN_PATH, message=message)
