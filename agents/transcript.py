"""A conversation as an agent reads it: one text in which every part has its place, and the digests of what is in it.

It takes time linear in the conversation's length, and `Conversation.transcript` keeps it: no agent has it made again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from agents.conversation import Conversation, ImagePart, Message, TextPart
from agents.errors import TextUnreadable

# Format, control, private and unassigned characters: what the eye does not see, a model may still read.
HIDDEN_CATEGORIES = frozenset({"Cf", "Cc", "Co", "Cn", "Cs"})
PLAIN_CONTROLS = frozenset("\n\t")
# Joiners that scripts and emoji need in order to be written at all.
NEEDED_JOINERS = frozenset("\u200c\u200d")
# Characters that a transcript may be longer than its texts: room for 150,000 hidden ones, more than the line ends of a
# two-megabyte text from Windows. One byte can become eight.
MAX_ADDED = 1024**2
SLICE = 4096  # characters looked at in one go

Reveal = Callable[[str], str]


@dataclass(frozen=True)
class Transcript:
    """The text, and the digests of all text parts that stand in it, whole."""

    text: str
    seen: frozenset[str]


def transcribe(conversation: Conversation) -> Transcript:
    """Every turn on a line of its own under its role, pictures by number, annexes at the front.

    Raises `TextUnreadable` where hidden characters would make it more than `MAX_ADDED` characters longer.
    """
    room = MAX_ADDED

    def reveal_within(text: str) -> str:
        nonlocal room
        shown = reveal(text, room)
        room -= len(shown) - len(text)
        return shown

    lines = [*_annexes(conversation, reveal_within), *_turns(conversation, reveal_within)]
    seen = frozenset(part.digest for part in conversation.parts if isinstance(part, TextPart))
    return Transcript("\n".join(lines), seen)


def reveal(text: str, room: int = MAX_ADDED) -> str:
    """The text with characters that nobody sees written out, so that what is judged is what can be read.

    Raises `TextUnreadable` where it would be more than `room` characters longer.
    """
    if text.isascii() and text.isprintable():
        return text
    slices: list[str] = []
    for start in range(0, len(text), SLICE):
        plain = text[start : start + SLICE]
        visible = plain.replace("\n", "").replace("\t", "").isprintable()
        slices.append(plain if visible else "".join(map(_shown, plain)))
        room -= len(slices[-1]) - len(plain)
        if room < 0:
            raise TextUnreadable
    return "".join(slices)


@lru_cache(maxsize=4096)
def _shown(sign: str) -> str:
    if sign in PLAIN_CONTROLS or sign in NEEDED_JOINERS:
        return sign
    hidden = unicodedata.category(sign) in HIDDEN_CATEGORIES
    return f"<U+{ord(sign):04X}>" if hidden else sign


def _annexes(conversation: Conversation, reveal: Reveal) -> Iterator[str]:
    for annex in conversation.annexes:
        yield f"attached: {reveal(annex.text)}"


def _turns(conversation: Conversation, reveal: Reveal) -> Iterator[str]:
    number = 0
    for message in conversation.messages:
        words: list[str] = []
        for part in message.parts:
            if isinstance(part, ImagePart):
                number += 1
                words.append(f"[picture {number}]")
            else:
                words.append(reveal(part.text))
        yield f"{_speaker(message, reveal)}: {' '.join(words)}"
        for call in message.tool_calls:
            yield f"{message.role} calls: {reveal(call.name)}({reveal(call.arguments)})"


def _speaker(message: Message, reveal: Reveal) -> str:
    return message.role if message.name is None else f"{message.role} ({reveal(message.name)})"
