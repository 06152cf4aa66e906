"""The Responses API through a running proxy: verdicts, what stands in their place, state, and errors."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import openai
import pytest
from pydantic import BaseModel

from agents.errors import ModelFailed
from agents.models.scripted import ScriptedModel
from service.keys.key import KeyLimits
from tests.scripts import SAFE, UNSAFE, Roles, picture, role_of
from tests.service.apis import RESPONSES, as_typed, asked, response_events, said, shown, without_ids
from tests.service.recorded import PLAIN, RECORDED, SIGNED, TOOLS, signed_tools
from tests.service.running import QUESTION, Cast, Proxy, cast, deployment, running
from tests.service.test_keys import make_key
from tests.service.test_transparency import guarding
from tests.service.upstream import WARNING, upstream
from tests.service.waiting import until

ANSWER = "Keep your head still and swing."
TOOL = RESPONSES.tools[0]
ways = pytest.mark.parametrize("stream", [False, True])


class Swing(BaseModel):
    club: str


async def response(proxy: Proxy, **fields: Any) -> dict[str, Any]:
    """The response object, whole or at the end of its events."""
    reply = await proxy.http.post("/v1/responses", json=asked(**fields))
    assert reply.status_code == 200, reply.text
    body = response_events(reply.text)[-1]["response"] if fields.get("stream") else reply.json()
    as_typed(body)
    return dict(body)


def contents(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for item in body["output"] if item["type"] == "message" for part in item["content"]]


# ---- replies ----


@pytest.mark.parametrize("name", RECORDED)
@pytest.mark.parametrize("judge_reply", ["actions", "all"])
@pytest.mark.parametrize("roles", [Roles(), Roles(situation=UNSAFE), Roles(action=UNSAFE)])
async def test_streamed_and_whole_replies_carry_the_same(
    tmp_path: Path, name: str, judge_reply: str, roles: Roles
) -> None:
    async with guarding(tmp_path, RECORDED[name], roles, judge_reply=judge_reply) as (proxy, _):
        bodies = [without_ids(await response(proxy, tools=[TOOL], stream=stream)) for stream in (False, True)]
    for body in bodies:
        for differing in ("created_at", "completed_at", "service_tier"):
            del body[differing]
        del body["guard"]["decision"]
    assert bodies[0] == bodies[1]


async def test_the_official_client_reads_every_way(tmp_path: Path) -> None:
    async with running(tmp_path) as proxy:
        created = await proxy.client.responses.create(model="guarded", input=shown(picture("green")))  # type: ignore[arg-type]
        async with proxy.client.responses.stream(model="guarded", input=QUESTION) as events:
            deltas = [event.delta async for event in events if event.type == "response.output_text.delta"]
            final = await events.get_final_response()
        turns = [turn for request in proxy.cast.judges.requests for turn in request.messages]
    assert created.output_text == final.output_text == "".join(deltas) == ANSWER
    assert created.guard["verdict"] == "safe"  # type: ignore[attr-defined]
    assert "image" in {part.kind for turn in turns for part in turn.parts}


@ways
async def test_a_warning_is_a_text_for_a_person(tmp_path: Path, stream: bool) -> None:
    async with guarding(tmp_path, PLAIN, Roles(situation=UNSAFE)) as (proxy, _):
        body = await response(proxy, stream=stream, tools=[TOOL])
        reply = await proxy.http.post("/v1/responses", json=asked(stream=stream))
    assert body["status"] == "completed"
    assert [(part["type"], part["text"]) for part in contents(body)] == [("output_text", WARNING)]
    assert body["guard"]["verdict"] == "unsafe"
    assert (reply.headers["x-guard-verdict"], reply.headers["x-guard-action"]) == ("unsafe", "warn")
    for words in ("head", "still"):
        assert words not in reply.text


FORCED: list[dict[str, Any]] = [
    {"text": {"format": {"type": "json_object"}}},
    {"text": {"format": {"type": "json_schema", "name": "plan", "schema": {"type": "object"}}}},
    {"tools": [TOOL], "tool_choice": "required"},
    {"tools": [TOOL], "tool_choice": {"type": "function", "name": "swing"}},
    {"tools": [TOOL], "tool_choice": {"type": "allowed_tools", "mode": "required", "tools": [TOOL]}},
]


@ways
@pytest.mark.parametrize("fields", FORCED)
async def test_a_warning_is_a_refusal_for_a_program(tmp_path: Path, stream: bool, fields: dict[str, Any]) -> None:
    async with guarding(tmp_path, PLAIN, Roles(situation=UNSAFE)) as (proxy, _):
        body = await response(proxy, stream=stream, **fields)
    assert body["status"] == "completed"
    assert contents(body) == [{"type": "refusal", "refusal": WARNING}]


async def test_typed_clients_see_the_refusal(tmp_path: Path) -> None:
    async with guarding(tmp_path, PLAIN, Roles(situation=UNSAFE)) as (proxy, _):
        parsed = await proxy.client.responses.parse(model="guarded", input=QUESTION, text_format=Swing)
        async with proxy.client.responses.stream(model="guarded", input=QUESTION, text_format=Swing) as events:
            final = await events.get_final_response()
    for each in (parsed, final):
        assert each.output_parsed is None
        (message,) = each.output
        assert message.type == "message"
        assert [part.refusal for part in message.content if part.type == "refusal"] == [WARNING]


@ways
async def test_an_unsafe_call_never_appears_and_the_warning_follows_the_words(tmp_path: Path, stream: bool) -> None:
    async with guarding(tmp_path, TOOLS, Roles(action=UNSAFE)) as (proxy, _):
        body = await response(proxy, stream=stream, tools=[TOOL])
        forced = await response(proxy, stream=stream, tools=[TOOL], tool_choice="required")
        reply = await proxy.http.post("/v1/responses", json=asked(stream=stream, tools=[TOOL]))
    assert [item["type"] for item in body["output"]] == ["message"]
    assert said(body) == f"I will do it.\n\n{WARNING}"
    assert body["guard"]["verdict"] == "unsafe"
    assert [part["type"] for part in contents(forced)] == ["output_text", "refusal"]
    assert [part.get("text", part.get("refusal")) for part in contents(forced)] == ["I will do it.", WARNING]
    assert "driver" not in reply.text


@ways
async def test_calls_that_cannot_be_judged_do_not_go_out(tmp_path: Path, stream: bool) -> None:
    async with guarding(tmp_path, TOOLS, Roles(action="no verdict")) as (proxy, _):
        reply = await proxy.http.post("/v1/responses", json=asked(tools=[TOOL], stream=stream))
        held = proxy.http.get(f"/v1/responses/resp_{reply.headers['x-guard-decision']}")
        assert (await held).status_code == 404
    assert "driver" not in reply.text
    assert "guard_unavailable" in reply.text
    if stream:
        assert [event["type"] for event in response_events(reply.text)][-2:] == ["error", "response.failed"]


@ways
async def test_a_plain_warning_is_incomplete_only_where_its_deployment_says_so(tmp_path: Path, stream: bool) -> None:
    async with guarding(tmp_path, TOOLS, Roles(situation=UNSAFE), warning_finish="content_filter") as (proxy, _):
        plain = await response(proxy, stream=stream)
        refusal = await response(proxy, stream=stream, text={"format": {"type": "json_object"}})
    assert (plain["status"], plain["incomplete_details"], said(plain)) == (
        "incomplete",
        {"reason": "content_filter"},
        WARNING,
    )
    assert (refusal["status"], refusal["incomplete_details"]) == ("completed", None)


async def test_a_tool_loop_with_items_sent_back(tmp_path: Path) -> None:
    async with guarding(tmp_path, TOOLS, Roles()) as (proxy, behind):
        first = await response(proxy, tools=[TOOL])
        results = [
            {"type": "function_call_output", "call_id": item["call_id"], "output": "done"}
            for item in first["output"]
            if item["type"] == "function_call"
        ]
        await response(proxy, tools=[TOOL], input=[*shown(), *first["output"], *results])
        roles = [(turn["role"], len(turn.get("tool_calls", []))) for turn in behind.received[-1]["messages"]]
    assert roles == [("user", 0), ("assistant", 2), ("tool", 0), ("tool", 0)]


@ways
@pytest.mark.parametrize("back", ["whole", "without it", "by reference", "by the response", "not stored"])
async def test_a_signature_of_a_call_comes_back_to_its_host(tmp_path: Path, stream: bool, back: str) -> None:
    async with guarding(tmp_path, signed_tools(), Roles()) as (proxy, behind):
        first = await response(proxy, tools=[TOOL], stream=stream, store=back != "not stored")
        said = first["output"]
        if back == "without it":
            said = [{name: value for name, value in item.items() if name != "extra_content"} for item in said]
        if back == "by reference":
            said = [{"type": "item_reference", "id": item["id"]} for item in said]
        results = [{"type": "function_call_output", "call_id": f"call_{number}", "output": "done"} for number in (0, 1)]
        if back == "by the response":
            again = {"input": results, "previous_response_id": first["id"]}
        else:
            again = {"input": [*shown(), *said, *results]}
        await response(proxy, tools=[TOOL], **again)
        calls = behind.received[-1]["messages"][1]["tool_calls"]
        judged = "".join(turn.text for request in proxy.cast.judges.requests for turn in request.messages)
    assert [item.get("extra_content") for item in first["output"]] == [None, SIGNED, None]
    assert [call.get("extra_content") for call in calls] == [SIGNED, None]
    assert "EjQKMg==" not in judged  # it went out here


async def test_words_in_place_of_a_signature_are_refused(tmp_path: Path) -> None:
    call = {"type": "function_call", "call_id": "1", "name": "swing", "arguments": "{}"}
    async with running(tmp_path) as proxy:
        items = [*shown(), {**call, "extra_content": {"google": {"x": "two words"}}}]
        reply = await proxy.http.post("/v1/responses", json=asked(input=items))
        assert proxy.asked_nothing
    assert (reply.status_code, reply.json()["error"]["param"]) == (400, "input[1].extra_content")


async def test_only_its_own_call_gets_a_signature_that_is_held(tmp_path: Path) -> None:
    async with upstream(*signed_tools()) as behind:
        players = Cast(behind.model(), ScriptedModel(Roles(), name="judges"))
        setting = {"guarded": deployment(), "other": deployment(), "off": deployment(state=False)}
        async with running(tmp_path, players, setting) as proxy:

            async def brought(call: str, model: str = "guarded") -> Any:
                """The signature that reaches the model, where a client sends a call back without it."""
                made = {"type": "function_call", "call_id": call, "name": "swing", "arguments": "{}"}
                result = {"type": "function_call_output", "call_id": call, "output": "done"}
                await response(proxy, model=model, tools=[TOOL], input=[*shown(), made, result], store=False)
                return behind.received[-1]["messages"][1]["tool_calls"][0].get("extra_content")

            first = await response(proxy, tools=[TOOL])
            assert await brought("call_0") == SIGNED
            for call, model in (("call_1", "guarded"), ("call_7", "guarded"), ("call_0", "other"), ("call_0", "off")):
                assert await brought(call, model) is None
            await proxy.http.delete(f"/v1/responses/{first['id']}")
            assert await brought("call_0") is None


@ways
async def test_hosted_tools_are_named_in_a_header_and_nowhere_else(tmp_path: Path, stream: bool) -> None:
    tools = [{"type": "web_search"}, {"type": "mcp", "server_label": "x"}, TOOL]
    async with guarding(tmp_path, PLAIN, Roles()) as (proxy, behind):
        reply = await proxy.http.post("/v1/responses", json=asked(tools=tools, stream=stream))
        body = response_events(reply.text)[-1]["response"] if stream else reply.json()
        (received,) = behind.received
    assert reply.headers["x-guard-dropped-tools"] == "web_search, mcp"
    assert [tool["name"] for tool in body["tools"]] == ["swing"]
    assert len(received["tools"]) == 1


# ---- the verdict ----


@pytest.mark.parametrize("explain", ["none", "category"])
@pytest.mark.parametrize(("roles", "flagged"), [(Roles(), False), (Roles(situation=UNSAFE), True)])
async def test_moderation_says_what_was_found(tmp_path: Path, explain: str, roles: Roles, flagged: bool) -> None:
    async with running(tmp_path, cast(roles), {"guarded": deployment(explain=explain)}) as proxy:
        bodies = [await response(proxy, moderation={"model": "omni"}, stream=stream) for stream in (False, True)]
        plain = await response(proxy)
    assert "moderation" not in plain
    assert ("guard" in plain) is (explain != "none")
    for body in bodies:
        found = body["moderation"]["input"]
        assert (found["type"], found["model"], found["flagged"]) == ("moderation_result", "guarded", flagged)
        told = {name for name, holds in found["categories"].items() if holds}
        assert told == ({"property damage"} if flagged and explain != "none" else set())
        assert body["moderation"]["output"].get("flagged", "not judged") == (False if flagged else "not judged")


async def test_moderation_of_a_reply_whose_calls_were_held_back(tmp_path: Path) -> None:
    async with guarding(tmp_path, TOOLS, Roles(action=UNSAFE)) as (proxy, _):
        body = await response(proxy, tools=[TOOL], moderation={"model": "omni"})
    assert not body["moderation"]["input"]["flagged"]
    assert body["moderation"]["output"]["flagged"]


async def test_where_nothing_is_judged_moderation_says_so(tmp_path: Path) -> None:
    async with running(tmp_path, cast(), {"guarded": deployment(mode="off")}) as proxy:
        body = await response(proxy, moderation={"model": "omni"})
    assert body["moderation"]["input"]["type"] == "error"


# ---- errors ----


async def test_what_is_refused_reaches_no_model(tmp_path: Path) -> None:
    wrong: list[dict[str, Any]] = [
        {"background": True},
        {"conversation": "conv_1"},
        {"prompt": {"id": "pmpt_1"}},
        {"previous_response_id": "resp_nobody"},
        {"input": [{"type": "item_reference", "id": "msg_nobody"}]},
        {"input": [{"type": "web_search_call"}]},
        {"tools": [{"type": "web_search"}], "tool_choice": "required"},
        {"mystery": 1},
    ]
    async with running(tmp_path) as proxy:
        for fields in wrong:
            reply = await proxy.http.post("/v1/responses", json=asked(**fields))
            assert (reply.status_code, reply.json()["error"]["type"]) == (400, "invalid_request_error"), fields
            assert reply.json()["error"]["param"]
        with pytest.raises(openai.NotFoundError, match="does not exist"):
            await proxy.client.responses.create(model="nobody", input="How?")
        for path in ("compact", "resp_1/cancel", "input_tokens"):
            reply = await proxy.http.post(f"/v1/responses/{path}", json={"model": "guarded"})
            assert (reply.status_code, reply.json()["error"]["code"]) == (404, "unknown_url")
        assert (await proxy.http.post("/v1/responses/compact", json={})).status_code == 400
        assert proxy.asked_nothing
        assert not proxy.records()


async def test_an_error_after_the_head_reaches_the_official_client(tmp_path: Path) -> None:
    gate = asyncio.Event()
    players = Cast(
        ScriptedModel(Roles(), name="answers"),
        ScriptedModel(Roles(situation=ModelFailed("judges", "connection")), name="judges", gate=gate),
    )
    async with running(tmp_path, players, hold_seconds=0.05, wait_seconds=0.05) as proxy:
        stream = await proxy.client.responses.create(model="guarded", input=QUESTION, stream=True)
        seen: list[str] = []

        async def read() -> None:
            async for event in stream:
                seen.append(event.type)  # noqa: PERF401 looked at while it grows

        reading = asyncio.create_task(read())
        await until(lambda: seen.count("response.in_progress") > 2)
        gate.set()
        with pytest.raises(openai.APIError, match="could not be judged"):
            await reading
    assert set(seen) == {"response.created", "response.in_progress"}


async def test_a_long_wait_is_bridged_by_events(tmp_path: Path) -> None:
    gate = asyncio.Event()
    players = Cast(ScriptedModel(Roles(), name="answers"), ScriptedModel(Roles(), name="judges", gate=gate))
    async with running(tmp_path, players, hold_seconds=0.02, wait_seconds=0.02) as proxy:
        asking = asyncio.create_task(proxy.http.post("/v1/responses", json=asked(stream=True)))
        await asyncio.sleep(0.6)
        gate.set()
        events = response_events((await asking).text)
    again = [event["type"] for event in events].count("response.in_progress")
    assert again > 5
    assert said(events[-1]["response"]) == ANSWER


# ---- state ----


def heard(proxy: Proxy) -> list[str]:
    """What the model was last asked."""
    requests = [request for request in proxy.cast.answers.requests if role_of(request) == "answer"]
    return [turn.text for turn in requests[-1].messages]


async def test_a_conversation_goes_on_from_a_response_without_its_instructions(tmp_path: Path) -> None:
    async with running(tmp_path) as proxy:
        first = await response(proxy, instructions="Be brief.")
        second = await response(proxy, input="And then?", previous_response_id=first["id"], stream=True)
        assert heard(proxy) == [QUESTION, ANSWER, "And then?"]
        await response(proxy, input="And after?", previous_response_id=second["id"])
        assert heard(proxy) == [QUESTION, ANSWER, "And then?", ANSWER, "And after?"]
        decision = proxy.records("decision")[-1]
        scenes = [request for request in proxy.cast.judges.requests if role_of(request) == "scene"]
    assert second["previous_response_id"] == first["id"]
    assert [part["kind"] for part in decision["parts"]].count("image") == 1
    assert len(scenes) == 1  # what was found in the picture holds for every question about it


async def test_what_was_held_back_is_held_as_the_warning(tmp_path: Path) -> None:
    async with running(tmp_path, cast(Roles(situation=UNSAFE))) as proxy:
        first = await response(proxy)
        shown_again = (await proxy.http.get(f"/v1/responses/{first['id']}")).json()
        proxy.cast.judges.requests.clear()
        await response(proxy, input="Go on.", previous_response_id=first["id"])
        judged = "".join(turn.text for request in proxy.cast.judges.requests for turn in request.messages)
    assert shown_again == first
    assert "Careful" in judged
    assert ANSWER not in judged


async def test_items_are_found_by_reference(tmp_path: Path) -> None:
    async with guarding(tmp_path, TOOLS, Roles()) as (proxy, behind):
        first = await response(proxy, tools=[TOOL])
        references = [{"type": "item_reference", "id": item["id"]} for item in first["output"]]
        results = [{"type": "function_call_output", "call_id": f"call_{number}", "output": "done"} for number in (0, 1)]
        await response(proxy, tools=[TOOL], input=[*shown(), *references, *results])
        turn = behind.received[-1]["messages"][1]
    assert (turn["content"], [call["id"] for call in turn["tool_calls"]]) == ("I will do it.", ["call_0", "call_1"])


async def test_responses_can_be_got_listed_and_deleted(tmp_path: Path) -> None:
    async with running(tmp_path) as proxy:
        first = await proxy.client.responses.create(model="guarded", input=shown(picture("green")))  # type: ignore[arg-type]
        again = await proxy.client.responses.retrieve(first.id)
        assert again.output_text == ANSWER
        items = [item async for item in proxy.client.responses.input_items.list(first.id, order="asc")]
        assert [item.to_dict()["content"][0]["type"] for item in items] == ["input_image"]  # type: ignore[index]
        page = (await proxy.http.get(f"/v1/responses/{first.id}/input_items?limit=1&after=nothing")).json()
        assert (page["object"], len(page["data"]), page["has_more"]) == ("list", 1, False)
        assert (await proxy.http.get(f"/v1/responses/{first.id}?stream=true")).status_code == 400
        await proxy.client.responses.delete(first.id)
        for reply in (
            await proxy.http.get(f"/v1/responses/{first.id}"),
            await proxy.http.delete(f"/v1/responses/{first.id}"),
            await proxy.http.get(f"/v1/responses/{first.id}/input_items"),
        ):
            assert reply.status_code == 404
            assert reply.json()["error"]["message"].startswith(f"Response with id '{first.id}' not found.")
        with pytest.raises(openai.BadRequestError) as caught:
            await proxy.client.responses.create(model="guarded", input="And?", previous_response_id=first.id)
        assert (caught.value.code, caught.value.param) == ("previous_response_not_found", "previous_response_id")


async def test_only_the_same_key_and_deployment_find_a_response(tmp_path: Path) -> None:
    mine, theirs = make_key(tmp_path), make_key(tmp_path)
    elsewhere = make_key(tmp_path, KeyLimits(frozenset({"elsewhere"})))
    deployments = {name: deployment() for name in ("guarded", "elsewhere")}
    async with running(tmp_path, None, deployments, host="0.0.0.0", allowed_hosts=["127.0.0.1"]) as proxy:  # noqa: S104

        async def ask(key: str, **fields: Any) -> Any:
            return await proxy.http.post(
                "/v1/responses", json=asked(**fields), headers={"authorization": f"Bearer {key}"}
            )

        first = (await ask(mine)).json()
        item = first["output"][0]["id"]
        refer = {"input": [*shown(), {"type": "item_reference", "id": item}]}
        assert (await ask(mine, input="And?", previous_response_id=first["id"])).status_code == 200
        assert (await ask(mine, **refer)).status_code == 200
        for key, model in ((theirs, "guarded"), (mine, "elsewhere"), (elsewhere, "elsewhere")):
            gone_on = await ask(key, model=model, input="And?", previous_response_id=first["id"])
            assert (gone_on.status_code, gone_on.json()["error"]["code"]) == (400, "previous_response_not_found")
            referred = await ask(key, model=model, **refer)
            assert (referred.status_code, referred.json()["error"]["param"]) == (400, "input")
            assert referred.json()["error"]["message"].startswith(f"Item with id '{item}' not found.")
        for key, status in ((theirs, 404), (elsewhere, 404), (mine, 200)):
            headers = {"authorization": f"Bearer {key}"}
            assert (await proxy.http.get(f"/v1/responses/{first['id']}", headers=headers)).status_code == status


async def test_a_picture_that_comes_back_counts_again(tmp_path: Path) -> None:
    key = make_key(tmp_path, KeyLimits(pictures_per_minute=2))
    async with running(tmp_path, host="0.0.0.0", allowed_hosts=["127.0.0.1"]) as proxy:  # noqa: S104
        headers = {"authorization": f"Bearer {key}"}
        last: dict[str, Any] = {}
        for status in (200, 200, 429):
            fields = {"input": "And then?", "previous_response_id": last["id"]} if last else {}
            reply = await proxy.http.post("/v1/responses", json=asked(**fields), headers=headers)
            assert reply.status_code == status
            last = reply.json()


async def test_what_comes_back_is_bounded_together_with_what_is_new(tmp_path: Path) -> None:
    async with running(tmp_path, text_megabytes=1) as proxy:
        first = await response(proxy, input="x" * 600_000)
        again = {"input": "x" * 600_000, "previous_response_id": first["id"]}
        reply = await proxy.http.post("/v1/responses", json=asked(**again))
        assert (reply.status_code, reply.json()["error"]["code"]) == (413, "request_too_large")
        assert (await response(proxy, input="x", previous_response_id=first["id"]))["status"] == "completed"


async def test_without_state_nothing_is_held_and_it_says_so(tmp_path: Path) -> None:
    async with running(tmp_path, cast(), {"guarded": deployment(state=False)}) as proxy:
        first = await response(proxy)
        assert first["store"] is False
        assert (await proxy.http.get(f"/v1/responses/{first['id']}")).status_code == 404
        for fields in (
            {"previous_response_id": first["id"]},
            {"input": [{"type": "item_reference", "id": first["output"][0]["id"]}]},
        ):
            reply = await proxy.http.post("/v1/responses", json=asked(**fields))
            assert reply.status_code == 400
            assert "state: off" in reply.json()["error"]["message"]


async def test_after_its_time_a_response_is_not_found(tmp_path: Path) -> None:
    async with running(tmp_path, state_minutes=0.005) as proxy:
        first = await response(proxy)
        await asyncio.sleep(0.4)
        assert (await proxy.http.get(f"/v1/responses/{first['id']}")).status_code == 404


# ---- the verdict alone ----


@pytest.mark.parametrize(("verdict", "word"), [(SAFE, "safe"), (UNSAFE, "unsafe")])
async def test_the_guard_reads_this_shape_too(tmp_path: Path, verdict: Any, word: str) -> None:
    async with running(tmp_path, cast(Roles(situation=verdict))) as proxy:
        reply = await proxy.http.post("/v1/guard", json=asked(instructions="Be brief."))
        assert not proxy.cast.answers.requests
        wrong = await proxy.http.post("/v1/guard", json=asked(messages=[]))
    assert reply.json()["verdict"] == word
    assert wrong.status_code == 400  # both shapes at once are chat's with a field too many
