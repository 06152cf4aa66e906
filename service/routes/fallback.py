"""Everything else under /v1: a 404 in OpenAI's shape. An address that is coming says so."""

from __future__ import annotations

from fastapi import APIRouter

from service.wire.errors import UNKNOWN_PATH, WireFault

router = APIRouter()


@router.post("/v1/responses")
async def responses() -> None:
    """The Responses API."""
    message = "The Responses API is coming; until then use /v1/chat/completions."
    raise WireFault(UNKNOWN_PATH, message=message)
