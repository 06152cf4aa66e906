"""Errors become responses here, and nowhere else."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from agents.errors import ModelFailed, severity
from service.openai.errors import METHOD_NOT_ALLOWED, error_body, error_headers, fault_of

if TYPE_CHECKING:
    from fastapi import FastAPI

    from service.telemetry.metrics import Metrics

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")

logger = logging.getLogger(__name__)


def add_error_handlers(app: FastAPI, metrics: Metrics) -> None:
    """Render and count every error that the catalogue knows. Any other is rendered too, then goes up to be logged."""

    async def render(request: Request, error: Exception) -> Response:
        if not isinstance(error, ClientDisconnect):
            metrics.failed(fault_of(error).fault.code)
        return error_response(error, request.state.request_id, _headers(request, error))

    for kind in fault_of.registry:
        app.add_exception_handler(Exception if kind is object else kind, render)


def _headers(request: Request, error: Exception) -> dict[str, str]:
    """The methods that an address has, where it was asked for by another one (RFC 9110, 15.5.6)."""
    if fault_of(error).fault is not METHOD_NOT_ALLOWED:
        return {}
    routes = request.app.router.routes
    has = [method for method in METHODS if any(_fits(each, {**request.scope, "method": method}) for each in routes)]
    return {"allow": ", ".join(has)}


def _fits(route: BaseRoute, scope: Scope) -> bool:
    return route.matches(scope)[0] is Match.FULL


def error_response(error: BaseException, request_id: str, headers: dict[str, str] | None = None) -> Response:
    """An error in OpenAI's shape, with its status."""
    fault = fault_of(error)
    return Response(
        orjson.dumps(error_body(fault, request_id)),
        fault.fault.status,
        {**error_headers(fault), **(headers or {})},
        "application/json",
    )


def log_error(error: BaseException, request_id: str) -> None:
    """Our own faults with their trace, for the operator alone; a client's faults are no news unless a model refuses."""
    status = fault_of(error).fault.status
    if status == 500:
        logger.error("request %s failed", request_id, exc_info=error)
    elif status > 500 or isinstance(error, ModelFailed):
        logger.log(severity(error), "request %s: %s", request_id, error)
