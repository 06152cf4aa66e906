"""/console/deployments: what serves, a form for each deployment, and a look at the difference before it is saved."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from agents.models.base import JsonObject
from agents.strict_json import parse_object
from guard.config import Config, Deployment
from guard.errors import ConfigRejected, UnknownDeployment
from service.configuration.document import checked, differences
from service.configuration.version import Version
from service.console.access import Console, SentForm, Services, Visitor, author_of
from service.console.deployment_form import as_change, filled, groups
from service.console.pages import page
from service.openai.errors import INVALID_VALUE, WireFault

router = APIRouter(prefix="/console/deployments")


@router.get("")
async def listed(request: Request, console: Services, _: Visitor) -> Response:
    """All of them, unguarded ones in red."""
    newest, config = await asyncio.to_thread(lambda: _newest(console))
    return page(
        request, "deployments", here="deployments", version=newest, deployments=config.deployments, models=config.models
    )


@router.get("/edit")
async def edit(request: Request, console: Services, _: Visitor, name: str, applied: int | None = None) -> Response:
    """One deployment's form."""
    newest, config = await asyncio.to_thread(lambda: _newest(console))
    return _form(request, newest, config, name, applied=applied)


@router.post("/review")
async def review(request: Request, console: Services, session: Visitor, form: SentForm) -> Response:
    """What a filled form would change, to be confirmed; or what is wrong with it."""
    name = form.get("name", "")
    newest, config = await asyncio.to_thread(lambda: _newest(console))
    deployment = _deployment(config, name)
    patch = as_change(deployment, groups(config.models), form)
    try:
        after = checked(await asyncio.to_thread(lambda: console.live.preview(name, patch)))
    except ConfigRejected as error:
        problems = [(each.field.removeprefix(f"deployments.{name}."), each.message) for each in error.problems]
        return _form(request, newest, config, name, problems=problems, patch=patch, status=400)
    if not (changes := differences(config, after)):
        return RedirectResponse(_edit_url(name), 303)
    return page(
        request,
        "review",
        here="deployments",
        name=name,
        changes=changes,
        base=form.get("base") or newest.number,
        patch=orjson.dumps(patch).decode(),
        warns=after.deployments[name].unguarded or after.deployments[name].mode == "off",
    )


@router.post("/apply")
async def apply(console: Services, session: Visitor, form: SentForm) -> Response:
    """Saves a change that was looked at. It returns when every process serves it."""
    name, patch = form.get("name", ""), parse_object(form.get("patch", "").encode())
    base, author = version_number(form, "base"), author_of(session)
    made = await asyncio.to_thread(lambda: console.live.change_deployment(name, patch, author=author, base=base))
    return RedirectResponse(_edit_url(name, applied=made.number), 303)


@router.post("/copy")
async def copy(console: Services, session: Visitor, form: SentForm) -> Response:
    """Adds a deployment that states what another one states."""
    name, new, author = form.get("name", ""), form.get("new", "").strip(), author_of(session)

    def add() -> Version:
        stated: JsonObject = console.live.newest.document["deployments"]
        if name not in stated:
            raise UnknownDeployment(name, sorted(stated))
        if new in stated:
            raise WireFault(INVALID_VALUE, message=f"There is a deployment {new!r} already.", param="new")
        return console.live.put_deployment(new, stated[name], author=author)

    made = await asyncio.to_thread(add)
    return RedirectResponse(_edit_url(new, applied=made.number), 303)


@router.post("/remove")
async def remove(console: Services, session: Visitor, form: SentForm) -> Response:
    """Takes a deployment out; requests under way finish."""
    name, base, author = form.get("name", ""), version_number(form, "base"), author_of(session)
    await asyncio.to_thread(lambda: console.live.remove_deployment(name, author=author, base=base))
    return RedirectResponse("/console/deployments", 303)


def version_number(form: dict[str, str], field: str) -> int:
    """The number of a version in a form; raises a fault that names the field."""
    text = form.get(field, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise WireFault(INVALID_VALUE, message=f"{field}: the number of a version is expected here.", param=field)
    return int(text)


def _form(
    request: Request,
    newest: Version,
    config: Config,
    name: str,
    *,
    applied: int | None = None,
    problems: list[tuple[str, str]] | None = None,
    patch: JsonObject | None = None,
    status: int = 200,
) -> Response:
    deployment = _deployment(config, name)
    return page(
        request,
        "deployment",
        status=status,
        here="deployments",
        name=name,
        deployment=deployment,
        version=newest,
        groups=_with_patch(filled(deployment, groups(config.models)), patch or {}),
        applied=applied,
        problems=problems or [],
        is_last=len(config.deployments) == 1,
    )


def _with_patch(form: list[tuple[str, list[Any]]], patch: JsonObject) -> list[tuple[str, list[tuple[Any, Any]]]]:
    """The form as it was filled in, where a change was refused: nobody types twice."""

    def value(path: str, before: Any) -> Any:
        found: Any = patch
        for step in path.split("."):
            if not isinstance(found, dict) or step not in found:
                return before
            found = found[step]
        return "" if found is None else found

    return [(title, [(each.field, value(each.field.path, each.value)) for each in fields]) for title, fields in form]


def _newest(console: Console) -> tuple[Version, Config]:
    newest = console.live.newest
    return newest, checked(newest.document)


def _deployment(config: Config, name: str) -> Deployment:
    if name not in config.deployments:
        raise UnknownDeployment(name, sorted(config.deployments))
    return config.deployments[name]


def _edit_url(name: str, **more: Any) -> str:
    return f"/console/deployments/edit?{urlencode({'name': name, **more})}"
