"""Addresses that are not here say why. Every other one is a 404 in OpenAI's shape, which needs no route."""

from __future__ import annotations

from fastapi import APIRouter

from service.openai.errors import UNKNOWN_PATH, WireFault

router = APIRouter()


METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@router.api_route("/v1/responses/{rest:path}", methods=METHODS)
async def responses() -> None:
    """What the Responses API has beyond the routes of `service.routes.responses`."""
    message = "This part of the Responses API is not here: no background, no compaction, no counting of tokens."
    raise WireFault(UNKNOWN_PATH, message=message)
