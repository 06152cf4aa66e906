"""A conversation as an agent reads it: one text with every part in its place, and the digests of what is in it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from agents.conversation import Conversation, ImagePart, TextPart

# Format, control, private and unassigned characters: people do not see them, a model may still read them.
HIDDEN_CATEGORIES = frozenset({"Cf", "Cc", "Co", "Cn", "Cs"})
PLAIN_CONTROLS = frozenset("\n\t")
# Joiners without which some scripts and emoji cannot be written.
NEEDED_JOINERS = frozenset("\u200c\u200d")


@dataclass(frozen=True)
class Transcript:
    """The text, and the digests of the text parts that it contains whole."""

    text: str
    seen: frozenset[str]


def transcribe(conversation: Conversation) -> Transcript:
    """Annexes first, then each turn on its own line after its role. Pictures appear as their numbers."""
    lines = [f"attached: {reveal(annex.text)}" for annex in conversation.annexes]
    pictures = 0
    for message in conversation.messages:
        words: list[str] = []
        for part in message.parts:
            if isinstance(part, ImagePart):
                pictures += 1
                words.append(f"[picture {pictures}]")
            else:
                words.append(reveal(part.text))
        speaker = message.role if message.name is None else f"{message.role} ({reveal(message.name)})"
        lines.append(f"{speaker}: {' '.join(words)}")
        lines += [f"{message.role} calls: {reveal(call.name)}({reveal(call.arguments)})" for call in message.tool_calls]
    seen = frozenset(part.digest for part in conversation.parts if isinstance(part, TextPart))
    return Transcript("\n".join(lines), seen)


def reveal(text: str) -> str:
    """The text with invisible characters written out, so that what is judged is what can be read."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_revealed(character) for character in text)


def _revealed(character: str) -> str:
    if character in PLAIN_CONTROLS or character in NEEDED_JOINERS:
        return character
    hidden = unicodedata.category(character) in HIDDEN_CATEGORIES
    return f"<U+{ord(character):04X}>" if hidden else character
