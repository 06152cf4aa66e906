"""A conversation as an agent reads it: one text in which every part has its place, and the digests of what is in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from agents.conversation import Conversation, ImagePart, Message, TextPart

# Format, control, private and unassigned characters: what the eye does not see, a model may still read.
HIDDEN_CATEGORIES = frozenset({"Cf", "Cc", "Co", "Cn", "Cs"})
PLAIN_CONTROLS = frozenset("\n\t")
# Joiners that scripts and emoji need in order to be written at all.
NEEDED_JOINERS = frozenset("\u200c\u200d")


@dataclass(frozen=True)
class Transcript:
    """The text, and the digests of all text parts that stand in it, whole."""

    text: str
    seen: frozenset[str]


def transcribe(conversation: Conversation) -> Transcript:
    """Every turn on a line of its own under its role, pictures by number, annexes at the front."""
    lines = [*_annexes(conversation), *_turns(conversation)]
    seen = frozenset(part.digest for part in conversation.parts if isinstance(part, TextPart))
    return Transcript("\n".join(lines), seen)


def reveal(text: str) -> str:
    """The text with characters that nobody sees written out, so that what is judged is what can be read."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(sign) for sign in text)


def _shown(sign: str) -> str:
    if sign in PLAIN_CONTROLS or sign in NEEDED_JOINERS:
        return sign
    hidden = unicodedata.category(sign) in HIDDEN_CATEGORIES
    return f"<U+{ord(sign):04X}>" if hidden else sign


def _annexes(conversation: Conversation) -> Iterator[str]:
    for annex in conversation.annexes:
        yield f"attached: {reveal(annex.text)}"


def _turns(conversation: Conversation) -> Iterator[str]:
    number = 0
    for message in conversation.messages:
        words: list[str] = []
        for part in message.parts:
            if isinstance(part, ImagePart):
                number += 1
                words.append(f"[picture {number}]")
            else:
                words.append(reveal(part.text))
        yield f"{_speaker(message)}: {' '.join(words)}"
        for call in message.tool_calls:
            yield f"{message.role} calls: {reveal(call.name)}({reveal(call.arguments)})"


def _speaker(message: Message) -> str:
    return message.role if message.name is None else f"{message.role} ({reveal(message.name)})"
