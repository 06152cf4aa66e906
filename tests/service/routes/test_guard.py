"""The verdict alone: what the guard says of a request, for who calls their model themselves."""

from __future__ import annotations

from pathlib import Path

from tests.scripts import UNSAFE, Roles
from tests.service.running import cast, golf_messages, running


async def test_the_guard_alone_gives_verdict_and_findings_and_asks_for_no_answer(tmp_path: Path) -> None:
    async with running(tmp_path, cast(Roles(situation=UNSAFE))) as proxy:
        reply = await proxy.http.post("/v1/guard", json={"model": "guarded", "messages": golf_messages()})
        assert not proxy.cast.answers.requests
    told = reply.json()
    assert (told["verdict"], told["action"]) == ("unsafe", "warn")
    assert told["agents"][2]["finding"]["evidence"] == "glass vase"
    assert reply.headers["x-guard-verdict"] == "unsafe"
