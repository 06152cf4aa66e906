"""OpenAI's moderation endpoint, or one in its shape: text and pictures in, a flag and a score for each category out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openai import AsyncOpenAI

from benchmarks.harness.endpoint import Messages
from benchmarks.harness.guards.base import GuardSays, GuardSpec


async def check(client: AsyncOpenAI, spec: GuardSpec, messages: Messages, options: Mapping[str, Any]) -> GuardSays:
    """Ask about every text and picture of the conversation. The score is the highest of any category."""
    asked: list[Any] = [part for message in messages for part in _parts(message.get("content"))]
    found = await client.moderations.create(model=spec.model, input=asked, extra_body=spec.extra or None)
    results = [result.model_dump(by_alias=True) for result in found.results]
    categories = sorted({name for each in results for name, flagged in each["categories"].items() if flagged})
    scores = [score for each in results for score in (each.get("category_scores") or {}).values() if score is not None]
    return GuardSays(
        verdict="unsafe" if any(each["flagged"] for each in results) else "safe",
        score=max(scores, default=None),
        categories=tuple(categories),
        model=found.model,
    )


def _parts(content: Any) -> list[dict[str, Any]]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content or [])
