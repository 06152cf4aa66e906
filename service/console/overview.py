"""/console/: how it goes. The figures refresh themselves."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.audit.reader import reading
from service.console.access import Console, Services, Visitor
from service.console.charts import stacked
from service.console.pages import page
from service.console.traffic import VERDICTS, traffic

MOST = 10_000  # records that are looked at, the newest: more take longer than the time until the next look
WINDOWS = {
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
    "24h": timedelta(days=1),
    "7d": timedelta(days=7),
}
USUAL = "1h"

router = APIRouter(prefix="/console")


@router.get("")
async def without_slash(_: Visitor) -> Response:
    """The address as people type it."""
    return RedirectResponse("/console/", 307)


@router.get("/")
async def overview(request: Request, console: Services, _: Visitor, window: str = USUAL) -> Response:
    """Traffic, verdicts, times, cost and errors."""
    return page(request, "overview", here="overview", **await _figures(console, window))


@router.get("/overview/figures")
async def figures(request: Request, console: Services, _: Visitor, window: str = USUAL) -> Response:
    """The part of the page that refreshes itself."""
    return page(request, "overview_figures", **await _figures(console, window))


async def _figures(console: Console, window: str) -> dict[str, Any]:
    window = window if window in WINDOWS else USUAL
    until = datetime.now(UTC)
    since = until - WINDOWS[window]

    def read() -> dict[str, Any]:
        with reading(console.database) as reader:
            records = reader.newest(since, MOST)
        found = traffic(records, since, until)
        return {"traffic": found, "chart": stacked(found.buckets, VERDICTS), "is_cut": len(records) == MOST}

    return {"window": window, "windows": list(WINDOWS), "most": MOST, **await asyncio.to_thread(read)}
