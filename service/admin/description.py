"""What the admin API says of itself, in OpenAPI's form: each route with its body and with every answer that it gives.

Answers that are no success are taken from the catalogue of faults, so that none has a second wording.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import orjson
from fastapi import APIRouter, Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from agents.models.base import JsonObject
from service.admin.access import admin_of
from service.admin.parameters import known_parameters
from service.admin.shapes import Problem
from service.openai import errors
from service.openai.errors import Fault

# What any request may be answered with, before its route is reached.
ANYWHERE = (
    errors.BAD_HEADERS,
    errors.UNAUTHORISED,
    errors.HOST_NOT_ALLOWED,
    errors.ORIGIN_NOT_ALLOWED,
    errors.BODY_TOO_LARGE,
    errors.MEDIA_TYPE,
    errors.KEY_REFUSALS,
    errors.HEADERS_TOO_LARGE,
    errors.KEYS_UNAVAILABLE,
    errors.STORAGE_UNAVAILABLE,
    errors.OVERLOADED,
    errors.UNKNOWN_FIELD,
    errors.INVALID_VALUE,
)
BODY = (errors.INVALID_JSON, errors.MISSING_FIELD, errors.BODY_TOO_SLOW)
NOT_OURS = {"HTTPValidationError", "ValidationError"}  # FastAPI's own 422, in whose place is the catalogue's 400

Answers = dict[int | str, dict[str, Any]]

router = APIRouter(prefix="/admin", dependencies=[Depends(admin_of), Depends(known_parameters)])


def answers(shape: type[BaseModel], *faults: Fault, status: int = 200) -> Answers:
    """All answers of a route: its reply, the faults that it names, and those that any route has."""
    return {status: {"model": shape}, **refusals(*faults)}


def refusals(*faults: Fault) -> Answers:
    """The answers that are no success, by status."""
    told: dict[int, list[str]] = defaultdict(list)
    for each in (*ANYWHERE, *faults):
        told[each.status].append(f"`{each.code}`: {each.message}")
    return {status: {"model": Problem, "description": "\n".join(lines)} for status, lines in sorted(told.items())}


def body(shape: type[BaseModel]) -> JsonObject:
    """What a route reads, for its `openapi_extra`."""
    return _body(shape.model_json_schema())


def object_body(what: str) -> JsonObject:
    """The same, where the fields are those of the configuration file."""
    return _body({"type": "object", "description": f"{what}; docs/configuration.md has all settings"})


def describe(app: FastAPI) -> JsonObject:
    """The description of the whole application."""
    told = get_openapi(title=app.title, version="1", description=__doc__, routes=app.routes)
    schemas = told["components"]["schemas"]
    told["components"]["schemas"] = {name: each for name, each in schemas.items() if name not in NOT_OURS}
    told["components"]["securitySchemes"] = {"administrator": {"type": "http", "scheme": "bearer"}}
    told["security"] = [{"administrator": []}]
    for path in told["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            for status, answer in operation["responses"].items():
                if status >= "400":  # in JSON, whatever the route's own reply is in
                    answer["content"] = {"application/json": next(iter(answer["content"].values()))}
    return told


@router.get("/openapi.json", responses=refusals())
async def own_description(request: Request) -> Response:
    """This description."""
    return Response(orjson.dumps(describe(request.app)), media_type="application/json")


def _body(schema: JsonObject) -> JsonObject:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
