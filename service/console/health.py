"""/console/health: models, records, queue, canaries, and the processes that serve. And what shadow mode found."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.audit.content_store import ContentStore
from service.audit.reader import DecisionFilter, reading
from service.audit.shadow_report import shadow_reports
from service.console.access import Console, Services, Visitor
from service.console.decisions import WINDOWS
from service.console.pages import page

router = APIRouter(prefix="/console")


@dataclass(frozen=True)
class CanaryState:
    """A canary, and whether its last verdict was right; None before the first."""

    name: str
    deployment: str
    expect: str
    right: bool | None


@router.get("/health")
async def health(request: Request, console: Services, _: Visitor) -> Response:
    """How everything is."""
    return page(request, "health", here="health", **await _state(console))


@router.get("/health/state")
async def state(request: Request, console: Services, _: Visitor) -> Response:
    """The part of the page that refreshes itself."""
    return page(request, "health_state", **await _state(console))


@router.get("/shadow")
async def shadow(request: Request, console: Services, _: Visitor, window: str = "7d") -> Response:
    """What deployments in shadow mode would have held back."""
    since = datetime.now(UTC) - WINDOWS.get(window, WINDOWS["7d"])

    def read() -> list[Any]:
        with reading(console.database) as reader:
            return list(shadow_reports(reader.matching(DecisionFilter(since=since))).values())

    reports = await asyncio.to_thread(read)
    return page(request, "shadow", here="deployments", reports=reports, window=window, windows=list(WINDOWS))


async def _state(console: Console) -> dict[str, Any]:
    guards, metrics = console.services.guards, console.services.metrics
    guard = None if guards is None else guards.current
    canaries = [] if guard is None else guard.config.canaries.items()
    return {
        "models": {} if guard is None else guard.models.health(),
        "canaries": [
            CanaryState(name, each.deployment, each.expect, _right(metrics.value("canary", canary=name)))
            for name, each in canaries
        ],
        "queue": {
            "in work": metrics.value("in_work"),
            "waiting": metrics.value("waiting"),
            "loop lag": metrics.value("loop_lag_seconds"),
        },
        **await asyncio.to_thread(lambda: _storage(console)),
    }


def _storage(console: Console) -> dict[str, Any]:
    folder = console.database.folder
    with reading(console.database) as reader:
        count, writers = reader.newest_row(), reader.writers()
    live = console.services.live
    return {
        "records": count,
        "writers": writers,
        "folder": folder,
        "size": sum(each.stat().st_size for each in folder.glob("records.sqlite3*")),
        "free": shutil.disk_usage(folder).free,
        "kept_days": sum(1 for _ in ContentStore(folder).days()),
        "processes": [] if live is None else live.store.processes(),
        "newest": None if live is None else live.newest.number,
    }


def _right(value: float | None) -> bool | None:
    return None if value is None else bool(value)
