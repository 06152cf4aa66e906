"""What the records of a request say: digests and figures, and nothing that anyone wrote."""

from __future__ import annotations

from pathlib import Path

from tests.scripts import UNSAFE, Roles
from tests.service.running import body, cast, running


async def test_a_decision_says_what_it_rests_on_and_holds_no_content(tmp_path: Path) -> None:
    async with running(tmp_path, cast(Roles(situation=UNSAFE))) as proxy:
        await proxy.http.post("/v1/chat/completions", json=body(user="someone"))
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
