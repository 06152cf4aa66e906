"""What pages load beside themselves: one style sheet, two scripts and a sign, each under an address of its content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fastapi import APIRouter
from starlette.responses import Response

from service.openai.errors import UNKNOWN_PATH, WireFault

MEDIA_TYPES = {
    "console.css": "text/css; charset=utf-8",
    "console.js": "text/javascript; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
    "sign.svg": "image/svg+xml",
}
FOR_GOOD = "public, max-age=31536000, immutable"  # another content has another address

router = APIRouter(prefix="/console/static")


@dataclass(frozen=True)
class StaticFile:
    """A file, and a digest that stands for its content."""

    data: bytes
    digest: str


@cache
def static_file(name: str) -> StaticFile:
    """One of the files; only these are ever read."""
    data = (files("service.console") / "static" / name).read_bytes()
    return StaticFile(data, hashlib.sha256(data).hexdigest()[:16])


def versioned(name: str) -> str:
    """The address of a file as it is now."""
    return f"/console/static/{static_file(name).digest}/{name}"


@router.get("/{digest}/{name}")
async def static(digest: str, name: str) -> Response:
    """A file, for anyone: nothing in it is secret."""
    if name not in MEDIA_TYPES or static_file(name).digest != digest:
        raise WireFault(UNKNOWN_PATH)
    return Response(static_file(name).data, media_type=MEDIA_TYPES[name], headers={"cache-control": FOR_GOOD})
