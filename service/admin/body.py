"""The bodies of administrators' requests: strict JSON, checked field by field."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from agents.models.base import JsonObject
from agents.strict_json import parse_object
from service.middleware.request_limits import check_media_type
from service.openai.values import invalid, missing, unknown

M = TypeVar("M", bound=BaseModel)


async def read_object(request: Request) -> JsonObject:
    """The body as a JSON object; raises a fault of the catalogue."""
    check_media_type(request.scope["headers"])
    return parse_object(await request.body())


async def read_fields(request: Request, kind: type[M]) -> M:
    """The body as what a route expects; a field that is unknown or wrong is named."""
    given = await read_object(request)
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        problems = {each["type"]: ".".join(str(step) for step in each["loc"]) for each in error.errors()}
        if "extra_forbidden" in problems:
            raise unknown(problems["extra_forbidden"], f"; there are {', '.join(kind.model_fields)}") from None
        if "missing" in problems:
            raise missing(problems["missing"]) from None
        raise invalid(next(iter(problems.values())), "not a value that this field takes") from None
