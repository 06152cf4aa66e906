"""Asks a checkpoint a few questions and prints its replies as JSON. Argument: the checkpoint's folder."""

from __future__ import annotations

import asyncio
import io
import json
import random
import sys

import transformers
from PIL import Image, ImageDraw

from agents.conversation import user_message
from agents.findings import IntentFinding
from agents.images import Picture, read_picture
from agents.models.base import Json, ModelRequest
from agents.models.local import LocalModel
from agents.schema import response_format

QUESTIONS = ("What is in the picture?", "How do I practise my golf swing here?", "Where can I put the knife?")


def picture(dice: random.Random) -> Picture:
    """A coloured shape on another colour."""
    image = Image.new("RGB", (200, 200), tuple(dice.randrange(256) for _ in range(3)))
    ImageDraw.Draw(image).ellipse((40, 40, 150, 170), fill=tuple(dice.randrange(256) for _ in range(3)))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return read_picture(buffer.getvalue(), "picture")


def requests() -> list[ModelRequest]:
    """With and without a picture and a schema."""
    dice = random.Random(11)
    bound = {"response_format": response_format(IntentFinding)}
    options: list[dict[str, Json]] = [{}, bound, {}]
    return [
        ModelRequest(
            (user_message(question, *([picture(dice)] if form is options[0] else [])),), {"max_tokens": 40, **form}
        )
        for question in QUESTIONS
        for form in options
    ]


async def main(checkpoint: str) -> None:
    model = LocalModel("local", checkpoint=checkpoint, device="cpu")
    await model.start()
    replies = await asyncio.gather(*(model.complete(request) for request in requests()))
    await model.close()
    said = [(reply.text, reply.usage.prompt_tokens, reply.usage.completion_tokens) for reply in replies]
    sys.stdout.write(json.dumps({"transformers": transformers.__version__, "said": said}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
