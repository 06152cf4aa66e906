"""/console/keys: client keys are created, limited and revoked. A token is shown once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from fastapi import APIRouter
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guard.errors import UnknownDeployment
from service.console.access import Console, SentForm, Services, Visitor
from service.console.pages import page
from service.keys.key import lapsed
from service.keys.key_settings import ChangedLimits, NewKey
from service.keys.store import this_month

router = APIRouter(prefix="/console/keys")

M = TypeVar("M", bound=BaseModel)
WHOLE = ("requests_per_minute", "pictures_per_minute", "days")


class FieldRejected(ValueError):
    """A field of a form has a value that it does not take. The message names both."""


@router.get("")
async def listed(request: Request, console: Services, _: Visitor) -> Response:
    """All keys, with what they may do and what they have spent this month."""
    return await _page(request, console)


@router.post("")
async def create(request: Request, console: Services, form: SentForm) -> Response:
    """Creates a key. Its token is on this page and nowhere else."""
    try:
        wanted = checked_form(NewKey, {**form, "name": form.get("name", "").strip()})
        console.services.check_deployments(wanted.deployments)
    except (FieldRejected, UnknownDeployment) as error:
        return await _page(request, console, problem=str(error), status=400)
    key, token = await asyncio.to_thread(console.services.store.create, wanted.name, wanted.environment, wanted.limits)
    return await _page(request, console, created=key.name, token=token.text)


@router.post("/limit")
async def limit(request: Request, console: Services, form: SentForm) -> Response:
    """Changes what a key may do. A field that is left empty removes its limit."""
    id = form.pop("id", "")  # noqa: A001 the field's own name
    try:
        wanted = checked_form(ChangedLimits, form, empty_means_none=True)
        console.services.check_deployments(wanted.deployments or ())
    except (FieldRejected, UnknownDeployment) as error:
        return await _page(request, console, problem=str(error), status=400)
    await asyncio.to_thread(console.services.store.limit, id, wanted.applied_to)
    return RedirectResponse("/console/keys", 303)


@router.post("/revoke")
async def revoke(console: Services, form: SentForm) -> Response:
    """Ends a key; it is out within a second."""
    await asyncio.to_thread(console.services.store.revoke, form.get("id", ""))
    return RedirectResponse("/console/keys", 303)


def checked_form(kind: type[M], form: Mapping[str, str], *, empty_means_none: bool = False) -> M:
    """A form as settings of a key, checked like those of the admin API; raises `FieldRejected`."""
    values: dict[str, Any] = {}
    for name, text in form.items():
        if text.strip() == "" and name != "name":
            if empty_means_none and name != "days":
                values[name] = None
        elif name == "deployments":
            values[name] = [each.strip() for each in text.split(",") if each.strip()]
        else:
            values[name] = _number(name, text)
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise FieldRejected(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _number(name: str, text: str) -> Any:
    try:
        if name in WHOLE:
            return int(text)
        return float(text) if name == "spend_per_month" else text
    except ValueError:
        raise FieldRejected(f"{name}: a number is expected here") from None


async def _page(
    request: Request, console: Console, *, status: int = 200, problem: str = "", created: str = "", token: str = ""
) -> Response:
    known = await asyncio.to_thread(console.services.store.read, this_month())
    now = datetime.now(UTC)
    rows = [(key, lapsed(key, now), known.spent.get(key.id, 0.0)) for key in known.clients.values()]
    administrators = await asyncio.to_thread(console.services.store.administrators)
    guards = console.services.guards
    return page(
        request,
        "keys",
        status=status,
        here="keys",
        rows=sorted(rows, key=lambda row: (row[1] is not None, row[0].created_at), reverse=False),
        administrators=administrators,
        deployments=[] if guards is None else list(guards.current.deployments),
        problem=problem,
        created=created,
        token=token,
    )
