"""Conversations in the form that a processor's chat template takes, with pictures decoded and no control tokens."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Iterable

from PIL import Image

from agents.conversation import ImagePart, Message
from agents.images import MEDIA_TYPES, Picture
from agents.models.base import JsonObject

# Templates of local checkpoints know system, user and assistant.
TEMPLATE_ROLES = {"developer": "system", "tool": "user"}


def decode_picture(picture: Picture) -> Image.Image:
    """The RGB pixels of a picture that was checked when it came in."""
    with Image.open(io.BytesIO(picture.data), formats=tuple(MEDIA_TYPES)) as image:
        return image.convert("RGB")


def template_messages(
    messages: Iterable[Message],
    control_texts: Collection[str],
    decode: Callable[[Picture], Image.Image] = decode_picture,
) -> list[JsonObject]:
    """One dictionary per turn, with its content as a list of parts. Tool calls are written out as text.

    Text that the tokenizer would read as a control token gets a space inside, so that no user can end their turn and
    begin the model's.
    """
    # Longest first, so that a control text inside another does not hide it. "(?!)" matches nothing.
    longest_first = sorted(control_texts, key=lambda text: (-len(text), text))
    controls = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")

    def text_part(text: str) -> JsonObject:
        return {"type": "text", "text": controls.sub(lambda match: f"{match[0][0]} {match[0][1:]}", text)}

    turns: list[JsonObject] = []
    for message in messages:
        content = [
            {"type": "image", "image": decode(part.picture)} if isinstance(part, ImagePart) else text_part(part.text)
            for part in message.parts
        ]
        content += [text_part(f"{call.name}({call.arguments})") for call in message.tool_calls]
        turns.append({"role": TEMPLATE_ROLES.get(message.role, message.role), "content": content})
    return turns
