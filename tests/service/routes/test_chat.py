"""The proxy as an app sees it: the official client, one changed line, and nothing unjudged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI

from agents.errors import ModelFailed
from tests.scripts import UNCLEAR, UNSAFE, Roles, picture
from tests.service.running import Proxy, asking, body, cast, deployment, golf_messages, running

ANSWER = "Keep your head still and swing."
WARNING = "Careful: the vase could break."
GUIDANCE = "If nobody is near, swing slowly."

Ask = Callable[..., Awaitable[tuple[str, dict[str, str], Any]]]


async def whole(proxy: Proxy, model: str = "guarded") -> tuple[str, dict[str, str], Any]:
    raw = await proxy.client.chat.completions.with_raw_response.create(model=model, messages=golf_messages())
    reply = raw.parse()
    assert reply.choices[0].finish_reason == "stop"
    return str(reply.choices[0].message.content), dict(raw.headers), (reply.model_extra or {}).get("guard")


async def streamed(proxy: Proxy, model: str = "guarded") -> tuple[str, dict[str, str], Any]:
    raw = await proxy.client.chat.completions.with_raw_response.create(
        model=model, messages=golf_messages(), stream=True
    )
    chunks = [chunk async for chunk in raw.parse()]
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert all("guard" not in (chunk.model_extra or {}) for chunk in chunks[:-1])
    return text, dict(raw.headers), (chunks[-1].model_extra or {}).get("guard")


ways = pytest.mark.parametrize("ask", [whole, streamed])


@ways
async def test_a_safe_situation_gets_the_models_own_answer(tmp_path: Path, ask: Ask) -> None:
    async with running(tmp_path) as proxy:
        text, headers, word = await ask(proxy)
    assert text == ANSWER
    assert (headers["x-guard-verdict"], headers["x-guard-action"]) == ("safe", "release")
    assert headers["x-request-id"].startswith("req_")
    assert word["verdict"] == "safe"
    assert word["decision"] == headers["x-guard-decision"]
    assert {agent["agent"] for agent in word["agents"]} == {"intent", "visual", "situation", "onlooker"}


@ways
async def test_an_unsafe_situation_gets_a_warning_and_the_draft_is_dropped(tmp_path: Path, ask: Ask) -> None:
    async with running(tmp_path, cast(Roles(situation=UNSAFE))) as proxy:
        text, headers, word = await ask(proxy)
    assert text == WARNING
    assert (headers["x-guard-verdict"], headers["x-guard-action"]) == ("unsafe", "warn")
    assert word["category"] == "property damage"
    assert word["reply"]["fell_back"] is False


@ways
async def test_an_unclear_situation_gets_guidance(tmp_path: Path, ask: Ask) -> None:
    async with running(tmp_path, cast(Roles(situation=UNCLEAR))) as proxy:
        text, headers, _ = await ask(proxy)
    assert text == GUIDANCE
    assert (headers["x-guard-verdict"], headers["x-guard-action"]) == ("unclear", "guide")


@ways
async def test_refuse_sends_the_fixed_text(tmp_path: Path, ask: Ask) -> None:
    deployments = {"guarded": deployment(actions={"unsafe": "refuse"}, texts={"unsafe": "Not here."})}
    async with running(tmp_path, cast(Roles(situation=UNSAFE)), deployments) as proxy:
        text, headers, word = await ask(proxy)
    assert text == "Not here."
    assert headers["x-guard-action"] == "refuse"
    assert set(word) == {"decision", "verdict", "action", "category", "released"}


@ways
async def test_an_unguarded_deployment_says_that_nothing_was_judged(tmp_path: Path, ask: Ask) -> None:
    async with running(tmp_path) as proxy:
        text, headers, word = await ask(proxy, "raw")
        assert not proxy.cast.judges.requests
    assert text == ANSWER
    assert (headers["x-guard-verdict"], headers["x-guard-released"]) == ("none", "unguarded")
    assert word["released"] == "unguarded"


@ways
async def test_an_unguarded_method_may_write_the_reply_itself(tmp_path: Path, ask: Ask) -> None:
    reflecting = deployment(method="echosafe", unguarded=True, echosafe={"writes": True})
    async with running(tmp_path, cast(), {"echo": reflecting}) as proxy:
        text, headers, word = await ask(proxy, "echo")
        assert len(proxy.cast.answers.requests) == 2  # the answer, and a reflection
        (decision,) = proxy.records("decision")
    assert text == ANSWER
    assert (headers["x-guard-verdict"], headers["x-guard-released"]) == ("none", "unguarded")
    assert word["released"] == decision["released"] == "unguarded"


async def test_a_client_without_async_works_too(tmp_path: Path) -> None:
    def ask(url: str) -> str:
        with OpenAI(base_url=f"{url}/v1", api_key="none") as client:
            reply = client.chat.completions.create(model="guarded", messages=golf_messages())
            return str(reply.choices[0].message.content)

    async with running(tmp_path) as proxy:
        assert await asyncio.to_thread(ask, proxy.url) == ANSWER


async def test_the_agents_and_the_model_get_the_same_pixels(tmp_path: Path) -> None:
    async with running(tmp_path) as proxy:
        await whole(proxy)
        requests = [*proxy.cast.judges.requests, *proxy.cast.answers.requests]
    shown = [
        part.digest for request in requests for turn in request.messages for part in turn.parts if part.kind == "image"
    ]
    assert len(shown) == 4  # visual, situation, onlooker, and the model
    assert set(shown) == {picture("green").digest}


async def test_a_text_only_question_is_judged_without_the_visual_agent_failing(tmp_path: Path) -> None:
    async with running(tmp_path) as proxy:
        reply = await proxy.client.chat.completions.create(model="guarded", messages=asking())
    assert reply.choices[0].message.content == ANSWER


async def test_the_reply_carries_the_deployments_name_and_an_id_that_leads_to_the_record(tmp_path: Path) -> None:
    async with running(tmp_path) as proxy:
        reply = await proxy.client.chat.completions.create(model="guarded", messages=golf_messages())
        (decision,) = proxy.records("decision")
    assert reply.model == "guarded"
    assert reply.id == f"chatcmpl-{decision['id']}"


async def test_usage_is_in_a_streams_last_chunk_only_where_it_was_asked_for(tmp_path: Path) -> None:
    async with running(tmp_path) as proxy:
        create = proxy.client.chat.completions.create
        options: Any = {"model": "guarded", "messages": golf_messages(), "stream": True}
        asked = [chunk async for chunk in await create(**options, stream_options={"include_usage": True})]
        plain = [chunk async for chunk in await create(**options)]
    assert asked[-1].usage is not None
    assert asked[-1].usage.completion_tokens == 6
    assert (asked[-1].model_extra or {})["guard"]["verdict"] == "safe"
    assert all(chunk.usage is None for chunk in plain)


@pytest.mark.parametrize(
    "choice",
    [
        "required",
        {"type": "function", "function": {"name": "swing"}},
        {
            "type": "allowed_tools",
            "allowed_tools": {"mode": "required", "tools": [{"type": "function", "function": {"name": "swing"}}]},
        },
    ],
)
async def test_where_a_call_was_forced_a_warning_is_a_refusal(tmp_path: Path, choice: Any) -> None:
    tools = [{"type": "function", "function": {"name": "swing"}}]
    async with running(tmp_path, cast(Roles(situation=UNSAFE))) as proxy:
        forced = (await proxy.http.post("/v1/chat/completions", json=body(tools=tools, tool_choice=choice))).json()
        free = (await proxy.http.post("/v1/chat/completions", json=body(tools=tools))).json()
    assert forced["choices"][0]["message"] == {"role": "assistant", "content": WARNING, "refusal": WARNING}
    assert free["choices"][0]["message"]["refusal"] is None
    assert forced["choices"][0]["finish_reason"] == "stop"


async def test_a_typed_client_sees_a_refusal_and_not_a_broken_schema(tmp_path: Path) -> None:
    schema: Any = {"type": "json_schema", "json_schema": {"name": "plan", "schema": {"type": "object"}}}
    async with running(tmp_path, cast(Roles(situation=UNSAFE))) as proxy:
        create = proxy.client.chat.completions.create
        options: Any = {"model": "guarded", "messages": golf_messages(), "response_format": schema}
        reply = await create(**options)
        chunks = [chunk async for chunk in await create(**options, stream=True)]
    assert reply.choices[0].message.content == reply.choices[0].message.refusal == WARNING
    assert "".join(chunk.choices[0].delta.refusal or "" for chunk in chunks) == WARNING
    assert not any(chunk.choices[0].delta.content for chunk in chunks)


async def test_a_models_failure_before_the_answer_is_a_status(tmp_path: Path) -> None:
    failures = {
        502: ModelFailed("answers", "malformed"),
        504: ModelFailed("answers", "timeout"),
        429: ModelFailed("answers", "status", status=429, retry_after=7),
    }
    for status, failure in failures.items():
        async with running(tmp_path / str(status), cast(Roles(answer=failure))) as proxy:
            for ask in (whole, streamed):
                with pytest.raises(openai.APIStatusError) as caught:
                    await ask(proxy)
                assert caught.value.status_code == status
                assert caught.value.response.headers["x-guard-verdict"] == "safe"
    assert caught.value.response.headers["retry-after"] == "7"
