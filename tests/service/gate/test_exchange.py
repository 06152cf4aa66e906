"""The gate: the draft runs beside the judgement and nothing of it is out before the decision is on disk."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import openai
import pytest

from agents.errors import ModelFailed
from agents.models.scripted import ScriptedModel
from tests.scripts import SAFE, UNSAFE, Roles, role_of
from tests.service.apis import Api, apis
from tests.service.running import Cast, cast, deployment, golf_messages, running
from tests.service.waiting import until

ANSWER = "Keep your head still and swing."
BROKEN = ModelFailed("judges", "connection")


def paced(*, answers: asyncio.Event | None = None, judges: asyncio.Event | None = None, **roles: Any) -> Cast:
    """A cast whose models wait at gates that the test opens."""
    script = Roles(**roles)
    return Cast(ScriptedModel(script, name="answers", gate=answers), ScriptedModel(script, name="judges", gate=judges))


@apis
async def test_the_judgement_begins_before_the_draft_has_ended(tmp_path: Path, api: Api) -> None:
    gate = asyncio.Event()
    async with running(tmp_path, paced(answers=gate)) as proxy:
        asking = asyncio.create_task(proxy.http.post(api.path, json=api.request()))
        await until(lambda: len(proxy.cast.judges.requests) == 3 and proxy.records("decision"))
        assert proxy.cast.answers.requests  # begun, and still waiting at its gate
        assert not asking.done()
        gate.set()
        assert api.said((await asking).json()) == ANSWER


@apis
@pytest.mark.parametrize("stream", [False, True])
async def test_nothing_is_released_before_the_judgement(tmp_path: Path, stream: bool, api: Api) -> None:
    gate = asyncio.Event()
    async with running(tmp_path, paced(judges=gate), hold_seconds=0.05, wait_seconds=0.05) as proxy:
        received: list[bytes] = []

        async def ask() -> None:
            async with proxy.http.stream("POST", api.path, json=api.request(stream=stream)) as reply:
                async for piece in reply.aiter_bytes():
                    received.append(piece)  # noqa: PERF401 looked at while it grows

        asking = asyncio.create_task(ask())
        await until(lambda: proxy.cast.answers.requests)
        await asyncio.sleep(0.4)
        assert api.awake(b"".join(received)) == b""
        assert bool(received) is stream  # the stream is kept alive, by what carries nothing of a model
        assert not proxy.records()
        gate.set()
        await asking
    assert b"swing." in b"".join(received)


@apis
async def test_the_record_is_there_before_the_first_byte_of_the_answer(tmp_path: Path, api: Api) -> None:
    async with (
        running(tmp_path, cast(pace=0.05)) as proxy,
        proxy.http.stream("POST", api.path, json=api.request(stream=True)) as reply,
    ):
        async for _ in reply.aiter_bytes():
            assert [record["id"] for record in proxy.records()] == [reply.headers["x-guard-decision"]]
            break


@apis
async def test_a_decision_says_what_it_rests_on_and_holds_no_content(tmp_path: Path, api: Api) -> None:
    async with running(tmp_path, cast(Roles(situation=UNSAFE))) as proxy:
        await proxy.http.post(api.path, json=api.request(user="someone"))
        outcome = await proxy.outcome()
        (decision,) = proxy.records("decision")
        raw = proxy.raw_records()
    assert (decision["deployment"], decision["verdict"], decision["action"]) == ("guarded", "unsafe", "warn")
    assert [part["kind"] for part in decision["parts"]] == ["image", "text"]
    seen = {report["agent"]: report["seen"] for report in decision["agents"]}
    assert seen == {"intent": [1], "visual": [0], "situation": [0, 1]}
    assert decision["agents"][2]["chosen"] == {"verdict": "unsafe", "category": "property damage"}
    assert decision["agents"][0]["usage"]["completion_tokens"] > 0
    assert (outcome["id"], outcome["finish"], outcome["cut_off"]) == (decision["id"], "stop", None)
    for secret in (b"golf", b"glass vase", b"Careful", b"china shop"):
        assert secret not in raw


@apis
@pytest.mark.parametrize("agent", ["intent", "scene", "situation"])
@pytest.mark.parametrize("fault", [BROKEN, "SAFE", RuntimeError("a bug"), {"verdict": "safe"}])
@pytest.mark.parametrize("stream", [False, True])
async def test_an_agents_failure_blocks(tmp_path: Path, agent: str, fault: Any, stream: bool, api: Api) -> None:
    async with running(tmp_path, cast(Roles(**{agent: fault}))) as proxy:
        reply = await proxy.http.post(api.path, json=api.request(stream=stream))
        (decision,) = proxy.records("decision")
    assert reply.status_code == 503
    assert reply.json()["error"]["code"] == "guard_unavailable"
    assert reply.headers["retry-after"] == "1"
    assert reply.headers["x-guard-verdict"] == "none"
    assert ANSWER not in reply.text
    assert decision["released"] == "nothing"
    assert decision["failure"]


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
async def test_failing_open_is_loud(tmp_path: Path, api: Api) -> None:
    deployments = {"guarded": deployment(on_failure="open")}
    async with running(tmp_path, cast(Roles(situation=BROKEN)), deployments) as proxy:
        reply = await proxy.http.post(api.path, json=api.request())
        (decision,) = proxy.records("decision")
    assert api.said(reply.json()) == ANSWER
    assert reply.headers["x-guard-released"] == "failed open"
    assert (decision["released"], decision["verdict"]) == ("failed open", "none")


@pytest.mark.parametrize("mode", ["shadow", "off"])
async def test_shadow_and_off_release_at_once_and_say_so(tmp_path: Path, mode: str) -> None:
    gate = asyncio.Event()
    players = paced(judges=gate, situation=UNSAFE)
    async with running(tmp_path, players, {"guarded": deployment(mode=mode)}) as proxy:
        reply = await proxy.client.chat.completions.create(model="guarded", messages=golf_messages())
        (decision,) = proxy.records("decision")
        gate.set()
        outcome = await proxy.outcome()
    assert reply.choices[0].message.content == ANSWER
    assert decision["released"] == mode
    assert outcome.get("shadow", {}).get("verdict") == ("unsafe" if mode == "shadow" else None)


@pytest.mark.parametrize(("verdict", "asked"), [(UNSAFE, "warn"), (SAFE, "answer")])
async def test_a_draft_that_comes_after_is_asked_for_only_when_it_is_safe(
    tmp_path: Path, verdict: Any, asked: str
) -> None:
    players = cast(Roles(situation=verdict))
    async with running(tmp_path, players, {"guarded": deployment(draft="after")}) as proxy:
        await proxy.client.chat.completions.create(model="guarded", messages=golf_messages())
    assert [role_of(request) for request in players.answers.requests] == [asked]


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


@apis
@pytest.mark.parametrize("stream", [False, True])
async def test_a_client_that_leaves_frees_its_calls(tmp_path: Path, stream: bool, api: Api) -> None:
    never = asyncio.Event()
    async with running(tmp_path, paced(answers=never, judges=never)) as proxy:
        asking = asyncio.create_task(proxy.http.post(api.path, json=api.request(stream=stream)))
        await until(lambda: proxy.cast.answers.requests and len(proxy.cast.judges.requests) == 2)
        asking.cancel()
        await until(lambda: proxy.cast.answers.cancelled == 1 and proxy.cast.judges.cancelled == 2)
        await until(lambda: proxy.records("decision"))
        (decision,) = proxy.records()
    assert (decision["released"], decision["failure"]) == ("nothing", "client gone")


@apis
async def test_a_client_that_leaves_midway_stops_the_model(tmp_path: Path, api: Api) -> None:
    async with running(tmp_path, cast(pace=0.1)) as proxy:
        async with proxy.http.stream("POST", api.path, json=api.request(stream=True)) as reply:
            async for _ in reply.aiter_bytes():
                break
        outcome = await proxy.outcome()
        assert proxy.cast.answers.cancelled == 1
    assert outcome["cut_off"] == "client gone"


@apis
@pytest.mark.parametrize("stream", [False, True])
async def test_a_request_has_a_deadline_for_all_of_it(tmp_path: Path, stream: bool, api: Api) -> None:
    never = asyncio.Event()
    slow = {"guarded": deployment(limits={"request_seconds": 0.5})}
    async with running(tmp_path, paced(answers=never), slow, hold_seconds=9) as proxy:
        reply = await proxy.http.post(api.path, json=api.request(stream=stream))
        assert (reply.status_code, reply.json()["error"]["code"]) == (504, "deadline_exceeded")
        assert proxy.cast.answers.cancelled == 1


@apis
async def test_without_a_record_nothing_goes_out(tmp_path: Path, api: Api) -> None:
    async with running(tmp_path) as proxy:
        assert (await proxy.http.get("/readyz")).status_code == 200
        _break_records(tmp_path)
        for stream in (False, True):
            reply = await proxy.http.post(api.path, json=api.request(stream=stream))
            assert reply.status_code == 503
            assert reply.json()["error"]["code"] == "records_unavailable"
            assert "swing" not in reply.text
        assert (await proxy.http.get("/readyz")).json()["records"] is False


def _break_records(folder: Path) -> None:
    """Take the table away under the writer."""
    database = sqlite3.connect(folder / "records.sqlite3")
    database.execute("DROP TABLE records")
    database.execute("DROP TABLE probe")
    database.commit()
    database.close()
