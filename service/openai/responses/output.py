"""A reply's output as it grows: items in order, each with the events that tell of it.

A whole reply grows in one step, so it has the same items as a streamed one. Calls are told of at the end, in one piece
each: they only go out once all of them were judged, and a custom tool's text is known once its arguments are whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from agents.conversation import Message, TextPart, ToolCall
from agents.models.base import Json, JsonObject
from service.openai.opaque import canonical, read_reasoning, sealed, whole_details
from service.openai.replies import BETWEEN
from service.openai.reply_fields import REASONING, words_of
from service.openai.responses.items import call_item
from service.openai.responses.tools import Tools

COMPLETED, IN_PROGRESS, INCOMPLETE = "completed", "in_progress", "incomplete"
TEXT, REFUSAL = "output_text", "refusal"
# The parts of items that hold words: what the words are called in them.
WORDS = {TEXT: "text", REFUSAL: "refusal"}


@dataclass
class _Part:
    """Of a message. `kind` is text or refusal."""

    kind: str
    words: str = ""
    tokens: list[JsonObject] = field(default_factory=list)

    @property
    def shown(self) -> JsonObject:
        part: JsonObject = {"type": self.kind, WORDS[self.kind]: self.words}
        return part if self.kind == REFUSAL else {**part, "annotations": [], "logprobs": list(self.tokens)}


@dataclass
class _Message:
    id: str
    parts: list[_Part] = field(default_factory=list)

    def shown(self, status: str) -> JsonObject:
        head = {"type": "message", "id": self.id, "status": status, "role": "assistant"}
        return {**head, "content": [part.shown for part in self.parts]}

    @property
    def turn(self) -> Message:
        return Message("assistant", tuple(TextPart(part.words) for part in self.parts if part.words))


@dataclass
class _Reasoning:
    """`words` is what people read of it, `pieces` of fields what its host wants back."""

    id: str
    words: str = ""
    pieces: dict[str, list[Json]] = field(default_factory=dict)

    @property
    def summary(self) -> JsonObject:
        return {"type": "summary_text", "text": self.words}

    @property
    def turn(self) -> Message:
        fields = {
            name: "".join(pieces) if isinstance(pieces[0], str) else whole_details(chain(*pieces))
            for name, pieces in self.pieces.items()
        }
        return Message("assistant", reasoning=read_reasoning(fields))

    def shown(self, _: str) -> JsonObject:
        return {"type": "reasoning", "id": self.id, "summary": [self.summary] if self.words else []}


@dataclass
class _Call:
    id: str = ""
    name: str = ""
    arguments: str = ""
    signed: Json = None

    def add(self, piece: JsonObject) -> None:
        called = piece.get("function") or {}
        self.id = self.id or piece.get("id") or ""
        self.signed = self.signed or piece.get("extra_content")
        self.name += called.get("name") or ""
        self.arguments += called.get("arguments") or ""


class Output:
    """The items of one reply. `mark` is in all of their ids; with `logprobs`, tokens are told with their text.

    What a chat says as content and refusal at once is a refusal for a `structured` request, else a text.
    """

    def __init__(
        self, mark: str, tools: Tools, logprobs: bool = False, structured: bool = False, sealed: bool = False
    ) -> None:
        self.items: list[JsonObject] = []  # those that are done
        self.turns: dict[str, Message] = {}  # the same, by their ids
        self.finish: str | None = None
        self._mark = mark
        self._tools = tools
        self._logprobs = logprobs
        self._structured = structured
        self._sealed = sealed
        self._events: list[JsonObject] = []
        self._open: _Message | _Reasoning | None = None  # what still grows
        self._calls: dict[int, _Call] = {}

    @property
    def status(self) -> str:
        """`incomplete` where the model was cut off, or where a filter of its own stopped it."""
        return INCOMPLETE if self.finish in {"length", "content_filter"} else COMPLETED

    def take_events(self) -> list[JsonObject]:
        """The events since the last call, without their sequence numbers."""
        taken, self._events = self._events, []
        return taken

    def take(self, choice: JsonObject, part: str) -> None:
        """Take in the first choice of a completion (`message`) or of a chunk (`delta`)."""
        said = choice.get(part) or {}
        refusal, content = said.get("refusal") or "", said.get("content") or ""
        if refusal and content.endswith(refusal):
            if self._structured:
                content = content.removesuffix(refusal).removesuffix(BETWEEN)
            else:
                refusal = ""
        self._reason({name: said[name] for name in REASONING if said.get(name)})
        self._say(TEXT, content, _tokens(choice.get("logprobs")) if self._logprobs else [])
        self._say(REFUSAL, refusal, [])
        for place, piece in enumerate(said.get("tool_calls") or []):
            self._calls.setdefault(piece.get("index", place), _Call()).add(piece)
        self.finish = choice.get("finish_reason") or self.finish

    def end(self) -> None:
        """Close what is open and tell of the calls. A reply that said nothing has an empty message."""
        calls = [self._calls[index] for index in sorted(self._calls)]
        if self._open is None and not self.items and not calls:
            self._part(TEXT)
        self._close(COMPLETED if calls else self.status)
        for call in calls:
            self._tell_call(call, self.status if call is calls[-1] else COMPLETED)

    def _close(self, status: str = COMPLETED) -> None:
        closing = self._open
        if closing is None:
            return
        item = closing.shown(status)
        if isinstance(closing, _Message):
            self._end_part(closing)
        else:
            if closing.words:
                self._tell("reasoning_summary_text.done", closing, summary_index=0, text=closing.words)
                self._tell("reasoning_summary_part.done", closing, summary_index=0, part=closing.summary)
            if self._sealed and closing.turn.reasoning is not None:
                item["encrypted_content"] = sealed(closing.turn.reasoning)
        self._done(item, closing.turn)

    def _done(self, item: JsonObject, turn: Message) -> None:
        self._tell("output_item.done", item=item)
        self.items.append(item)
        self.turns[item["id"]] = turn
        self._open = None

    def _tell(self, kind: str, about: _Message | _Reasoning | None = None, /, **fields: Any) -> None:
        whose = {"item_id": about.id} if about else {}
        self._events.append({"type": f"response.{kind}", **whose, "output_index": len(self.items), **fields})

    def _id(self, prefix: str) -> str:
        return f"{prefix}_{self._mark}_{len(self.items)}"

    # ---- reasoning ----

    def _reason(self, fields: JsonObject) -> None:
        """Hosts say the same in several fields at once; the first that has words is what people read."""
        if not fields:
            return
        if not isinstance(self._open, _Reasoning):
            self._close()
            self._open = _Reasoning(self._id("rs"))
            self._tell("output_item.added", item=self._open.shown(IN_PROGRESS))
        thinking = self._open
        for name, value in fields.items():
            thinking.pieces.setdefault(name, []).append(value)
        words = next(filter(None, map(words_of, fields.values())), "")
        if words and not thinking.words:
            self._tell("reasoning_summary_part.added", thinking, summary_index=0, part=thinking.summary)
        if words:
            thinking.words += words
            self._tell("reasoning_summary_text.delta", thinking, summary_index=0, delta=words)

    # ---- a message ----

    def _say(self, kind: str, words: str, tokens: list[JsonObject]) -> None:
        if not words:
            return
        message, part = self._part(kind)
        part.words += words
        part.tokens += tokens
        told = {"delta": words, "logprobs": tokens} if kind == TEXT else {"delta": words}
        self._tell(f"{kind}.delta", message, content_index=len(message.parts) - 1, **told)

    def _part(self, kind: str) -> tuple[_Message, _Part]:
        """The part of this kind that grows, begun where there is none."""
        if not isinstance(self._open, _Message):
            self._close()
            self._open = _Message(self._id("msg"))
            self._tell("output_item.added", item=self._open.shown(IN_PROGRESS))
        message = self._open
        if not message.parts or message.parts[-1].kind != kind:
            self._end_part(message)
            message.parts.append(_Part(kind))
            index = len(message.parts) - 1
            self._tell("content_part.added", message, content_index=index, part=message.parts[-1].shown)
        return message, message.parts[-1]

    def _end_part(self, message: _Message) -> None:
        if not message.parts:
            return
        part, index = message.parts[-1], len(message.parts) - 1
        told = {"text": part.words, "logprobs": list(part.tokens)} if part.kind == TEXT else {"refusal": part.words}
        self._tell(f"{part.kind}.done", message, content_index=index, **told)
        self._tell("content_part.done", message, content_index=index, part=part.shown)

    # ---- calls ----

    def _tell_call(self, call: _Call, status: str) -> None:
        name = self._tools.named(call.name)
        identity = self._id("ctc" if name.custom else "fc")
        signature = canonical(call.signed) if call.signed else None
        made = ToolCall(call.id or f"call_{self._mark}_{len(self.items)}", call.name, call.arguments, signature)
        item = call_item(identity, name, made, status)
        given, kind = ("input", "custom_tool_call_input") if name.custom else ("arguments", "function_call_arguments")
        whole = item[given]
        self._tell("output_item.added", item={**item, given: "", "status": IN_PROGRESS})
        place = {"item_id": identity}
        if whole:
            self._tell(f"{kind}.delta", **place, delta=whole)
        self._tell(f"{kind}.done", **place, **{given: whole}, **({} if name.custom else {"name": name.name}))
        self._done(item, Message("assistant", tool_calls=(made,)))


def _tokens(logprobs: JsonObject | None) -> list[JsonObject]:
    """Tokens with their probabilities, their bytes always there."""
    return [
        {**_token(token), "top_logprobs": [_token(other) for other in token.get("top_logprobs") or []]}
        for token in (logprobs or {}).get("content") or []
    ]


def _token(token: JsonObject) -> JsonObject:
    words = token.get("token") or ""
    return {"token": words, "logprob": token.get("logprob") or 0.0, "bytes": token.get("bytes") or list(words.encode())}
