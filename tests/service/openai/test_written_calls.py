"""Calls that a model writes as text: which texts look like one, and what becomes of them on the way out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.openai.written_calls import MAX_LOOKED_AT, SIGN, CallSigns, looks_like_call
from tests.scripts import UNSAFE, Roles, role_of
from tests.service.recorded import PLAIN, TOOLS, WRITTEN_CALL, chunk
from tests.service.running import Proxy, body
from tests.service.test_transparency import TOOL, guarding
from tests.service.upstream import WARNING

ways = pytest.mark.parametrize("stream", [False, True])
CALLS = [
    '<tool_call>{"name": "press", "arguments": {}}</tool_call>',
    'Sure. {"name": "press", "arguments": {"id": 3}}',
    "{'tool': 'press', 'args': [3]}",
    "press_button(id=3)",
    "```python\nmove(\n  3)\n```",
    "Thought: it is hot.\nAction: press\nAction Input: 3",
    "**Action:** press\n**Action Input:** 3",
    '[TOOL_CALLS][{"name": "press"}]',
    "<|python_tag|>press.call(3)",
    "<press><id>3</id></press>",
    '<function=press>{"id": 3}</function>',
    "<\uff5ctool\u2581calls\u2581begin\uff5c>press",
]
WORDS = [
    "Keep your head still and swing.",
    "Hold it (lightly), then swing.",
    "Use 3 < 4 and lists [1, 2], or `x`.",
    "The tool is a hammer; take action: now.",
    '{"city": "Rome", "name": "Ada"}',
]


@pytest.mark.parametrize("text", CALLS)
def test_calls_in_every_form_look_like_one(text: str) -> None:
    assert looks_like_call(text)
    assert looks_like_call(f"I will do it.\n\n{text}\n")


@pytest.mark.parametrize("text", WORDS)
def test_plain_words_do_not(text: str) -> None:
    assert not looks_like_call(text)


def test_what_is_too_long_to_look_at_counts_as_one() -> None:
    assert not looks_like_call("a" * MAX_LOOKED_AT)
    assert looks_like_call("a" * (MAX_LOOKED_AT + 1))


@given(st.sampled_from(CALLS), st.data())
def test_a_stream_is_held_before_a_call_can_be_read_in_it(call: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(call)), max_size=6)))
    pieces = [call[start:end] for start, end in zip([0, *cuts], [*cuts, len(call)], strict=True)]
    signs = CallSigns()
    held = [signs.see(chunk({"content": piece})) for piece in pieces]
    assert any(held)
    assert not looks_like_call("".join(pieces[: held.index(True)]))


def test_signs_are_looked_for_in_each_choice_by_itself() -> None:
    signs = CallSigns()
    assert not signs.see(chunk({"content": "press"}))
    assert not signs.see(chunk({"content": "(3)"}, index=1))
    assert signs.see(chunk({"content": "(3)"}))


def test_without_a_sign_nothing_is_a_call() -> None:
    assert not any(looks_like_call(text) for text in WORDS if not SIGN.search(text))


async def answered(proxy: Proxy, *, stream: bool) -> str:
    reply = await proxy.http.post("/v1/chat/completions", json=body(tools=[TOOL], stream=stream))
    assert reply.status_code == 200
    if not stream:
        return str(reply.json()["choices"][0]["message"]["content"])
    events = [json.loads(line[6:]) for line in reply.text.split("\n\n") if line.startswith("data: {")]
    deltas = [choice["delta"] for event in events for choice in event["choices"]]
    assert [delta["role"] for delta in deltas if "role" in delta] == ["assistant"]
    return "".join(delta.get("content") or "" for delta in deltas)


def judged(proxy: Proxy) -> list[str]:
    requests = proxy.cast.judges.requests
    return [request.messages[-1].text for request in requests if role_of(request) == "action"]


@ways
async def test_a_call_in_the_text_is_judged_before_it_goes_out(tmp_path: Path, stream: bool) -> None:
    for verdict, said in (({}, WRITTEN_CALL[0]["choices"][0]["message"]["content"]), ({"action": UNSAFE}, WARNING)):
        roles = Roles(**verdict)
        async with guarding(tmp_path, WRITTEN_CALL, roles, judge_reply="calls-in-text") as (proxy, _):
            text = await answered(proxy, stream=stream)
            questions = judged(proxy)
        assert len(questions) == 1
        assert "grandpa" in questions[0]
        # What went out before the first sign of a call stays, as there is no taking it back.
        assert text == (f"I will. \n\n{said}" if stream and verdict else said)


@ways
@pytest.mark.parametrize("judge_reply", ["calls-in-text", "actions"])
async def test_words_are_not_judged(tmp_path: Path, stream: bool, judge_reply: str) -> None:
    recorded: Any = PLAIN if judge_reply == "calls-in-text" else WRITTEN_CALL
    async with guarding(tmp_path, recorded, Roles(action=UNSAFE), judge_reply=judge_reply) as (proxy, _):
        assert await answered(proxy, stream=stream) == recorded[0]["choices"][0]["message"]["content"]
        assert judged(proxy) == []


@ways
async def test_proper_calls_are_judged_as_ever(tmp_path: Path, stream: bool) -> None:
    async with guarding(tmp_path, TOOLS, Roles(action=UNSAFE), judge_reply="calls-in-text") as (proxy, _):
        assert await answered(proxy, stream=stream) == f"I will do it.\n\n{WARNING}"
        assert len(judged(proxy)) == 1


async def test_a_call_that_could_not_be_judged_stays_in(tmp_path: Path) -> None:
    async with guarding(tmp_path, WRITTEN_CALL, Roles(action="no verdict"), judge_reply="calls-in-text") as (proxy, _):
        reply = await proxy.http.post("/v1/chat/completions", json=body())
    assert reply.status_code == 503
    assert "grandpa" not in reply.text
