"""A safe verdict changes no field that has a row in the table: recorded replies, straight and through the guard."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from agents.models.scripted import ScriptedModel
from tests.scripts import SAFE, UNCLEAR, UNSAFE, Roles, role_of
from tests.service.recorded import RECORDED, TOOLS, USAGE, call, choice, chunk, whole
from tests.service.running import Cast, Proxy, body, deployment, running
from tests.service.upstream import WARNING, Upstream, upstream

OURS = {"id", "created", "model", "system_fingerprint", "guard"}
TOOL = {"type": "function", "function": {"name": "swing", "parameters": {"type": "object"}}}


@asynccontextmanager
async def guarding(
    folder: Path, recorded: tuple[dict[str, Any], Sequence[dict[str, Any]]], roles: Roles, **setting: Any
) -> AsyncIterator[tuple[Proxy, Upstream]]:
    """The proxy between a client and an upstream that plays a recording."""
    async with upstream(*recorded) as behind:
        players = Cast(behind.model(), ScriptedModel(roles, name="judges"))
        async with running(folder, players, {"guarded": deployment(**setting)}) as proxy:
            yield proxy, behind


def events(text: str) -> list[dict[str, Any]]:
    lines = [line.removeprefix("data: ") for line in text.split("\n\n") if line.startswith("data: ")]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


def same(through: dict[str, Any], straight: dict[str, Any]) -> None:
    theirs = {name: value for name, value in straight.items() if name not in OURS}
    assert {name: value for name, value in through.items() if name not in OURS} == theirs


@pytest.mark.parametrize("name", RECORDED)
@pytest.mark.parametrize("judge_reply", ["actions", "all"])
async def test_a_whole_reply_comes_through_as_it_is(tmp_path: Path, name: str, judge_reply: str) -> None:
    async with guarding(tmp_path, RECORDED[name], Roles(), judge_reply=judge_reply) as (proxy, _):
        reply = await proxy.http.post("/v1/chat/completions", json=body(tools=[TOOL]))
    same(reply.json(), RECORDED[name][0])


@pytest.mark.parametrize("name", RECORDED)
async def test_a_stream_comes_through_chunk_by_chunk(tmp_path: Path, name: str) -> None:
    asked = body(tools=[TOOL], stream=True, stream_options={"include_usage": True})
    async with guarding(tmp_path, RECORDED[name], Roles()) as (proxy, _):
        through = events((await proxy.http.post("/v1/chat/completions", json=asked)).text)
    straight = RECORDED[name][1]
    assert len(through) == len(straight)
    for ours, theirs in zip(through, straight, strict=True):
        same(ours, theirs)
    assert through[-1]["guard"]["verdict"] == "safe"


@pytest.mark.parametrize("name", RECORDED)
async def test_a_stream_without_usage_has_every_chunk_but_the_accounts(tmp_path: Path, name: str) -> None:
    async with guarding(tmp_path, RECORDED[name], Roles()) as (proxy, _):
        through = events((await proxy.http.post("/v1/chat/completions", json=body(tools=[TOOL], stream=True))).text)
    straight = [{**chunk} for chunk in RECORDED[name][1][:-1]]
    for ours, theirs in zip(through, straight, strict=True):
        del theirs["usage"]
        same(ours, theirs)


@pytest.mark.parametrize("name", RECORDED)
@pytest.mark.parametrize("roles", [Roles(), Roles(action=UNSAFE)])
async def test_usage_in_every_chunk_goes_out_once(tmp_path: Path, name: str, roles: Roles) -> None:
    whole_reply, chunks = RECORDED[name]
    counted = [{**each, "usage": {**USAGE, "completion_tokens": at}} for at, each in enumerate(chunks[:-1])]
    recorded = whole_reply, [*counted[:-1], {**counted[-1], "usage": USAGE}]
    asked = body(tools=[TOOL], stream=True, stream_options={"include_usage": True})
    async with guarding(tmp_path, recorded, roles) as (proxy, _):
        through = events((await proxy.http.post("/v1/chat/completions", json=asked)).text)
    assert [(bool(each["choices"]), each["usage"]) for each in through if each.get("usage")] == [(False, USAGE)]
    assert through[-1]["usage"] == USAGE


# ---- tool calls are actions ----


async def test_proposed_calls_are_judged_together_with_their_arguments(tmp_path: Path) -> None:
    for stream in (False, True):
        async with guarding(tmp_path / str(stream), TOOLS, Roles(action=SAFE)) as (proxy, _):
            await proxy.http.post("/v1/chat/completions", json=body(tools=[TOOL], stream=stream))
            (asked,) = [request for request in proxy.cast.judges.requests if role_of(request) == "action"]
        assert 'swing({"club":"driver"})\n  walk({"to":"shelf"})' in asked.messages[-1].text


async def answered(proxy: Proxy, **fields: Any) -> tuple[dict[str, Any], str | None, dict[str, Any]]:
    """The message, finish reason and guard's word of a reply, whole or put together from its chunks."""
    reply = await proxy.http.post("/v1/chat/completions", json=body(tools=[TOOL], **fields))
    if not fields.get("stream"):
        told = reply.json()
        return told["choices"][0]["message"], told["choices"][0]["finish_reason"], told["guard"]
    chunks = events(reply.text)
    pieces = [piece for chunk in chunks for piece in chunk["choices"]]
    content = "".join(piece["delta"].get("content") or "" for piece in pieces)
    message: dict[str, Any] = {"role": "assistant", "content": content or None}
    for name in ("tool_calls", "refusal"):
        if any(piece["delta"].get(name) for piece in pieces):
            message[name] = "".join(str(piece["delta"].get(name) or "") for piece in pieces)
    return message, pieces[-1]["finish_reason"], chunks[-1]["guard"]


ways = pytest.mark.parametrize("stream", [False, True])


@ways
async def test_an_unsafe_call_becomes_a_warning_in_its_place(tmp_path: Path, stream: bool) -> None:
    async with guarding(tmp_path, TOOLS, Roles(action=UNSAFE), explain="full") as (proxy, _):
        message, finish, word = await answered(proxy, stream=stream)
        outcome = await proxy.outcome()
        (decision,) = proxy.records("decision")
    assert message == {"role": "assistant", "content": f"I will do it.\n\n{WARNING}"}
    assert finish == "stop"
    assert (word["verdict"], word["action"], word["category"]) == ("unsafe", "warn", "property damage")
    assert decision["verdict"] == "safe"
    assert outcome["late"][0]["verdict"] == "unsafe"


@ways
@pytest.mark.parametrize("roles", [Roles(situation=UNSAFE), Roles(action=UNSAFE)])
async def test_a_plain_warning_ends_as_its_deployment_says_and_a_refusal_with_stop(
    tmp_path: Path, stream: bool, roles: Roles
) -> None:
    async with guarding(tmp_path, TOOLS, roles, warning_finish="content_filter", explain="full") as (proxy, _):
        _, plain, _ = await answered(proxy, stream=stream)
        outcome = await proxy.outcome()
        _, refusal, _ = await answered(proxy, stream=stream, response_format={"type": "json_object"})
    assert (plain, outcome["finish"], refusal) == ("content_filter", "content_filter", "stop")


@ways
async def test_guidance_is_an_answer_and_ends_with_stop(tmp_path: Path, stream: bool) -> None:
    roles = Roles(situation=UNCLEAR)
    async with guarding(tmp_path, TOOLS, roles, warning_finish="content_filter", explain="full") as (proxy, _):
        _, finish, word = await answered(proxy, stream=stream)
    assert (finish, word["action"]) == ("stop", "guide")


@ways
async def test_calls_that_cannot_be_judged_do_not_go_out(tmp_path: Path, stream: bool) -> None:
    async with guarding(tmp_path, TOOLS, Roles(action="no verdict")) as (proxy, _):
        reply = await proxy.http.post("/v1/chat/completions", json=body(tools=[TOOL], stream=stream))
        outcome = await proxy.outcome()
    assert "driver" not in reply.text
    assert "guard_unavailable" in reply.text
    assert "[DONE]" not in reply.text
    assert outcome["cut_off"] == "guard_unavailable"


@ways
async def test_a_call_in_any_choice_is_judged(tmp_path: Path, stream: bool) -> None:
    hidden = {"tool_calls": [call(0, "swing", '{"at":"vase"}')]}
    recorded = (
        whole(choice({"content": "Fine."}), choice({"content": None, **hidden}, "tool_calls", 1)),
        [
            chunk({"role": "assistant", "content": "Fine."}),
            chunk({"role": "assistant", **hidden}, index=1),
            chunk({}, "stop"),
            chunk({}, "tool_calls", 1),
        ],
    )
    async with guarding(tmp_path, recorded, Roles(action=UNSAFE)) as (proxy, _):
        reply = await proxy.http.post("/v1/chat/completions", json=body(tools=[TOOL], n=2, stream=stream))
    assert "vase\\" not in reply.text
    assert reply.text.count("Careful") == 2 or not stream


@ways
async def test_a_typed_client_sees_a_refusal_in_a_calls_place(tmp_path: Path, stream: bool) -> None:
    async with guarding(tmp_path, TOOLS, Roles(action=UNSAFE)) as (proxy, _):
        message, _, _ = await answered(proxy, stream=stream, response_format={"type": "json_object"})
    assert message["refusal"] == WARNING


# ---- judge_reply: all ----


@ways
@pytest.mark.parametrize("name", RECORDED)
async def test_a_reply_that_is_judged_whole_leaves_nothing_of_an_unsafe_one(
    tmp_path: Path, stream: bool, name: str
) -> None:
    roles = Roles(review=UNSAFE)
    async with guarding(tmp_path, RECORDED[name], roles, judge_reply="all") as (proxy, _):
        reply = await proxy.http.post("/v1/chat/completions", json=body(tools=[TOOL], stream=stream))
    for words in ("Keep", "Swing", "lawn", "One", "do it", "driver", "Hold"):
        assert words not in reply.text
    assert reply.headers["x-guard-verdict"] == "safe"  # of the request; the reply's is in the guard object
    assert '"verdict":"unsafe"' in reply.text


async def test_thinking_is_judged_with_the_reply(tmp_path: Path) -> None:
    async with guarding(tmp_path, RECORDED["thinking"], Roles(), judge_reply="all") as (proxy, _):
        await proxy.http.post("/v1/chat/completions", json=body())
        (asked,) = [request for request in proxy.cast.judges.requests if role_of(request) == "review"]
    assert "It is a lawn." in asked.messages[-1].text
    assert "Swing." in asked.messages[-1].text


async def test_nothing_streams_before_the_whole_reply_is_judged(tmp_path: Path) -> None:
    roles = Roles(review="no verdict")
    async with guarding(tmp_path, RECORDED["plain"], roles, judge_reply="all") as (proxy, _):
        reply = await proxy.http.post("/v1/chat/completions", json=body(stream=True))
    assert reply.status_code == 503
    assert "Keep" not in reply.text
