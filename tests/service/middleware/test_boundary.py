"""The outermost layer: every reply has an id, and no error but the catalogue's gets out."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from service.middleware.boundary import BoundaryMiddleware, paths_of
from service.middleware.origins import Origins
from service.middleware.request_limits import BodyLimits
from service.openai.errors import INVALID_VALUE, WireFault
from service.telemetry.metrics import Metrics
from tests.service.asgi import serving
from tests.service.raw import error_of
from tests.service.telemetry.test_metrics import value

App = Callable[[Scope, Receive, Send], Awaitable[None]]
LIMITS = BodyLimits(100, 150)


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Replies with the request's id and its body's length."""
    body = await Request(scope, receive).body()
    await PlainTextResponse(f"{scope['state']['request_id']} {len(body)}")(scope, receive, send)


def raising(error: Exception) -> App:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise error

    return app


@asynccontextmanager
async def behind(app: App, metrics: Metrics | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application behind the boundary, which knows the address /known."""
    async with serving(BoundaryMiddleware(app, LIMITS, Origins(), metrics or Metrics(), {"/known"})) as http:
        yield http


async def test_every_reply_has_an_id_of_its_own_which_no_client_chooses() -> None:
    async with behind(echo) as http:
        replies = [await http.get("/known", headers={"x-request-id": "mine"}) for _ in range(2)]
    ids = [reply.headers["x-request-id"] for reply in replies]
    assert [reply.text.split()[0] for reply in replies] == ids
    assert len({"mine", *ids}) == 3
    assert all(each.startswith("req_") for each in ids)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (WireFault(INVALID_VALUE), 400, "invalid_value"),
        (RuntimeError("secret"), 500, "internal_error"),
        (ValueError(b"\xff"), 500, "internal_error"),
    ],
)
async def test_an_error_that_nothing_rendered_is_rendered_here_and_counted(
    error: Exception, status: int, code: str
) -> None:
    metrics = Metrics()
    async with behind(raising(error), metrics) as http:
        reply = await http.get("/known")
    assert (reply.status_code, error_of(reply)["code"]) == (status, code)
    assert "secret" not in reply.text
    assert value(metrics, "faults_total", code=code) == 1
    assert value(metrics, "requests_total", route="/known", status=str(status)) == 1


async def test_an_error_after_the_head_is_logged_and_never_sent(caplog: pytest.LogCaptureFixture) -> None:
    async def halfway(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"so far", "more_body": True})
        raise RuntimeError("secret")

    metrics = Metrics()
    async with behind(halfway, metrics) as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get("/known")
    assert [record.levelno for record in caplog.records if record.name.startswith("service")] == [logging.ERROR]
    assert value(metrics, "faults_total") == 0
    assert value(metrics, "requests_total", status="200") == 1


async def test_a_client_that_left_before_its_reply_is_counted_as_gone() -> None:
    metrics = Metrics()
    async with behind(raising(ClientDisconnect()), metrics) as http:
        reply = await http.get("/known")  # uvicorn's own reply, since nothing was sent
    assert "x-request-id" not in reply.headers
    assert value(metrics, "requests_total", route="/known", status="499") == 1
    assert value(metrics, "faults_total") == 0


@pytest.mark.parametrize(
    "path",
    [
        "/k%6Eown",
        "/known%2F",
        "/%00",
        "/v1%2Fmodels/a",
        "/v1/models/a%2E%2E",
        "/v1/models%2Fa%2Fb",
        "/v1/models/a%252Fb",
    ],
)
async def test_an_address_has_one_spelling(path: str) -> None:
    async with behind(echo) as http:
        reply = await http.get(path)
    assert (reply.status_code, error_of(reply)["code"]) == (404, "unknown_url")


@pytest.mark.parametrize("path", ["/v1/models/vendor%2Fmodel%3Atag", "/v1/models/vendor%2fmodel%3atag"])
async def test_a_deployments_name_may_be_escaped_where_clients_escape_it(path: str) -> None:
    async with behind(echo) as http:
        assert (await http.get(path)).status_code == 200


async def test_an_address_that_is_not_ours_makes_no_label() -> None:
    metrics = Metrics()
    async with behind(echo, metrics) as http:
        await http.get("/secret")
    assert value(metrics, "requests_total", route="other", status="200") == 1
    assert b"secret" not in metrics.text()


async def test_headers_are_checked_before_anything_is_called() -> None:
    async with behind(raising(AssertionError("called"))) as http:
        reply = await http.get("/known", headers=[("authorization", "a"), ("authorization", "b")])
    assert (reply.status_code, error_of(reply)["code"]) == (400, "invalid_headers")


async def test_a_body_is_counted_while_it_comes_and_given_back_after_its_reply() -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 10

    async with behind(echo) as http:
        for _ in range(3):  # two of these at once would be too many
            assert (await http.post("/known", content=b" " * 100)).text.endswith(" 100")
        reply = await http.post("/known", content=endless())
    assert (reply.status_code, error_of(reply)["code"]) == (413, "request_too_large")


async def test_what_is_no_request_passes_through() -> None:
    seen: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    scope = {"type": "lifespan"}
    await BoundaryMiddleware(app, LIMITS, Origins(), Metrics(), ())(scope, None, None)  # type: ignore[arg-type]
    assert seen == [{"type": "lifespan"}]


def test_paths_are_those_of_routes_as_they_are_written() -> None:
    first, second = APIRouter(), APIRouter()
    first.add_api_route("/v1/models/{name}", echo)
    second.add_api_route("/healthz", echo)
    assert paths_of(first, second) == {"/v1/models/{name}", "/healthz"}
