"""Addresses that are coming say so. Every other one is a 404 in OpenAI's shape, which needs no route."""

from __future__ import annotations

from fastapi import APIRouter

from service.openai.errors import UNKNOWN_PATH, WireFault

router = APIRouter()


METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@router.api_route("/v1/responses", methods=METHODS)
@router.api_route("/v1/responses/{rest:path}", methods=METHODS)
async def responses() -> None:
    """The Responses API."""
    message = "The Responses API is coming; until then use /v1/chat/completions."
    raise WireFault(UNKNOWN_PATH, message=message)
