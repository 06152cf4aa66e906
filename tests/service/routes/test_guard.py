"""The verdict alone: what the guard says of a request, for who calls their model themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agents.errors import ModelFailed
from tests.scripts import UNSAFE, Roles
from tests.service.raw import error_of
from tests.service.running import body, cast, deployment, golf_messages, running

BROKEN = ModelFailed("judges", "connection")


async def test_the_guard_alone_gives_verdict_and_findings_and_asks_for_no_answer(tmp_path: Path) -> None:
    async with running(tmp_path, cast(Roles(situation=UNSAFE))) as proxy:
        reply = await proxy.http.post("/v1/guard", json={"model": "guarded", "messages": golf_messages()})
        assert not proxy.cast.answers.requests
    told = reply.json()
    assert (told["verdict"], told["action"]) == ("unsafe", "warn")
    findings = {agent["agent"]: agent["finding"] for agent in told["agents"]}
    assert findings["situation"]["evidence"] == "glass vase"
    assert reply.headers["x-guard-verdict"] == "unsafe"


@pytest.mark.parametrize(
    ("setting", "verdict", "released"),
    [
        ({}, "unsafe", "enforced"),
        ({"mode": "shadow"}, "unsafe", "enforced"),  # the verdict was asked for, so it is waited for
        ({"mode": "off"}, "none", "off"),
        ({"method": "raw", "unguarded": True}, "none", "unguarded"),
    ],
)
async def test_every_mode_has_its_verdict_and_leaves_both_records(
    tmp_path: Path, setting: Any, verdict: str, released: str
) -> None:
    async with running(tmp_path, cast(Roles(situation=UNSAFE)), {"guarded": deployment(**setting)}) as proxy:
        told = (await proxy.http.post("/v1/guard", json=body())).json()
        outcome = await proxy.outcome()
        assert not proxy.cast.answers.requests
    assert (told["object"], told["verdict"], told["released"]) == ("guard.verdict", verdict, released)
    assert (outcome["id"], outcome["finish"], outcome["cut_off"]) == (told["id"], None, None)


async def test_where_no_verdict_could_be_had_it_is_an_error(tmp_path: Path) -> None:
    async with running(tmp_path, cast(Roles(situation=BROKEN))) as proxy:
        reply = await proxy.http.post("/v1/guard", json=body())
    assert (reply.status_code, error_of(reply)["code"]) == (503, "guard_unavailable")
    assert reply.headers["x-guard-verdict"] == "none"
