"""/console/decisions: find decisions, open one, and say whether it was right."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from agents.findings import Verdict
from guard.verdict import Action
from service.audit.content_store import ContentStore
from service.audit.labels import LabelStore, labelled_cases
from service.audit.pictures import picture_type
from service.audit.reader import DecisionFilter, reading
from service.audit.record import StoredRecord
from service.console.access import Console, SentForm, Services, Visitor, author_of
from service.console.decision_view import decision_view
from service.console.pages import page
from service.openai.errors import INVALID_VALUE, UNKNOWN_PATH, Fault, WireFault

DECISION_NOT_FOUND = Fault(404, "invalid_request_error", "decision_not_found", "There is no decision with this id.")
SHOWN = 100  # decisions on a page, the newest; filters find the others
WINDOWS = {"1h": timedelta(hours=1), "24h": timedelta(days=1), "7d": timedelta(days=7), "30d": timedelta(days=30)}
VERDICTS = (*(verdict.value for verdict in Verdict), "none")

router = APIRouter(prefix="/console/decisions")


class Search(BaseModel):
    """What is looked for. An empty field means all; `q` is a decision's id, or its reply's."""

    q: str = ""
    deployment: str = ""
    verdict: str = ""
    action: str = ""
    window: str = "7d"


@router.get("")
async def listed(request: Request, console: Services, _: Visitor, chosen: Annotated[Search, Query()]) -> Response:
    """The newest that match. An id in the search leads straight to its decision."""
    if wanted := chosen.q.strip().removeprefix("chatcmpl-").removeprefix("resp_"):
        return RedirectResponse(f"/console/decisions/show?{urlencode({'id': wanted})}", 303)
    since = datetime.now(UTC) - WINDOWS[chosen.window] if chosen.window in WINDOWS else None
    wanted_ones = DecisionFilter(chosen.deployment or None, chosen.action or None, since, chosen.verdict or None)

    def read() -> dict[str, Any]:
        with reading(console.database) as reader:
            found = reader.last(wanted_ones, SHOWN)[::-1]
        return {"found": found, "labels": LabelStore(console.database).of(each.id for each in found)}

    guards = console.services.guards
    return page(
        request,
        "decisions",
        here="decisions",
        chosen=chosen,
        deployments=[] if guards is None else list(guards.current.deployments),
        verdicts=VERDICTS,
        actions=[each.value for each in Action],
        windows=[*WINDOWS, "all"],
        most=SHOWN,
        **await asyncio.to_thread(read),
    )


@router.get("/show")
async def show(request: Request, console: Services, _: Visitor, id: str) -> Response:  # noqa: A002 the field's own name
    """One decision, with its outcome."""

    def read() -> dict[str, Any]:
        found = _records(console, id)
        view = decision_view(found, ContentStore(console.database.folder))
        if view is None:
            raise WireFault(DECISION_NOT_FOUND)
        label = LabelStore(console.database).of([view.id]).get(view.id)
        right_first = sorted((each.value for each in Verdict), key=lambda each: each != view.decision.get("verdict"))
        return {"view": view, "label": label, "verdicts": right_first}

    return page(request, "decision", here="decisions", **await asyncio.to_thread(read))


@router.post("/label")
async def label(console: Services, session: Visitor, form: SentForm) -> Response:
    """Marks a decision: `expected` is the verdict that would have been right; empty takes the mark back."""
    decision, expected = form.get("id", ""), form.get("expected", "")
    if expected not in {"", *(verdict.value for verdict in Verdict)}:
        raise WireFault(INVALID_VALUE, message="expected: safe, unsafe or unclear.", param="expected")

    def put() -> None:
        _records(console, decision)
        store = LabelStore(console.database)
        if expected:
            store.put(decision, expected, author_of(session))
        else:
            store.remove(decision)

    await asyncio.to_thread(put)
    return RedirectResponse(f"/console/decisions/show?{urlencode({'id': decision})}", 303)


@router.get("/labels.jsonl")
async def export(console: Services, _: Visitor) -> Response:
    """The labelled set, a JSON object a line, with the content that was kept."""

    def lines() -> Iterator[bytes]:
        labels, content = LabelStore(console.database).all(), ContentStore(console.database.folder)
        with reading(console.database) as reader:
            for case in labelled_cases(labels, reader, content):
                yield orjson.dumps(case) + b"\n"

    headers = {"content-disposition": 'attachment; filename="labels.jsonl"'}
    return StreamingResponse(lines(), media_type="application/jsonl", headers=headers)


@router.get("/content/{until}/{digest}")
async def picture(console: Services, _: Visitor, until: str, digest: str) -> Response:
    """A kept picture. Nothing else is served from there: kept text could be a page."""
    data = await asyncio.to_thread(lambda: ContentStore(console.database.folder).read(until, digest))
    media_type = None if data is None else picture_type(data)
    if media_type is None:
        raise WireFault(UNKNOWN_PATH)
    return Response(data, media_type=media_type)


def _records(console: Console, decision: str) -> list[StoredRecord]:
    with reading(console.database) as reader:
        found = reader.of(decision)
    if not found:
        raise WireFault(DECISION_NOT_FOUND)
    return found
