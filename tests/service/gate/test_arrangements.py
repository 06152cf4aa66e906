"""What is acted on before a judgement has ended, what is not asked twice, and what drafts cost, seen from outside."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from agents.errors import ModelFailed
from agents.models.scripted import ScriptedModel
from tests.scripts import INTENT, SAFE, UNCLEAR, UNSAFE, Roles, role_of
from tests.service.gate.in_process import asked, opened
from tests.service.running import Cast, body, cast, deployment, running
from tests.service.waiting import until

AFTER: dict[str, Any] = deployment(agents={"model": "judges", "situation": {"reasoning": "after"}}, explain="full")
ANSWER = "Keep your head still and swing."


def slow_judges(**roles: Any) -> Cast:
    """Judges who write their replies word by word."""
    script = Roles(**roles)
    return Cast(ScriptedModel(script, name="answers"), ScriptedModel(script, name="judges", pace=0.02))


@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_ends_only_with_the_reason_and_it_is_in_its_outcome(tmp_path: Path, stream: bool) -> None:
    async with running(tmp_path, slow_judges(), {"guarded": AFTER}) as proxy:
        reply = await proxy.http.post("/v1/chat/completions", json=body(stream=stream))
        (decision,) = proxy.records("decision")
        outcome = await proxy.outcome()
    assert reply.headers["x-guard-verdict"] == "safe"
    assert str(SAFE["reason"]) in reply.text
    judged = {each["agent"]: each for each in decision["agents"]}["situation"]
    heard = {each["agent"]: each for each in outcome["heard_out"]["agents"]}["situation"]
    assert judged["chosen"] == heard["chosen"] == {"verdict": "safe", "category": None}
    assert judged["usage"]["completion_tokens"] == 0 < heard["usage"]["completion_tokens"]
    assert judged["finding"] != heard["finding"]


async def test_a_verdict_that_is_taken_back_ends_the_answer_in_an_error(tmp_path: Path) -> None:
    turned = json.dumps(SAFE)[:-1] + ', "verdict": "unsafe"}'
    async with running(tmp_path, slow_judges(situation=turned), {"guarded": AFTER}) as proxy:
        reply = await proxy.http.post("/v1/chat/completions", json=body(stream=True))
        whole = await proxy.http.post("/v1/chat/completions", json=body())
        outcome = await proxy.outcome()
    assert '"finish_reason":"stop"' not in reply.text
    assert "guard_unavailable" in reply.text
    assert whole.status_code == 503
    assert ANSWER not in whole.text
    assert outcome["cut_off"] == "guard_unavailable"


async def test_an_unsafe_verdict_gives_the_draft_up_and_begins_the_warning_before_its_reason(tmp_path: Path) -> None:
    players = slow_judges(situation={**UNSAFE, "reason": "it could break " * 40})
    players.answers = ScriptedModel(Roles(), name="answers", delay=0.02)
    async with opened(tmp_path, players, **AFTER) as app:
        exchange = app.exchange(asked())
        replying = asyncio.create_task(anext(exchange.bodies()))
        await until(lambda: "warn" in map(role_of, players.answers.requests))
        assert exchange.ruling is not None
        assert exchange.ruling.judgement.evidence == UNSAFE["evidence"]
        assert exchange.ruling.is_early
        await replying
        assert exchange.ruling.judgement.reason.startswith("it could break")
        exchange.close(None)
    assert app.metrics.value("drafts_total", deployment="guarded", fate="given up early") == 1


async def test_guidance_is_told_the_reason(tmp_path: Path) -> None:
    players = slow_judges(situation=UNCLEAR)
    async with running(tmp_path, players, {"guarded": AFTER}) as proxy:
        await proxy.http.post("/v1/chat/completions", json=body())
    (guided,) = [each for each in players.answers.requests if role_of(each) == "guide"]
    assert str(UNCLEAR["reason"]) in guided.messages[-1].text


async def test_words_to_the_judge_give_the_draft_up_while_others_still_look(tmp_path: Path) -> None:
    gate = asyncio.Event()

    class Judges(ScriptedModel):
        async def complete(self, request: Any) -> Any:
            if role_of(request) != "intent":
                await gate.wait()
            return await super().complete(request)

    script = Roles(intent={**INTENT, "addressed_to_judge": True})
    players = Cast(ScriptedModel(script, name="answers", delay=30), Judges(script, name="judges"))
    async with opened(tmp_path, players, actions={"unclear": "refuse"}) as app:
        exchange = app.exchange(asked())
        deciding = asyncio.create_task(exchange.decide())
        await until(lambda: players.answers.cancelled)
        gate.set()
        assert not (await deciding).releases_draft
        exchange.close(None)


async def test_a_draft_that_was_given_up_in_vain_is_asked_for_again(tmp_path: Path) -> None:
    players = cast()
    async with opened(tmp_path, players) as app:
        exchange = app.exchange(asked())
        judge = exchange._judge

        async def judge_after_a_false_alarm() -> Any:
            await until(lambda: players.answers.requests)
            exchange._give_up_draft("probe")
            return await judge()

        exchange._judge = judge_after_a_false_alarm  # type: ignore[method-assign]
        (reply,) = [each async for each in exchange.bodies()]
        assert reply["choices"][0]["message"]["content"] == ANSWER
        assert [call.model for call in exchange.calls].count("answers") == 2
        exchange.close(None)


async def test_what_comes_after_the_verdict_takes_no_draft_back(tmp_path: Path) -> None:
    players = cast()
    async with opened(tmp_path, players) as app:
        exchange = app.exchange(asked())
        ruling = await exchange.decide()
        exchange._give_up_draft("probe")
        assert [each async for each in exchange._release(ruling)]
        exchange.close(None)
    assert len(players.answers.requests) == 1


async def test_a_second_question_about_a_picture_is_told_and_no_deployment_knows_anothers(tmp_path: Path) -> None:
    players = cast()
    async with running(tmp_path, players, {"guarded": deployment(), "other": deployment()}) as proxy:
        for model in ("guarded", "guarded", "other"):
            await proxy.http.post("/v1/chat/completions", json=body(model=model))
        looked = [next(a for a in each["agents"] if a["agent"] == "visual") for each in proxy.records("decision")]
    assert [each.get("cached", False) for each in looked] == [False, True, False]
    assert looked[0]["finding"] == looked[1]["finding"]
    assert [role_of(request) for request in players.judges.requests].count("scene") == 2


async def test_without_the_cache_each_question_is_looked_at(tmp_path: Path) -> None:
    players = cast()
    setting = deployment(agents={"model": "judges", "visual": {"cache": False}})
    async with running(tmp_path, players, {"guarded": setting}) as proxy:
        for _ in range(2):
            await proxy.http.post("/v1/chat/completions", json=body())
    assert [role_of(request) for request in players.judges.requests].count("scene") == 2


async def test_drafts_come_late_where_many_are_thrown_away_and_it_is_counted(tmp_path: Path) -> None:
    players = cast(Roles(situation=UNSAFE))
    async with opened(tmp_path, players, draft="auto", actions={"unsafe": "refuse"}) as app:
        for _ in range(22):
            exchange = app.exchange(asked())
            await exchange.decide()
            exchange.close(None)
        fates = {
            fate: app.metrics.value("drafts_total", deployment="guarded", fate=fate)
            for fate in ("given up early", "thrown away", "never begun")
        }
    assert fates["never begun"] == 2
    assert len(players.answers.requests) <= 20


async def test_one_call_stands_in_for_three(tmp_path: Path) -> None:
    players = cast()
    setting = deployment(agents={"model": "judges", "fused": True})
    async with running(tmp_path, players, {"guarded": setting}) as proxy:
        reply = await proxy.http.post("/v1/chat/completions", json=body())
        (decision,) = proxy.records("decision")
    assert reply.json()["choices"][0]["message"]["content"] == ANSWER
    assert sorted(map(role_of, players.judges.requests)) == ["fused", "onlooker"]
    assert [each["agent"] for each in decision["agents"]] == ["intent", "visual", "situation", "onlooker"]
    assert [each["seen"] for each in decision["agents"]] == [[1], [0], [0, 1], [0]]


@pytest.mark.parametrize("fault", [ModelFailed("judges", "internal"), "SAFE", {"intent": INTENT, "scene": None}])
async def test_one_call_that_comes_to_nothing_blocks(tmp_path: Path, fault: Any) -> None:
    setting = deployment(agents={"model": "judges", "fused": True})
    async with running(tmp_path, cast(Roles(fused=fault)), {"guarded": setting}) as proxy:
        reply = await proxy.http.post("/v1/chat/completions", json=body())
    assert reply.status_code == 503
    assert ANSWER not in reply.text
