"""A tool loop goes on: what a model's host wants back comes back to it, judged unless nobody can read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agents.models.scripted import ScriptedModel
from tests.scripts import UNSAFE, Roles
from tests.service.apis import CHAT_TOOL, RESPONSES, asked, response_events, shown
from tests.service.recorded import REASONED, REASONING, THINKING
from tests.service.running import Cast, Proxy, asking, deployment, running
from tests.service.test_transparency import guarding
from tests.service.upstream import upstream

SIGNATURE, DATA = REASONING[1]["signature"], REASONING[2]["data"]
RESULTS = [{"role": "tool", "tool_call_id": f"call_{number}", "content": "done"} for number in (0, 1)]
OUTPUTS = [{"type": "function_call_output", "call_id": f"call_{number}", "output": "done"} for number in (0, 1)]
SEALED = ["reasoning.encrypted_content"]
ways = pytest.mark.parametrize("stream", [False, True])


def judged(proxy: Proxy) -> str:
    return "".join(turn.text for request in proxy.cast.judges.requests for turn in request.messages)


async def reply(proxy: Proxy, stream: bool, **fields: Any) -> dict[str, Any]:
    """A chat's message, streamed pieces as a client that joins lists puts them together."""
    body = {"model": "guarded", "messages": asking(), "tools": [CHAT_TOOL], **fields}
    if not stream:
        whole = await proxy.http.post("/v1/chat/completions", json=body)
        return dict(whole.json()["choices"][0]["message"])
    message: dict[str, Any] = {"role": "assistant", "content": "", "reasoning": "", "reasoning_details": []}
    calls: dict[int, dict[str, Any]] = {}
    async for chunk in await proxy.client.chat.completions.create(**body, stream=True):
        for choice in chunk.model_dump()["choices"]:
            delta = choice["delta"]
            message["reasoning"] += delta.get("reasoning") or ""
            message["reasoning_details"] += delta.get("reasoning_details") or []
            for piece in delta.get("tool_calls") or []:
                call = calls.setdefault(
                    piece["index"], {"id": piece["id"], "type": "function", "function": {"name": "", "arguments": ""}}
                )
                for name in ("name", "arguments"):
                    call["function"][name] += piece["function"].get(name) or ""
    return {**message, "tool_calls": [calls[index] for index in sorted(calls)]}


@ways
async def test_reasoning_goes_back_to_its_host_and_what_cannot_be_read_is_not_judged(
    tmp_path: Path, stream: bool
) -> None:
    async with guarding(tmp_path, REASONED, Roles()) as (proxy, behind):
        message = await reply(proxy, stream)
        proxy.cast.judges.requests.clear()
        await reply(proxy, False, messages=[*asking(), message, *RESULTS])
        brought, seen = behind.received[-1]["messages"][1], judged(proxy)
    assert brought["reasoning"] == "It is a lawn."
    assert [each.get("signature") or each.get("data") for each in brought["reasoning_details"]][-2:] == [
        SIGNATURE,
        DATA,
    ]
    assert "assistant thinks: It is a lawn." in seen
    assert SIGNATURE not in seen
    assert DATA not in seen


async def test_what_this_deployment_did_not_let_out_is_judged_as_words(tmp_path: Path) -> None:
    async with upstream(*REASONED) as behind:
        players = Cast(behind.model(), ScriptedModel(Roles(), name="judges"))
        async with running(tmp_path, players, {"guarded": deployment(), "other": deployment()}) as proxy:
            message = await reply(proxy, False, model="other")
            message["reasoning_details"].append({"type": "reasoning.encrypted", "data": "Never_went_out"})
            proxy.cast.judges.requests.clear()
            await reply(proxy, False, messages=[*asking(), message, *RESULTS])
            seen = judged(proxy)
            brought = behind.received[-1]["messages"][1]["reasoning_details"]
    assert all(value in seen for value in (SIGNATURE, DATA, "Never_went_out"))
    assert brought == message["reasoning_details"]


@ways
async def test_a_reply_that_was_held_back_lets_nothing_out(tmp_path: Path, stream: bool) -> None:
    async with guarding(tmp_path, REASONED, Roles(situation=UNSAFE)) as (proxy, _):
        await reply(proxy, stream)
        proxy.cast.judges.requests.clear()
        call = {"id": "call_0", "type": "function", "function": {"name": "swing", "arguments": "{}"}}
        made = {"role": "assistant", "reasoning_details": REASONING, "tool_calls": [call]}
        await reply(proxy, False, messages=[*asking(), made, RESULTS[0]])
        seen = judged(proxy)
    assert DATA in seen


@ways
@pytest.mark.parametrize("back", ["whole", "bare", "by reference", "by the response", "sealed"])
async def test_the_same_through_responses(tmp_path: Path, stream: bool, back: str) -> None:
    async with guarding(tmp_path, REASONED, Roles()) as (proxy, behind):
        more = {"include": SEALED, "store": False} if back == "sealed" else {}
        first = await _response(proxy, tools=[RESPONSES.tools[0]], stream=stream, **more)
        said = first["output"]
        proxy.cast.judges.requests.clear()
        match back:
            case "bare":  # no id, and nothing sealed: for people alone
                said = [{name: value for name, value in item.items() if name != "id"} for item in said]
            case "by reference":
                said = [{"type": "item_reference", "id": item["id"]} for item in said]
        again = {"input": OUTPUTS, "previous_response_id": first["id"]} if back == "by the response" else {
            "input": [*shown(), *said, *OUTPUTS]
        }  # fmt: skip
        await _response(proxy, tools=[RESPONSES.tools[0]], **again)
        turns, seen = behind.received[-1]["messages"], judged(proxy)
    assert [item["type"] for item in first["output"]] == ["reasoning", "function_call", "function_call"]
    assert ("encrypted_content" in first["output"][0]) == (back == "sealed")
    assert [turn["role"] for turn in turns] == ["user", "assistant", "tool", "tool"]
    assert len(turns[1]["tool_calls"]) == 2
    if back == "bare":
        assert "reasoning_details" not in turns[1]
        return
    assert turns[1]["reasoning"] == "It is a lawn."
    text, encrypted = turns[1]["reasoning_details"]
    assert (text["text"], text["signature"], encrypted["data"]) == ("It is a lawn.", SIGNATURE, DATA)
    assert "assistant thinks: It is a lawn." in seen
    assert DATA not in seen


async def test_plain_reasoning_comes_back_before_the_words_it_led_to(tmp_path: Path) -> None:
    async with guarding(tmp_path, THINKING, Roles()) as (proxy, behind):
        first = await _response(proxy)
        await _response(proxy, previous_response_id=first["id"])
        turns = behind.received[-1]["messages"]
    assert (turns[1]["content"], turns[1]["reasoning_content"]) == ("Swing.", "It is a lawn.")


async def _response(proxy: Proxy, **fields: Any) -> dict[str, Any]:
    answer = await proxy.http.post("/v1/responses", json=asked(**fields))
    assert answer.status_code == 200, answer.text
    return dict(response_events(answer.text)[-1]["response"] if fields.get("stream") else answer.json())
