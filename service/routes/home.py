"""GET /: what this is and where to go, for someone who opens the address in a browser. It needs no key."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

router = APIRouter()

TEXT = """\
Situguard: a safety guard for multimodal models, between your app and its model.

It speaks OpenAI's API. Point a client's base_url at this address with /v1 at its end.
With keys, send one as "Authorization: Bearer ...".

  GET  /v1/models            the deployments that you may name as "model"
  POST /v1/chat/completions  a guarded answer
  POST /v1/guard             the verdict alone, with what the agents found
  GET  /healthz, /readyz     whether the process runs, and whether it can serve

On the command line: situguard ask "How do I get down from here?" --image photo.jpg
"""


@router.api_route("/", methods=["GET", "HEAD"])
async def home() -> Response:
    """In plain text, for people and for curl."""
    return PlainTextResponse(TEXT)
