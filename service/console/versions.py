"""/console/versions: who changed the configuration, when and what; and the way back."""

from __future__ import annotations

import asyncio
from typing import Any

import yaml
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.configuration.document import checked, differences
from service.configuration.live import changes_of
from service.configuration.version import State
from service.console.access import SentForm, Services, Visitor, author_of
from service.console.deployments import version_number
from service.console.pages import page

router = APIRouter(prefix="/console/versions")


@router.get("")
async def listed(request: Request, console: Services, _: Visitor, applied: int | None = None) -> Response:
    """The last versions, refused ones too, each with what it changed."""

    def read() -> dict[str, Any]:
        found = console.live.store.history()
        rows = [(each, changes_of(each, found)) for each in found]
        return {"rows": rows, "newest": console.live.newest.number, "processes": console.live.store.processes()}

    return page(request, "versions", here="deployments", applied=applied, **await asyncio.to_thread(read))


@router.get("/{number}")
async def version(request: Request, console: Services, _: Visitor, number: int) -> Response:
    """One version: what it states, and what going back to it would change."""

    def read() -> dict[str, Any]:
        found, newest = console.live.store.version(number), console.live.newest
        is_committed = found.state is State.COMMITTED
        return {
            "found": found,
            "newest": newest,
            "back": differences(checked(newest.document), checked(found.document)) if is_committed else [],
            "text": yaml.safe_dump(found.document, allow_unicode=True, sort_keys=False),
            "may_go_back": is_committed and found.document != newest.document,
        }

    return page(request, "version", here="deployments", **await asyncio.to_thread(read))


@router.post("/rollback")
async def roll_back(console: Services, session: Visitor, form: SentForm) -> Response:
    """Serves again what an earlier version stated."""
    number, base, author = version_number(form, "version"), version_number(form, "base"), author_of(session)
    made = await asyncio.to_thread(lambda: console.live.roll_back(number, author=author, base=base))
    return RedirectResponse(f"/console/versions?applied={made.number}", 303)
