"""The official client's own helpers, as apps use them: typed replies, the stream helper, tools, several pictures."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, Literal

import openai
import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletionMessageFunctionToolCall
from pydantic import BaseModel

from tests.scripts import SAFE, UNSAFE, Roles, picture, role_of
from tests.service.recorded import TOOLS, choice, chunk, whole
from tests.service.running import asking, cast, golf_messages, running
from tests.service.test_transparency import guarding
from tests.service.upstream import WARNING

TOOL: Any = {
    "type": "function",
    "function": {
        "name": "swing",
        "strict": True,
        "parameters": {
            "type": "object",
            "properties": {"club": {"type": "string"}},
            "required": ["club"],
            "additionalProperties": False,
        },
    },
}


class Plan(BaseModel):
    steps: list[str]
    mood: Literal["calm", "bold"]


PLAN = Plan(steps=["stand", "swing"], mood="calm")
TYPED = (
    whole(choice({"content": PLAN.model_dump_json()})),
    [chunk({"role": "assistant", "content": PLAN.model_dump_json()}), chunk({}, "stop")],
)


async def test_parse_gives_the_typed_reply_of_a_safe_situation(tmp_path: Path) -> None:
    async with guarding(tmp_path, TYPED, Roles()) as (proxy, _):
        reply = await proxy.client.chat.completions.parse(
            model="guarded", messages=golf_messages(), response_format=Plan
        )
    assert reply.choices[0].message.parsed == PLAN


async def test_parse_gives_a_refusal_and_no_schema_error_in_an_unsafe_one(tmp_path: Path) -> None:
    async with guarding(tmp_path, TYPED, Roles(situation=UNSAFE)) as (proxy, _):
        reply = await proxy.client.chat.completions.parse(
            model="guarded", messages=golf_messages(), response_format=Plan
        )
    assert reply.choices[0].message.parsed is None
    assert reply.choices[0].message.refusal == WARNING


@pytest.mark.parametrize(("verdict", "refused"), [(SAFE, False), (UNSAFE, True)])
async def test_the_stream_helper_puts_the_reply_together(tmp_path: Path, verdict: Any, refused: bool) -> None:
    async with guarding(tmp_path, TYPED, Roles(situation=verdict)) as (proxy, _):
        async with proxy.client.chat.completions.stream(
            model="guarded", messages=golf_messages(), response_format=Plan
        ) as stream:
            seen = [event.type async for event in stream]
        message = (await stream.get_final_completion()).choices[0].message
    assert ("refusal.delta" in seen, "content.delta" in seen) == (refused, not refused)
    assert (message.parsed, message.refusal) == ((None, WARNING) if refused else (PLAN, None))


NAMED = {"type": "function", "function": {"name": "swing"}}
FORCED: list[Any] = [
    "required",
    NAMED,
    {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [NAMED]}},
]


@pytest.mark.parametrize("tool_choice", FORCED)
async def test_a_warning_in_place_of_a_forced_call_is_a_refusal_and_content(tmp_path: Path, tool_choice: Any) -> None:
    forced: dict[str, Any] = {"tools": [TOOL], "tool_choice": tool_choice}
    async with guarding(tmp_path, TOOLS, Roles(situation=UNSAFE)) as (proxy, _):
        create: Any = proxy.client.chat.completions.create
        reply = await create(model="guarded", messages=golf_messages(), **forced)
        stream = await create(model="guarded", messages=golf_messages(), stream=True, **forced)
        pieces = [chunk.choices[0] async for chunk in stream]
    (whole_reply,) = reply.choices
    assert whole_reply.message.content == whole_reply.message.refusal == WARNING
    assert (whole_reply.message.tool_calls, whole_reply.finish_reason) == (None, "stop")
    for name in ("content", "refusal"):
        assert "".join(getattr(piece.delta, name) or "" for piece in pieces) == WARNING
    assert [piece.finish_reason for piece in pieces if piece.finish_reason] == ["stop"]


async def test_tools_go_round_with_pictures_in_their_results(tmp_path: Path) -> None:
    async with guarding(tmp_path, TOOLS, Roles()) as (proxy, behind):
        create = proxy.client.chat.completions.create
        first = await create(model="guarded", messages=golf_messages(), tools=[TOOL])
        message = first.choices[0].message
        assert first.choices[0].finish_reason == "tool_calls"
        calls = [call for call in message.tool_calls or [] if isinstance(call, ChatCompletionMessageFunctionToolCall)]
        assert json.loads(calls[0].function.arguments) == {"club": "driver"}
        results: list[Any] = [
            {"role": "tool", "tool_call_id": call.id, "content": asking("Done.", picture("red"))[0]["content"]}
            for call in calls
        ]
        echoed: Any = message.model_dump()  # with all its nulls and empty lists
        await create(model="guarded", messages=[*golf_messages(), echoed, *results], tools=[TOOL])
        (shown,) = {part.digest for part in _last_pictures(proxy.cast.judges)} - {picture("green").digest}
    assert shown == picture("red").digest
    assert [turn["role"] for turn in behind.received[-1]["messages"]] == ["user", "assistant", "tool", "tool"]


def _last_pictures(judges: Any) -> list[Any]:
    asked = [request for request in judges.requests if role_of(request) == "situation"][-1]
    return [part for turn in asked.messages for part in turn.parts if part.kind == "image"]


async def test_the_stream_helper_puts_tool_calls_together(tmp_path: Path) -> None:
    async with guarding(tmp_path, TOOLS, Roles()) as (proxy, _):
        async with proxy.client.chat.completions.stream(
            model="guarded", messages=golf_messages(), tools=[TOOL]
        ) as stream:
            async for _event in stream:
                pass
        message = (await stream.get_final_completion()).choices[0].message
    assert [call.function.name for call in message.tool_calls or []] == ["swing", "walk"]


async def test_several_pictures_of_several_turns_are_judged_together(tmp_path: Path) -> None:
    turns = [
        *asking("This is my garden.", picture("green")),
        {"role": "assistant", "content": "Nice."},
        *asking("And this?", picture("red"), picture("blue")),
    ]
    async with running(tmp_path) as proxy:
        await proxy.client.chat.completions.create(model="guarded", messages=turns)
        shown = [part.digest for part in _last_pictures(proxy.cast.judges)]
    assert shown == [picture(colour).digest for colour in ("green", "red", "blue")]


def test_a_client_without_async_streams_too(tmp_path: Path) -> None:
    def ask(url: str) -> str:
        with OpenAI(base_url=f"{url}/v1", api_key="none") as client:
            stream = client.chat.completions.create(model="guarded", messages=golf_messages(), stream=True)
            return "".join(piece.choices[0].delta.content or "" for piece in stream)

    async def through() -> str:
        async with running(tmp_path) as proxy:
            return await asyncio.to_thread(ask, proxy.url)

    assert asyncio.run(through()) == "Keep your head still and swing."


async def test_errors_arrive_as_the_clients_own_exceptions(tmp_path: Path) -> None:
    async with running(tmp_path, cast(Roles(situation="no verdict"))) as proxy:
        create = proxy.client.chat.completions.create
        with pytest.raises(openai.BadRequestError) as bad:
            await create(model="guarded", messages=golf_messages(), temperature=9)
        with pytest.raises(openai.NotFoundError):
            await create(model="nobody", messages=golf_messages())
        with pytest.raises(openai.InternalServerError) as unjudged:
            await create(model="guarded", messages=golf_messages())
    assert (bad.value.param, bad.value.code) == ("temperature", "invalid_value")
    assert unjudged.value.code == "guard_unavailable"
    assert unjudged.value.request_id
