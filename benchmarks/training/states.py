"""Hidden states of labelled pairs, read by the engine as it will read them when it serves."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from PIL import Image
from torch import Tensor

from agents.agent import NONCE_BYTES, Brief
from agents.conversation import Conversation
from agents.findings import SceneFinding
from agents.images import Picture, read_picture
from agents.intent import IntentAgent
from agents.pilot import Pilot, Place
from agents.visual import VisualAgent
from benchmarks.training.rows import Row

AT_ONCE = 64  # requests in the engine
GREY = (128, 128, 128)


@dataclass(frozen=True)
class Labelled:
    """Hidden states, float32 [rows, width], and whether each row is the unsafe side of its pair."""

    states: Tensor
    unsafe: Tensor


async def labelled_states(
    pilot: Pilot, rows: Sequence[Row], places: Sequence[Place], *, findings: bool = False
) -> dict[Place, Labelled]:
    """The states of every row at every place. With `findings`, intent and visual agent are asked first."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def states(row: Row) -> list[Tensor]:
        async with turn:
            brief = brief_of(row)
            if not findings:
                return await pilot.states(brief, places)
            intent, scene = await asyncio.gather(
                IntentAgent(pilot.model, pilot.prompts).assess(brief),
                VisualAgent(pilot.model, pilot.prompts).assess(brief),
            )
            seen = scene.finding if isinstance(scene.finding, SceneFinding) else None
            return await pilot.states(brief, places, intent.finding, seen)

    found = await asyncio.gather(*map(states, rows))
    unsafe = torch.tensor([row.unsafe for row in rows])
    return {place: Labelled(torch.stack([each[index] for each in found]), unsafe) for index, place in enumerate(places)}


def brief_of(row: Row) -> Brief:
    """The brief of a row. Its nonce is made of its words and pixels, so that the same row gives the same states."""
    conversation = Conversation(row.messages)
    digests = "".join(part.digest for part in conversation.parts)
    return Brief(conversation, nonce=hashlib.sha256(digests.encode()).hexdigest()[: 2 * NONCE_BYTES])


def without_pictures(rows: Sequence[Row]) -> list[Row]:
    """The same rows, each over a blank picture: what the questions alone would tell."""
    return [replace(row, picture=blank(row.picture.width, row.picture.height)) for row in rows]


def blank(width: int, height: int) -> Picture:
    """A grey picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), GREY).save(buffer, "PNG")
    return read_picture(buffer.getvalue(), "picture")
