"""What a checkpoint in this process gives comes through the proxy: log-probabilities, and decoding by contrast."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from agents.models.local import LocalModel
from agents.models.scripted import ScriptedModel
from tests.scripts import Roles
from tests.service.running import Cast, deployment, golf_messages, running

pytest.importorskip("torch", reason="needs local: the extra of that name")

UNGUARDED = {
    "raw": deployment(method="raw", unguarded=True),
    "coca": deployment(method="coca", coca={"alpha": -1}, unguarded=True),
}


def local_cast() -> Cast:
    pocket = LocalModel("answers", checkpoint=str(files("agents.models") / "pocket"), device="cpu")
    return Cast(pocket, ScriptedModel(Roles(), name="judges"))


async def test_log_probabilities_come_whole_and_streamed_with_their_text(tmp_path: Path) -> None:
    asked: dict[str, Any] = {
        "model": "raw",
        "messages": golf_messages(),
        "max_tokens": 8,
        "logprobs": True,
        "top_logprobs": 2,
    }
    async with running(tmp_path, local_cast(), UNGUARDED) as proxy:
        whole = (await proxy.client.chat.completions.create(**asked)).choices[0]
        chunks = [chunk async for chunk in await proxy.client.chat.completions.create(**asked, stream=True)]
    assert whole.logprobs is not None
    told = whole.logprobs.content or []
    assert "".join(token.token for token in told) == whole.message.content
    assert all(token.logprob == max(top.logprob for top in token.top_logprobs) for token in told)
    streamed = [choice.logprobs.content for chunk in chunks for choice in chunk.choices if choice.logprobs]
    assert [token for content in streamed for token in content or []] == told


async def test_a_companion_is_told_in_the_record_and_not_to_the_client(tmp_path: Path) -> None:
    async with running(tmp_path, local_cast(), UNGUARDED) as proxy:
        raw, pair = [
            await proxy.client.chat.completions.create(model=name, messages=golf_messages(), max_tokens=8)
            for name in ("raw", "coca")
        ]
    outcomes = proxy.records("outcome")
    assert pair.choices[0].message.content == raw.choices[0].message.content
    assert pair.usage is not None
    assert "companion_tokens" not in pair.usage.model_dump()
    assert raw.usage is not None
    companion = raw.usage.prompt_tokens + pair.usage.completion_tokens
    plain, contrasted = map(str, outcomes)
    assert "companion_tokens" not in plain
    assert f"'companion_tokens': {companion}" in contrasted
