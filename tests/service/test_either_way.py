"""Streamed or not, a reply is the same: verdict, text, calls, finish reason, usage; and explains itself as told to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agents.models.base import JsonObject
from service.openai.replies import ReplyContents
from tests.scripts import UNCLEAR, UNSAFE, Roles
from tests.service.recorded import RECORDED
from tests.service.running import body, cast, deployment, running
from tests.service.test_transparency import TOOL, events, guarding

SITUATIONS = {
    "safe": Roles(),
    "unsafe": Roles(situation=UNSAFE),
    "unclear": Roles(situation=UNCLEAR),
    "unsafe calls": Roles(action=UNSAFE),
}
DEPTHS = {
    "none": None,
    "category": {"decision", "verdict", "action", "category", "released"},
    "full": {
        *(
            "configuration",
            "evidence",
            "reason",
            "agents",
            "reviews",
            "calls",
            "draft",
            "method",
            "deployment",
            "failure",
        ),
    },
}


def summary(bodies: list[JsonObject]) -> JsonObject:
    """What a client has in hand in the end."""
    content = ReplyContents(bodies)
    finishes = [choice.get("finish_reason") for each in bodies for choice in each.get("choices") or []]
    return {
        "words": [{name: text for name, text in choice.words.items() if text} for choice in content.choices],
        "calls": content.calls,
        "finish": [finish for finish in finishes if finish],
        "usage": next((each["usage"] for each in reversed(bodies) if each.get("usage")), None),
        "guard": {name: bodies[-1]["guard"][name] for name in ("verdict", "action", "category", "released")},
    }


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("judge_reply", ["actions", "all"])
async def test_streamed_and_whole_replies_carry_the_same(tmp_path: Path, situation: str, judge_reply: str) -> None:
    for name, recorded in RECORDED.items():
        folder = tmp_path / name
        async with guarding(folder, recorded, SITUATIONS[situation], judge_reply=judge_reply) as (proxy, _):
            whole = await proxy.http.post("/v1/chat/completions", json=body(tools=[TOOL]))
            asked = body(tools=[TOOL], stream=True, stream_options={"include_usage": True})
            streamed = await proxy.http.post("/v1/chat/completions", json=asked)
        assert summary(events(streamed.text)) == summary([whole.json()]), name
        for header in ("x-guard-verdict", "x-guard-action"):
            assert streamed.headers[header] == whole.headers[header]


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("stream", [False, True])
async def test_a_reply_explains_itself_as_deep_as_its_deployment_says(tmp_path: Path, depth: str, stream: bool) -> None:
    async with running(tmp_path, cast(), {"guarded": deployment(explain=depth)}) as proxy:
        reply = await proxy.http.post("/v1/chat/completions", json=body(stream=stream))
    word: Any = (events(reply.text)[-1] if stream else reply.json()).get("guard")
    expected = DEPTHS[depth]
    if expected is None:
        assert "guard" not in reply.text.replace("guarded", "")
    elif depth == "category":
        assert set(word) == expected
    else:
        assert set(word) == expected | (DEPTHS["category"] or set())
        for agent in word["agents"]:
            assert set(agent) == {"agent", "model", "prompt", "usage", "milliseconds", "asks", "finding"}
    assert reply.headers["x-guard-verdict"] == "safe"
