"""The gate: the draft runs beside the judgement and nothing of it is out before the decision is on disk."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from agents.errors import ModelFailed
from tests.scripts import SAFE, UNSAFE, Roles, role_of
from tests.service.apis import Api, apis
from tests.service.running import cast, deployment, golf_messages, paced, running
from tests.service.waiting import until

ANSWER = "Keep your head still and swing."
BROKEN = ModelFailed("judges", "connection")


@apis
async def test_the_judgement_begins_before_the_draft_has_ended(tmp_path: Path, api: Api) -> None:
    gate = asyncio.Event()
    async with running(tmp_path, paced(answers=gate)) as proxy:
        asking = asyncio.create_task(proxy.http.post(api.path, json=api.request()))
        await until(lambda: len(proxy.cast.judges.requests) == 4 and proxy.records("decision"))
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
        assert bool(received) is stream  # the stream is kept alive, by comments alone
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
async def test_failing_open_is_loud(tmp_path: Path, api: Api) -> None:
    deployments = {"guarded": deployment(on_failure="open")}
    outage = ModelFailed("judges", "connection", outage=True)
    async with running(tmp_path, cast(Roles(situation=outage)), deployments) as proxy:
        reply = await proxy.http.post(api.path, json=api.request())
        (decision,) = proxy.records("decision")
    assert api.said(reply.json()) == ANSWER
    assert reply.headers["x-guard-released"] == "failed open"
    assert (decision["released"], decision["verdict"]) == ("failed open", "none")
    assert decision["failure"] == "model connection, outage"


@apis
@pytest.mark.parametrize("fault", [BROKEN, ModelFailed("judges", "status", status=400), "I cannot help with that."])
async def test_an_open_door_does_not_open_for_what_a_client_can_cause(tmp_path: Path, fault: Any, api: Api) -> None:
    deployments = {"guarded": deployment(on_failure="open")}
    async with running(tmp_path, cast(Roles(scene=fault)), deployments) as proxy:
        reply = await proxy.http.post(api.path, json=api.request())
        (decision,) = proxy.records("decision")
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, "guard_unavailable")
    assert ANSWER not in reply.text
    assert decision["released"] == "nothing"


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


@apis
@pytest.mark.parametrize("stream", [False, True])
async def test_a_request_that_could_not_be_judged_has_an_outcome_too(tmp_path: Path, stream: bool, api: Api) -> None:
    async with running(tmp_path, cast(Roles(scene=BROKEN))) as proxy:
        assert (await proxy.http.post(api.path, json=api.request(stream=stream))).status_code == 503
        (decision,) = proxy.records("decision")
        outcome = await proxy.outcome()
    assert (outcome["id"], outcome["cut_off"]) == (decision["id"], "guard_unavailable")
    assert outcome["answer"] is None
