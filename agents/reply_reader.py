"""The one finding that an agent's reply states, read out of everyday wrapping (design law 4).

A reply must have come to its end, and must hold exactly one finding. That may stand alone, in one code fence, after a
closed thinking block, or where a model's thinking goes if nothing else was said. With text around it, or a draft in
its thinking, it counts only if it bears the mark that was made for this question: what a model merely quotes cannot
bear it.
"""

from __future__ import annotations

import json
import re
from typing import TypeVar

from pydantic import ValidationError

from agents.findings import Finding
from agents.models.base import JsonObject
from agents.strict_json import JsonRejected, parse_object

F = TypeVar("F", bound=Finding)

MARK = "mark"  # the field of a reply that bears the question's mark
MAX_REPLY = 64 * 1024  # characters of a reply that are read at all; an answer of 2,000 tokens in it has 10,000
MAX_OBJECTS = 32  # braces of a thinking block that are looked at; one with more is not trusted
MAX_BLOCKS = 8  # of thinking, one after the other
JSON_SPACE = " \t\r\n"  # what JSON calls white space; Python strips more, and other parsers would read something else
LEAST_FENCE = 3
LANGUAGE = re.compile(r"^[A-Za-z0-9_-]{0,20}")
THINKING = re.compile(
    r"<(?P<tag>think|thinking|thought|reasoning|seed:think)>(?P<thoughts>.*?)</(?P=tag)>"
    r"|\[THINK\](?P<mistrals>.*?)\[/THINK\]"
    r"|◁think▷(?P<kimis>.*?)◁/think▷",
    re.DOTALL | re.IGNORECASE,
)


class Unreadable(Exception):
    """The reply states no finding. `reason` quotes nothing of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_reply(body: JsonObject, reply_as: type[F], mark: str = "") -> F:
    """The finding in a chat completion; raises `Unreadable`. `mark` is the question's, where it has one."""
    choice = body["choices"][0]
    message, finish = choice.get("message") or {}, choice.get("finish_reason")
    if finish != "stop":
        raise Unreadable(
            "the tokens ran out (length)" if finish == "length" else f"it ended by {finish or 'no reason'}"
        )
    text = message.get("content")
    if not text:
        # A server that sorts thinking out can take a constrained reply for it. Then it must be the object and no more.
        return _valid(_document(str(message.get("reasoning_content") or message.get("reasoning") or "")), reply_as)
    return _finding(str(text), reply_as, mark)


def _finding(text: str, reply_as: type[F], mark: str) -> F:
    if len(text) > MAX_REPLY:
        raise Unreadable("it is too long")
    said, is_alone = _after_thinking(text.strip(JSON_SPACE), reply_as, mark)
    said = _unfenced(said).strip(JSON_SPACE)
    if is_alone and (not mark or (said[:1], said[-1:]) == ("{", "}")):
        return _valid(_document(said), reply_as)
    # From the first brace to the last: two objects, or braces in the text around one, do not parse.
    document = _document(said[said.find("{") : said.rfind("}") + 1])
    if not mark or document.get(MARK) != mark:
        raise Unreadable("there is text around it, and it does not bear the question's mark")
    return _valid(document, reply_as)


def _unfenced(text: str) -> str:
    """The object in a code fence that holds the whole text, on lines of its own or not; else the text."""
    mark = text[:1]
    fence = mark * (len(text) - len(text.lstrip(mark))) if mark in ("`", "~") else ""
    inside = text[len(fence) : -len(fence) or None]
    if len(fence) < LEAST_FENCE or not text[len(fence) :].endswith(fence):
        return text
    said = LANGUAGE.sub("", inside.lstrip(JSON_SPACE), count=1).lstrip(JSON_SPACE)
    return said if said.startswith("{") else text


def _after_thinking(text: str, reply_as: type[F], mark: str) -> tuple[str, bool]:
    """What follows thinking blocks, and whether nothing else stands before it.

    Where a chat template opens the block, a reply only closes it. Then what comes first may be any text. A block may
    hold a draft of the finding, but none that bears the mark.
    """
    thoughts: list[str] = []
    rest = text
    while len(thoughts) < MAX_BLOCKS and (block := THINKING.match(rest)) is not None:
        thoughts.append(block["thoughts"] or block["mistrals"] or block["kimis"] or "")
        rest = rest[block.end() :].lstrip(JSON_SPACE)
    is_alone = bool(thoughts) or "</think>" not in text
    if not thoughts:
        before, _, rest = text.rpartition("</think>")
        thoughts.append(before)
    if any(thought and _states_finding(thought, reply_as) for thought in thoughts):
        if not mark or any(mark in thought for thought in thoughts):
            raise Unreadable("there is another one in its thinking")
        is_alone = False
    return rest.strip(JSON_SPACE), is_alone


def _states_finding(text: str, reply_as: type[F]) -> bool:
    """Whether a finding of this type stands anywhere in a text."""
    decoder, place = json.JSONDecoder(), text.find("{")
    for _ in range(MAX_OBJECTS):
        if place < 0:
            return False
        try:
            document, _ = decoder.raw_decode(text, place)
            _valid(document, reply_as)
        except (ValueError, RecursionError, Unreadable):
            place = text.find("{", place + 1)
        else:
            return True
    return True


def _document(text: str) -> JsonObject:
    try:
        return parse_object(text.strip(JSON_SPACE))
    except JsonRejected as rejected:
        raise Unreadable(f"it is not one JSON object ({rejected.reason})") from None


def _valid(document: JsonObject, reply_as: type[F]) -> F:
    known = reply_as.model_fields.keys()
    read = {name: value for name, value in document.items() if name in known or not reply_as.passes_unknown}
    read.pop(MARK, None)
    try:
        return reply_as.model_validate(read)
    except ValidationError as error:
        fields = sorted({str(each["loc"][0]) for each in error.errors() if each["loc"] and each["loc"][0] in known})
        raise Unreadable(f"its fields do not fit ({', '.join(fields) or 'some are not asked for'})") from None
