"""/admin/configuration and /admin/deployments: what serves, and changes to it. For administrators.

A 200 means that every process serves the version that the reply names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from agents.models.base import JsonObject
from guard.errors import UnknownDeployment
from service.admin.access import Administrator, Author, admin_of
from service.admin.body import read_fields, read_object
from service.admin.description import BODY, answers, body, object_body
from service.admin.parameters import known_parameters
from service.admin.shapes import ChangedVersion, Current, Deployment, Deployments, StatedVersion, Versions
from service.configuration.document import Difference, checked, differences
from service.configuration.live import LiveConfiguration, changes_of
from service.configuration.version import Version
from service.openai.errors import (
    CHANGE_CONFLICT,
    CHANGE_NOT_APPLIED,
    CONFIGURATION_REJECTED,
    MODEL_NOT_FOUND,
    UNKNOWN_PATH,
    VERSION_NOT_FOUND,
    WireFault,
)

router = APIRouter(prefix="/admin", dependencies=[Depends(admin_of), Depends(known_parameters)])

CHANGE = (CONFIGURATION_REJECTED, CHANGE_CONFLICT, CHANGE_NOT_APPLIED, UNKNOWN_PATH)
NO_DEPLOYMENT = (MODEL_NOT_FOUND, UNKNOWN_PATH)
NO_VERSION = (VERSION_NOT_FOUND, UNKNOWN_PATH)

Number = Annotated[int, Field(ge=1, le=2**63 - 1)]  # what the database can count to
Base = Annotated[Number | None, Query()]
"""The version that a change was made against: it is refused where that is no longer the newest."""


class RollBack(BaseModel):
    """Which version to go back to."""

    model_config = ConfigDict(extra="forbid", strict=True)

    version: Number


class ApplyFile(BaseModel):
    """Whether the file may undo changes that were made since it was applied."""

    model_config = ConfigDict(extra="forbid", strict=True)

    replace_live: bool = False


def _live(admin: Administrator) -> LiveConfiguration:
    if admin.live is None:
        raise WireFault(UNKNOWN_PATH)
    return admin.live


Live = Annotated[LiveConfiguration, Depends(_live)]


@router.get("/configuration", responses=answers(Current, UNKNOWN_PATH))
async def current(live: Live) -> Response:
    """The newest version, what it states, and which version each process serves."""

    def read() -> JsonObject:
        newest = live.newest
        processes = [
            {"process": each.process, "pid": each.pid, "version": each.serving, "problem": each.problem}
            for each in live.store.processes()
        ]
        return {**_version_object(newest), "configuration": newest.document, "processes": processes}

    return await _answer(read)


@router.get("/configuration/versions", responses=answers(Versions, UNKNOWN_PATH))
async def history(live: Live) -> Response:
    """The last versions, the newest first, each with what it changed."""

    def read() -> JsonObject:
        listed = live.store.history()
        return {
            "object": "list",
            "data": [_changed_version(each, changes_of(each, listed)) for each in listed],
        }

    return await _answer(read)


@router.get("/configuration/versions/{number}", responses=answers(StatedVersion, *NO_VERSION))
async def version(live: Live, number: Number) -> Response:
    """One version, with what it states."""

    def read() -> JsonObject:
        found = live.store.version(number)
        return {**_version_object(found), "configuration": found.document}

    return await _answer(read)


@router.post(
    "/configuration/rollback",
    responses=answers(ChangedVersion, *BODY, *CHANGE, VERSION_NOT_FOUND),
    openapi_extra=body(RollBack),
)
async def roll_back(request: Request, author: Author, live: Live, base: Base = None) -> Response:
    """Go back to what an earlier version stated: `{"version": 3}`."""
    wanted = await read_fields(request, RollBack)
    return await _changed(live, lambda: live.roll_back(wanted.version, author=author, base=base))


@router.post("/configuration/apply", responses=answers(ChangedVersion, *BODY, *CHANGE), openapi_extra=body(ApplyFile))
async def apply(request: Request, author: Author, live: Live) -> Response:
    """Read the file again. `{"replace_live": true}` lets it undo changes that were made since it was applied."""
    wanted = await read_fields(request, ApplyFile)
    return await _changed(live, lambda: live.apply_file(author=author, replace_live=wanted.replace_live))


@router.get("/deployments", responses=answers(Deployments, UNKNOWN_PATH))
async def deployments(live: Live) -> Response:
    """All deployments as the newest version states them."""

    def read() -> JsonObject:
        newest = live.newest
        data = [_deployment_object(newest, name) for name in newest.document["deployments"]]
        return {"object": "list", "version": newest.number, "data": data}

    return await _answer(read)


@router.get("/deployments/{name:path}", responses=answers(Deployment, *NO_DEPLOYMENT))
async def deployment(live: Live, name: str) -> Response:
    """One deployment: what is stated of it, and every setting with its default."""

    def read() -> JsonObject:
        newest = live.newest
        if name not in newest.document["deployments"]:
            raise UnknownDeployment(name, sorted(newest.document["deployments"]))
        effective = checked(newest.document).deployments[name].model_dump(mode="json")
        return {**_deployment_object(newest, name), "version": newest.number, "effective": effective}

    return await _answer(read)


@router.patch(
    "/deployments/{name:path}",
    responses=answers(ChangedVersion, *BODY, *CHANGE, MODEL_NOT_FOUND),
    openapi_extra=object_body("Settings to change"),
)
async def change(request: Request, author: Author, live: Live, name: str, base: Base = None) -> Response:
    """Change what is named (RFC 7396): `{"agents": {"visual": false}}`. null takes a setting back to its default."""
    patch = await read_object(request)
    return await _changed(live, lambda: live.change_deployment(name, patch, author=author, base=base))


@router.put(
    "/deployments/{name:path}",
    responses=answers(ChangedVersion, *BODY, *CHANGE),
    openapi_extra=object_body("A deployment's settings"),
)
async def put(request: Request, author: Author, live: Live, name: str, base: Base = None) -> Response:
    """Add a deployment, or state one anew."""
    setting = await read_object(request)
    return await _changed(live, lambda: live.put_deployment(name, setting, author=author, base=base))


@router.delete("/deployments/{name:path}", responses=answers(ChangedVersion, *CHANGE, MODEL_NOT_FOUND))
async def remove(author: Author, live: Live, name: str, base: Base = None) -> Response:
    """Take a deployment out; requests under way finish."""
    return await _changed(live, lambda: live.remove_deployment(name, author=author, base=base))


async def _changed(live: LiveConfiguration, make: Callable[[], Version]) -> Response:
    def change_it() -> JsonObject:
        before = live.newest
        after = make()
        return _changed_version(after, differences(checked(before.document), checked(after.document)))

    return await _answer(change_it)


async def _answer(work: Callable[[], JsonObject]) -> Response:
    try:
        found = await asyncio.to_thread(work)
    except UnknownDeployment as error:  # an administrator may know which ones there are
        raise WireFault(MODEL_NOT_FOUND, message=f"{error}.", param="name") from None
    return Response(orjson.dumps(found), media_type="application/json")


def _version_object(version: Version) -> JsonObject:
    return {
        "object": "configuration_version",
        "version": version.number,
        "at": version.at.isoformat(),
        "author": version.author,
        "origin": version.origin,
        "state": version.state,
        "reason": version.reason,
    }


def _changed_version(version: Version, changes: Sequence[Difference]) -> JsonObject:
    return {**_version_object(version), "changes": [str(each) for each in changes]}


def _deployment_object(version: Version, name: str) -> JsonObject:
    return {"id": name, "object": "deployment", "stated": version.document["deployments"][name]}
