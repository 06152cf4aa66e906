"""When a model's endpoint says no: what the client is told, what the operator sees, and what stays closed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openai
import pytest

from agents.errors import CHECK, ModelFailed
from agents.models.base import JsonObject, ModelRequest
from agents.models.breaker import Breaking
from agents.models.outage import OutageConfirming
from agents.models.scripted import ScriptedModel
from guard.guard import Guard
from guard.holder import GuardHolder
from service.admin.access import AdminServices
from service.admin.app import create_admin_app
from service.keys.authenticator import Authenticator
from service.keys.key import KeyLimits
from service.openai.replies import FILTERED
from service.telemetry.metrics import Metrics
from tests.scripts import Roles, golf
from tests.service.asgi import serving
from tests.service.recorded import choice, chunk, whole
from tests.service.running import body, cast, config, deployment, golf_messages, running
from tests.service.storage import key_store
from tests.service.test_transparency import events, guarding

WORDS = "the prompt has too many tokens"
TOO_LONG = ModelFailed("m", "refused", status=413, refusal="context_length_exceeded", code="too_big", detail=WORDS)
WRONG_KEY = ModelFailed("m", "unauthorised", status=401, code="invalid_api_key", detail="the key is wrong")


@pytest.mark.parametrize("stream", [False, True])
async def test_what_the_endpoint_refuses_is_refused_to_the_client(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, stream: bool
) -> None:
    players = cast(Roles(answer=TOO_LONG))
    async with running(tmp_path, players) as proxy:
        again = proxy.client.with_options(max_retries=2)
        with pytest.raises(openai.BadRequestError) as caught:
            await again.chat.completions.create(model="guarded", messages=golf_messages(), stream=stream)
        outcome = await proxy.outcome()
    assert caught.value.code == "context_length_exceeded"
    assert WORDS not in str(caught.value)
    assert len(players.answers.requests) == 1
    assert outcome["fault"] == {
        "agent": None,
        "model": "m",
        "kind": "refused",
        "status": 413,
        "code": "too_big",
        "message": WORDS,
    }
    assert [line for line in caplog.messages if "413 (too_big): the prompt has too many tokens" in line]


@pytest.mark.parametrize(
    "refused",
    [
        (TOO_LONG, 400, "context_length_exceeded"),
        (ModelFailed("m", "refused", status=400, refusal="content_filter", detail=WORDS), 503, "guard_unavailable"),
        (ModelFailed("m", "refused", status=400, refusal="unsupported", detail=WORDS), 503, "guard_unavailable"),
        (WRONG_KEY, 503, "guard_unavailable"),
    ],
)
@pytest.mark.parametrize("on_failure", ["closed", "open"])
async def test_what_refuses_an_agent_closes_in_every_mode_and_is_not_asked_twice(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, refused: tuple[ModelFailed, int, str], on_failure: str
) -> None:
    failure, status, code = refused
    players = cast(Roles(situation=failure))
    async with running(tmp_path, players, {"guarded": deployment(on_failure=on_failure)}) as proxy:
        again = proxy.client.with_options(max_retries=2)
        with pytest.raises(openai.APIStatusError) as caught:
            await again.chat.completions.create(model="guarded", messages=golf_messages())
        (decision,) = proxy.records("decision")
    assert (caught.value.status_code, caught.value.code) == (status, code)
    assert failure.detail not in str(caught.value)
    assert decision["released"] == "nothing"
    assert decision["fault"]["agent"] == "situation"
    assert decision["fault"]["message"] == failure.detail
    (line,) = [record for record in caplog.records if failure.detail in record.getMessage()]
    assert line.levelname == ("ERROR" if failure is WRONG_KEY else "WARNING")
    assert (CHECK in line.getMessage()) == (failure is WRONG_KEY)


async def test_an_outage_may_be_over_a_moment_later_and_is_asked_again(tmp_path: Path) -> None:
    players = cast(Roles(situation=ModelFailed("m", "connection")))
    async with running(tmp_path, players) as proxy:
        reply = await proxy.http.post("/v1/chat/completions", json=body())
    assert "x-should-retry" not in reply.headers
    assert reply.headers["retry-after"]


SILENT = (
    whole(choice({"content": None}, "content_filter")),
    [chunk({"role": "assistant", "content": ""}), chunk({}, "content_filter")],
)
PARTLY = (
    whole(choice({"content": "First, take"}, "content_filter")),
    [chunk({"role": "assistant", "content": "First, take"}), chunk({}, "content_filter")],
)


def said(bodies: list[JsonObject], field: str) -> str:
    choices = [choice for each in bodies for choice in each["choices"]]
    return "".join((each.get("message") or each.get("delta") or {}).get(field) or "" for each in choices)


@pytest.mark.parametrize("judge_reply", ["actions", "all"])
@pytest.mark.parametrize(("recorded", "content"), [(SILENT, FILTERED), (PARTLY, "First, take")])
@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_that_the_host_held_back_is_a_refusal(
    tmp_path: Path, recorded: Any, content: str, stream: bool, judge_reply: str
) -> None:
    async with guarding(tmp_path, recorded, Roles(), judge_reply=judge_reply) as (proxy, _):
        reply = await proxy.http.post("/v1/chat/completions", json=body(stream=stream))
    bodies = events(reply.text) if stream else [reply.json()]
    assert said(bodies, "refusal") == FILTERED
    assert said(bodies, "content") == content
    assert [each["choices"][0]["finish_reason"] for each in bodies][-1] == "content_filter"


async def test_a_program_that_parses_a_stream_gets_the_refusal_alone(tmp_path: Path) -> None:
    async with guarding(tmp_path, SILENT, Roles()) as (proxy, _):
        asked = body(stream=True, response_format={"type": "json_object"})
        bodies = events((await proxy.http.post("/v1/chat/completions", json=asked)).text)
    assert (said(bodies, "refusal"), said(bodies, "content")) == (FILTERED, "")


async def test_a_model_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    async with running(tmp_path) as proxy:
        missing = await proxy.http.post("/v1/chat/completions", json=body(model="gaurded"))
        unguarded = await proxy.http.post("/v1/chat/completions", json=body(model="gaurded"))
    message = missing.json()["error"]["message"]
    assert missing.status_code == 404
    assert "guarded" in message
    assert "gaurded" not in message
    assert unguarded.json()["error"]["message"] == message


async def test_it_is_ready_while_any_deployment_can_answer_and_administrators_see_what_is_wrong(
    tmp_path: Path,
) -> None:
    down = ModelFailed("answers", "status", status=503, code="down", detail="loading")
    broken = {
        name: Breaking(OutageConfirming(ScriptedModel([down] * 9, name=name)), failures=1)
        for name in ("answers", "judges")
    }
    settings = config({"one": {"model": "answers"}, "two": {"model": "judges"}})
    guard = Guard(settings, broken)
    await guard.start()
    ready = [guard.ready]
    for model in broken.values():
        with pytest.raises(ModelFailed):
            await model.complete(ModelRequest(golf().messages))
        ready.append(guard.ready)
    assert ready == [True, True, False]
    with key_store(tmp_path) as store:
        token, (_, client) = store.create_admin(), store.create("app", "live", KeyLimits())
        services = AdminServices(store, Authenticator(store, fresh_seconds=0), Metrics(), GuardHolder(guard))
        async with serving(create_admin_app(services)) as http:
            refused = await http.get("/admin/models", headers={"authorization": f"Bearer {client.text}"})
            seen = await http.get("/admin/models", headers={"authorization": f"Bearer {token.text}"})
    assert refused.status_code == 401
    assert [(each["id"], each["state"]) for each in seen.json()["data"]] == [("answers", "open"), ("judges", "open")]
    assert seen.json()["data"][0]["last_failure"] == down.facts
