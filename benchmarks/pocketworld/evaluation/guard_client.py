"""What a running proxy's guard says of a question with a picture: `POST /v1/guard`, the verdict and the findings."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openai import APIError, AsyncOpenAI

from agents.visual import VisualAgent
from benchmarks.case import Turn
from benchmarks.harness.endpoint import Address, wire_messages

ARM = "demo"
AT_ONCE = 16  # requests under way: as many as the demo's model takes


@dataclass(frozen=True)
class Word:
    """The guard's word. Without a verdict, the request ended in an error."""

    verdict: str = ""
    findings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Where the picture was taken, in the visual agent's words."""
        return str(self.findings.get(VisualAgent.name, {}).get("place", ""))


async def inquire(address: Address, conversations: Iterable[Sequence[Turn]]) -> list[Word]:
    """The guard's word on each conversation, in order."""
    places = asyncio.Semaphore(AT_ONCE)
    async with address.client() as client:

        async def one(turns: Sequence[Turn]) -> Word:
            async with places:
                return await _word(client, turns)

        return list(await asyncio.gather(*map(one, conversations)))


async def _word(client: AsyncOpenAI, turns: Sequence[Turn]) -> Word:
    asked = {"model": ARM, "messages": wire_messages(turns)}
    try:
        said = await client.post("/guard", body=asked, cast_to=dict[str, Any])
    except APIError:
        return Word()
    return Word(str(said["verdict"]), {each["agent"]: each["finding"] for each in said.get("agents", [])})
