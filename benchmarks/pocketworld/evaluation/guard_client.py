"""Asks the guard of a running proxy for its verdict alone: `POST /v1/guard`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openai import APIError

from agents.visual import VisualAgent
from benchmarks.case import Turn
from benchmarks.harness.endpoint import Address, wire_messages

DEPLOYMENT = "demo"
MAX_CONCURRENCY = 16  # as many requests as the demo's model takes at once


@dataclass(frozen=True)
class GuardVerdict:
    """The guard's verdict, with the finding of each agent by its name. The verdict is empty after a failed request."""

    verdict: str = ""
    findings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The place in the picture, according to the visual agent."""
        return str(self.findings.get(VisualAgent.name, {}).get("place", ""))


async def ask_guard(address: Address, conversations: Iterable[Sequence[Turn]]) -> list[GuardVerdict]:
    """The guard's verdict on each conversation, in order."""
    limit = asyncio.Semaphore(MAX_CONCURRENCY)
    async with address.client() as client:

        async def verdict(turns: Sequence[Turn]) -> GuardVerdict:
            body = {"model": DEPLOYMENT, "messages": wire_messages(turns)}
            async with limit:
                try:
                    reply = await client.post("/guard", body=body, cast_to=dict[str, Any])
                except APIError:
                    return GuardVerdict()
            findings = {each["agent"]: each["finding"] for each in reply.get("agents", [])}
            return GuardVerdict(str(reply["verdict"]), findings)

        return list(await asyncio.gather(*map(verdict, conversations)))
