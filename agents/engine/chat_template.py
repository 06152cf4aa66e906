"""Turns as a processor's chat template takes them: roles that templates know, pictures decoded, no control tokens."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Sequence

from PIL import Image

from agents.conversation import ImagePart, Message, Part
from agents.images import MEDIA_TYPES, Picture
from agents.models.base import JsonObject

# Templates of local checkpoints know three roles; the others are told in words.
TEMPLATE_ROLES = {"developer": "system", "tool": "user"}


def chat_turns(messages: Sequence[Message], control_texts: Collection[str]) -> list[JsonObject]:
    """One dictionary a turn, content as a list of parts.

    Text that the tokenizer would read as a control token gets a space inside, so that nobody can end his own turn
    and begin the model's.
    """
    controls = _pattern(control_texts)
    return [_turn(message, controls) for message in messages]


def _turn(message: Message, controls: re.Pattern[str] | None) -> JsonObject:
    content = [_part(part, controls) for part in message.parts]
    content += [_text(f"{call.name}({call.arguments})", controls) for call in message.tool_calls]
    return {"role": TEMPLATE_ROLES.get(message.role, message.role), "content": content}


def _part(part: Part, controls: re.Pattern[str] | None) -> JsonObject:
    if isinstance(part, ImagePart):
        return {"type": "image", "image": decoded(part.picture)}
    return _text(part.text, controls)


def _text(text: str, controls: re.Pattern[str] | None) -> JsonObject:
    plain = controls.sub(lambda match: f"{match[0][0]} {match[0][1:]}", text) if controls else text
    return {"type": "text", "text": plain}


def decoded(picture: Picture) -> Image.Image:
    """The pixels of a picture that was checked when it came in."""
    with Image.open(io.BytesIO(picture.data), formats=tuple(MEDIA_TYPES)) as image:
        return image.convert("RGB")


def _pattern(control_texts: Collection[str]) -> re.Pattern[str] | None:
    """Longest first, so that a control text inside another does not hide it."""
    longest_first = sorted(control_texts, key=lambda text: (-len(text), text))
    return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
