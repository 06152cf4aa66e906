"""The HTTP response to an exchange: its head tells the verdict, its end how it ended, whole or as events."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from agents.errors import ModelFailed
from agents.models.scripted import ScriptedModel
from guard.errors import NotJudged
from service.gate.response import (
    GuardedResponse,
    StreamedResponse,
    StreamTiming,
    VerdictResponse,
    WholeResponse,
    guard_headers,
    guard_object,
)
from service.openai.chat import KEEP_ALIVE
from tests.scripts import UNSAFE, Roles
from tests.service.apis import Api, apis
from tests.service.asgi import serving
from tests.service.gate.in_process import RAW, asked, opened
from tests.service.recorded import TOOLS
from tests.service.running import Cast, body, cast, golf_messages, paced, records, running
from tests.service.telemetry.test_metrics import value
from tests.service.test_transparency import TOOL, events, guarding
from tests.service.waiting import until

BROKEN = ModelFailed("judges", "connection")
PATIENT = StreamTiming(20, 20)


def responding(response: GuardedResponse) -> ASGIApp:
    """An application with this response at every address."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        scope.setdefault("state", {})["request_id"] = "req_1"
        await response(scope, receive, send)

    return app


async def sent(response: GuardedResponse) -> httpx.Response:
    """The response as a client has it in the end."""
    async with serving(responding(response)) as http:
        return await http.get("/")


# ---- the head ----


async def test_before_there_is_a_verdict_the_head_says_pending_and_after_it_the_verdict(tmp_path: Path) -> None:
    async with opened(tmp_path, cast(Roles(situation=UNSAFE))) as app:
        exchange = app.exchange()
        decision = {"x-guard-decision": exchange.context.decision}
        assert guard_headers(exchange) == {**decision, "x-guard-verdict": "pending", "x-guard-action": "pending"}
        assert guard_object(exchange) is None
        await exchange.decide()
        assert guard_headers(exchange) == {**decision, "x-guard-verdict": "unsafe", "x-guard-action": "warn"}


async def test_where_none_could_be_had_the_head_says_none(tmp_path: Path) -> None:
    async with opened(tmp_path, cast(Roles(situation=BROKEN))) as app:
        exchange = app.exchange()
        with pytest.raises(NotJudged):
            await exchange.decide()
        headers = guard_headers(exchange)
    assert (headers["x-guard-verdict"], headers["x-guard-action"]) == ("none", "none")


@pytest.mark.parametrize(
    ("setting", "released"),
    [({}, None), ({"mode": "off"}, "off"), ({"mode": "shadow"}, "shadow"), (RAW, "unguarded")],
)
async def test_the_head_says_why_an_answer_went_out_without_a_verdict(
    tmp_path: Path, setting: Any, released: str | None
) -> None:
    async with opened(tmp_path, **setting) as app:
        reply = await sent(WholeResponse(app.exchange()))
    assert reply.headers.get("x-guard-released") == released
    assert reply.json()["guard"]["released"] == (released or "enforced")


# ---- the body ----


async def test_a_verdict_is_a_body_of_its_own_and_no_answer_is_asked_for(tmp_path: Path) -> None:
    players = cast()
    async with opened(tmp_path, players) as app:
        exchange = app.exchange(verdict_only=True)
        told = (await sent(VerdictResponse(exchange))).json()
    assert (told["id"], told["object"], told["model"]) == (exchange.context.decision, "guard.verdict", "guarded")
    assert (told["verdict"], told["reason"]) == ("safe", "nothing is near")
    assert not players.answers.requests


@pytest.mark.parametrize(("keep_alive", "count"), [(0.01, 3), (20, 1)])
async def test_a_stream_is_kept_alive_until_its_verdict_and_its_head_says_pending(
    tmp_path: Path, keep_alive: float, count: int
) -> None:
    gate, received = asyncio.Event(), b""
    async with opened(tmp_path, paced(judges=gate)) as app:
        response = StreamedResponse(app.exchange(asked(stream=True)), StreamTiming(0.01, keep_alive))
        async with serving(responding(response)) as http, http.stream("GET", "/") as reply:
            async for piece in reply.aiter_bytes():
                received += piece
                if received.count(KEEP_ALIVE) >= count and not gate.is_set():
                    await asyncio.sleep(0.1)  # in which many more could come
                    gate.set()
    assert reply.headers["x-guard-verdict"] == "pending"
    assert received.startswith(KEEP_ALIVE * count)
    assert (received.count(KEEP_ALIVE) == count) is (keep_alive == 20)
    assert events(received.decode())[-1]["guard"]["verdict"] == "safe"


async def test_a_stream_whose_verdict_comes_in_time_begins_with_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as app:
        reply = await sent(StreamedResponse(app.exchange(asked(stream=True)), PATIENT))
    assert (reply.headers["x-guard-verdict"], reply.headers["cache-control"]) == ("safe", "no-cache")
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert KEEP_ALIVE not in reply.content


# ---- the end ----


@pytest.mark.parametrize("stream", [False, True])
async def test_a_failure_before_the_first_byte_is_a_status_counted_once_and_recorded(
    tmp_path: Path, stream: bool
) -> None:
    async with opened(tmp_path, cast(Roles(answer=ModelFailed("answers", "timeout")))) as app:
        exchange = app.exchange(asked(stream=stream))
        reply = await sent(StreamedResponse(exchange, PATIENT) if stream else WholeResponse(exchange))
    assert (reply.status_code, reply.json()["error"]["code"]) == (504, "model_timeout")
    assert reply.json()["error"]["request_id"] == "req_1"
    assert reply.headers["x-guard-verdict"] == "safe"
    assert value(app.metrics, "faults_total", code="model_timeout") == 1
    assert [outcome["cut_off"] for outcome in records(tmp_path, "outcome")] == ["model_timeout"]


async def test_an_exchange_that_is_cancelled_leaves_its_record_too(tmp_path: Path) -> None:
    async def nothing(*_: Any) -> Any:
        await asyncio.Event().wait()

    players = paced(judges=asyncio.Event())
    async with opened(tmp_path, players) as app:
        scope = {"type": "http", "state": {"request_id": "req_1"}}
        serving_it = asyncio.create_task(WholeResponse(app.exchange())(scope, nothing, nothing))
        await until(lambda: players.judges.requests)
        serving_it.cancel()
        await asyncio.gather(serving_it, return_exceptions=True)
    assert [record["failure"] for record in records(tmp_path, "decision")] == ["cancelled"]


@apis
async def test_a_failure_after_the_stream_had_to_begin_is_an_event_and_no_done(tmp_path: Path, api: Api) -> None:
    gate = asyncio.Event()
    async with running(tmp_path, paced(judges=gate, situation=BROKEN), hold_seconds=0.05, wait_seconds=0.05) as proxy:
        asking = asyncio.create_task(proxy.http.post(api.path, json=api.request(stream=True)))
        await asyncio.sleep(0.2)
        gate.set()
        reply = await asking
    assert reply.headers["x-guard-verdict"] == "pending"
    assert "guard_unavailable" in reply.text
    assert "[DONE]" not in reply.text
    assert "swing" not in reply.text


@apis
async def test_a_model_that_dies_midway_ends_in_an_error_event_and_no_done(tmp_path: Path, api: Api) -> None:
    class Dying(ScriptedModel):
        async def stream(self, request: Any) -> Any:
            async for chunk in super().stream(request):
                yield chunk
                if "still" in chunk.text:
                    raise ModelFailed("answers", "connection")

    players = Cast(Dying(Roles(), name="answers"), ScriptedModel(Roles(), name="judges"))
    async with running(tmp_path, players) as proxy:
        with pytest.raises(openai.APIError):
            async for _ in await proxy.client.chat.completions.create(
                model="guarded", messages=golf_messages(), stream=True
            ):
                pass
        reply = await proxy.http.post(api.path, json=api.request(stream=True))
        outcome = await proxy.outcome()
    assert "still" in reply.text
    assert '"code":"model_failed"' in reply.text
    assert "[DONE]" not in reply.text
    assert outcome["cut_off"] == "model_failed"


async def test_under_explain_none_the_guard_alone_tells_the_verdict_alone(tmp_path: Path) -> None:
    async with opened(tmp_path, cast(Roles(situation=UNSAFE)), explain="none") as app:
        told = (await sent(VerdictResponse(app.exchange(verdict_only=True)))).json()
    assert told.keys() == {"id", "object", "model", "decision", "verdict", "action", "released"}
    assert told["verdict"] == "unsafe"


async def test_a_late_opening_is_told_in_a_stream_whose_head_is_out(tmp_path: Path) -> None:
    """Words, then a call that nobody could judge: `explain: none` does not hide that it went out all the same."""
    outage = ModelFailed("judges", "connection", outage=True)
    async with guarding(tmp_path, TOOLS, Roles(action=outage), explain="none", on_failure="open") as (proxy, _):
        reply = await proxy.http.post("/v1/chat/completions", json=body(tools=[TOOL], stream=True))
    assert "x-guard-released" not in reply.headers
    last = json.loads(reply.text.split("\n\n")[-3].removeprefix("data: "))
    assert (last["guard"]["released"], last["guard"].keys()) == ("failed open", {"decision", "released"})
