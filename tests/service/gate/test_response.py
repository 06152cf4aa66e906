"""The HTTP response to an exchange: its head tells the verdict, its end how it ended, whole or as events."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import openai
import pytest

from agents.errors import ModelFailed
from agents.models.scripted import ScriptedModel
from tests.scripts import Roles
from tests.service.running import Cast, body, cast, deployment, golf_messages, paced, running
from tests.service.test_transparency import events

BROKEN = ModelFailed("judges", "connection")


async def test_a_failure_after_the_stream_had_to_begin_is_an_event_and_no_done(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with running(tmp_path, paced(judges=gate, situation=BROKEN), hold_seconds=0.05, wait_seconds=0.05) as proxy:
        asking = asyncio.create_task(proxy.http.post("/v1/chat/completions", json=body(stream=True)))
        await asyncio.sleep(0.2)
        gate.set()
        reply = await asking
    assert reply.headers["x-guard-verdict"] == "pending"
    assert "guard_unavailable" in reply.text
    assert "[DONE]" not in reply.text
    assert "swing" not in reply.text


async def test_a_model_that_dies_midway_ends_in_an_error_event_and_no_done(tmp_path: Path) -> None:
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
        reply = await proxy.http.post("/v1/chat/completions", json=body(stream=True))
        outcome = await proxy.outcome()
    assert "still" in reply.text
    assert '"code":"model_failed"' in reply.text
    assert "[DONE]" not in reply.text
    assert outcome["cut_off"] == "model_failed"


DEPTHS = {
    "none": None,
    "category": {"decision", "verdict", "action", "category", "released"},
    "full": {"configuration", "evidence", "reason", "agents", "reviews", "draft", "method", "deployment", "failure"},
}


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("stream", [False, True])
async def test_a_reply_explains_itself_as_deep_as_its_deployment_says(tmp_path: Path, depth: str, stream: bool) -> None:
    async with running(tmp_path, cast(), {"guarded": deployment(explain=depth)}) as proxy:
        reply = await proxy.http.post("/v1/chat/completions", json=body(stream=stream))
    word: Any = (events(reply.text)[-1] if stream else reply.json()).get("guard")
    expected = DEPTHS[depth]
    if expected is None:
        assert "guard" not in reply.text.replace("guarded", "")
    elif depth == "category":
        assert set(word) == expected
    else:
        assert set(word) == expected | (DEPTHS["category"] or set())
        for agent in word["agents"]:
            assert set(agent) == {"agent", "model", "prompt", "usage", "milliseconds", "asks", "finding"}
    assert reply.headers["x-guard-verdict"] == "safe"
