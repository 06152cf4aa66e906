"""A conversation as an agent reads it: one text with every part in its place, and the digests of what is in it.

No text can look like another turn, a picture or a section of a prompt. Only what is written here begins at the start of
a line: the further lines of a text are indented. A text's own `[picture 1]` becomes `[[picture 1]`, its own `<U+200B>`
`<\\U+200B>`. So two conversations that differ in more than the borders between parts of one turn never read alike.

It takes time linear in the conversation's length, and `Conversation.transcript` keeps it: no agent has it made again.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from agents.conversation import Conversation, ImagePart, TextPart
from agents.errors import TextUnreadable

# Format, control, private and unassigned characters: people do not see them, a model may still read them.
HIDDEN_CATEGORIES = frozenset({"Cf", "Cc", "Co", "Cn", "Cs", "Zl", "Zp"})
PLAIN_CONTROLS = frozenset("\n\t")
# Characters of visible categories that show nothing: fillers, blanks and variation selectors, in which whole sentences
# can hide. One U+FE0F makes a symbol an emoji, and one joiner joins; more of them in a row are hidden text.
INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0e\uffa0\U000e0100-\U000e01ef]"
    "|(?<=[\ufe0f\u200c\u200d])[\ufe0f\u200c\u200d]"
)
OURS = re.compile(r"\[(?=picture \d)|<(?=\\*U\+)")  # what only a transcript may write
ESCAPED = {"[": "[[", "<": "<\\"}
SIMPLE_NAME = re.compile(r"[\w.-]+")
INDENT = "  "
# Joiners without which some scripts and emoji cannot be written.
NEEDED_JOINERS = frozenset("\u200c\u200d")
# Characters that a transcript may be longer than its texts: room for 150,000 hidden ones, more than the line ends of a
# two-megabyte text from Windows. One byte can become eight.
MAX_ADDED = 1024**2
SLICE = 4096  # characters looked at in one go

Piece = tuple[str, int]
"""Text, and how many characters it has more than what it shows."""

LINE_END: Piece = ("\n", 0)


@dataclass(frozen=True)
class Transcript:
    """The text, and the digests of the text parts that it contains whole."""

    text: str
    seen: frozenset[str]


def transcribe(conversation: Conversation) -> Transcript:
    """Annexes first, then each turn on its own line after its role. Pictures appear as their numbers.

    Raises `TextUnreadable` where hidden characters would make it more than `MAX_ADDED` characters longer.
    """
    pieces: list[str] = []  # joined once: a character outside the basic plane makes each copy four times as large
    room = MAX_ADDED
    for piece, added in chain(_annexes(conversation), _turns(conversation)):
        pieces.append(piece)
        room -= added
        if room < 0:
            raise TextUnreadable
    seen = frozenset(part.digest for part in conversation.parts if isinstance(part, TextPart))
    return Transcript("".join(pieces[1:]), seen)  # without the first line's end


def quote(text: str) -> str:
    """The text as it stands in a transcript or a field of a prompt: hidden characters written out, lines indented."""
    return "".join([piece for piece, _ in _quoted(text)])


def _quoted(text: str) -> Iterator[Piece]:
    """Slice by slice, with how much longer it became."""
    text = OURS.sub(lambda mark: ESCAPED[mark[0]], text)
    if text.isascii() and text.isprintable():
        yield text, 0
        return
    for start in range(0, len(text), SLICE):
        plain = text[start : start + SLICE]
        shown = INVISIBLE.sub(lambda match: _written_out(match[0]), plain)
        if not shown.replace("\n", "").replace("\t", "").isprintable():
            shown = "".join(map(_shown, shown))
        shown = shown.replace("\n", f"\n{INDENT}")
        yield shown, len(shown) - len(plain)


def _written_out(character: str) -> str:
    return f"<U+{ord(character):04X}>"


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    if character in PLAIN_CONTROLS or character in NEEDED_JOINERS:
        return character
    hidden = unicodedata.category(character) in HIDDEN_CATEGORIES
    return _written_out(character) if hidden else character


def _name(name: str) -> Piece:
    """A name as it is where it cannot be misread, else as a JSON string."""
    shown = name if SIMPLE_NAME.fullmatch(name) else json.dumps(quote(name), ensure_ascii=False)
    return shown, len(shown) - len(name)


def _annexes(conversation: Conversation) -> Iterator[Piece]:
    for annex in conversation.annexes:
        yield LINE_END
        yield "attached: ", 0
        yield from _quoted(annex.text)


def _turns(conversation: Conversation) -> Iterator[Piece]:
    number = 0
    for message in conversation.messages:
        if message.reasoning is not None:
            yield LINE_END
            yield f"{message.role} thinks: ", 0
            yield from _quoted(message.reasoning.words)
        yield LINE_END
        yield message.role, 0
        if message.name is not None:
            yield " (", 0
            yield _name(message.name)
            yield ")", 0
        yield ": ", 0
        for place, part in enumerate(message.parts):
            if place:
                yield " ", 0
            if isinstance(part, ImagePart):
                number += 1
                yield f"[picture {number}]", 0
            else:
                yield from _quoted(part.text)
        for call in message.tool_calls:
            yield LINE_END
            yield f"{message.role} calls: ", 0
            yield from chain([_name(call.name), ("(", 0)], _quoted(call.arguments), [(")", 0)])
