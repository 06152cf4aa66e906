"""Errors become responses in one place: counted, in OpenAI's shape, and logged only where they are our own."""

from __future__ import annotations

import json
import logging

import pytest
from fastapi import FastAPI, Request
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from agents.errors import ModelFailed
from guard.errors import NotJudged
from service.openai.error_handlers import add_error_handlers, error_response, log_error
from service.openai.errors import INVALID_VALUE, WireFault
from service.telemetry.metrics import Metrics
from tests.service.asgi import serving
from tests.service.telemetry.test_metrics import value


def numbered(app: ASGIApp) -> ASGIApp:
    """The application behind a layer that numbers its requests."""

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["request_id"] = "req_1"
        await app(scope, receive, send)

    return outer


def failing(errors: dict[str, Exception], metrics: Metrics) -> ASGIApp:
    """An application whose every address raises an error of its own."""
    app = FastAPI()
    add_error_handlers(app, metrics)

    @app.get("/{name}")
    async def fail(request: Request, name: str) -> None:
        raise errors[name]

    return numbered(app)


async def test_an_error_in_a_route_is_rendered_and_counted() -> None:
    metrics = Metrics()
    errors = {"wire": WireFault(INVALID_VALUE, message="n: too large.", param="n"), "guard": NotJudged("timeout")}
    async with serving(failing(errors, metrics)) as http:
        wire, guard = await http.get("/wire"), await http.get("/guard")
        nowhere = await http.post("/wire")
    assert (wire.status_code, wire.json()["error"]["param"]) == (400, "n")
    assert (guard.status_code, guard.headers["retry-after"]) == (503, "1")
    assert (nowhere.status_code, nowhere.json()["error"]["code"]) == (405, "method_not_allowed")
    for code in ("invalid_value", "guard_unavailable", "method_not_allowed"):
        assert value(metrics, "faults_total", code=code) == 1


async def test_an_error_that_nobody_knows_is_a_500_that_says_nothing() -> None:
    metrics = Metrics()
    async with serving(failing({"bug": RuntimeError("secret")}, metrics)) as http:
        reply = await http.get("/bug")
    assert (reply.status_code, reply.json()["error"]["code"]) == (500, "internal_error")
    assert "secret" not in reply.text
    assert value(metrics, "faults_total", code="internal_error") == 1


async def test_a_client_that_left_is_not_counted_as_a_fault() -> None:
    metrics = Metrics()
    async with serving(failing({"gone": ClientDisconnect()}, metrics)) as http:
        await http.get("/gone")
    assert value(metrics, "faults_total") == 0


def test_a_response_has_its_status_its_body_and_the_headers_beside_it() -> None:
    response = error_response(ModelFailed("m", "overloaded", retry_after=3), "req_1", {"x-guard-verdict": "safe"})
    assert response.status_code == 503
    assert (response.headers["retry-after"], response.headers["x-guard-verdict"]) == ("3", "safe")
    assert response.headers["content-type"] == "application/json"
    assert json.loads(bytes(response.body))["error"]["request_id"] == "req_1"


@pytest.mark.parametrize(
    ("error", "levels"),
    [
        (RuntimeError("a bug"), [logging.ERROR]),
        (ModelFailed("m", "timeout"), [logging.WARNING]),
        (NotJudged("timeout"), [logging.WARNING]),
        (WireFault(INVALID_VALUE), []),
    ],
)
def test_our_faults_are_logged_and_a_clients_are_not(
    error: Exception, levels: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    log_error(error, "req_1")
    assert [record.levelno for record in caplog.records] == levels
    assert all("req_1" in record.getMessage() for record in caplog.records)
    assert all(bool(record.exc_info) is (record.levelno == logging.ERROR) for record in caplog.records)
