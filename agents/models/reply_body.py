"""What an endpoint sent, read into one strict form: OpenAI's chat completions.

Endpoints that are "compatible" differ in small things: a missing index, content in parts, arguments as an object. Such
differences are repaired here, and only here. What a reply says and does stays strict: bytes that are not JSON, text
that is no text, and a reply that says nothing of how it ended are errors.
"""

from __future__ import annotations

import math
import re
from codecs import BOM_UTF8
from dataclasses import dataclass, field

from agents.models.base import Json, JsonObject
from agents.models.endpoint_error import EndpointError, stated_error
from agents.models.error_meaning import FILTERED, blocked_prompt
from agents.models.reply_calls import StreamedCalls, has_call, index_of, read_call, whole_call
from agents.models.reply_errors import ReplyIsError, ReplyMalformed
from agents.strict_json import JsonBounds, JsonRejected, parse_json

MAX_REPLY_BYTES = 16 * 1024**2  # a reply of 128k tokens with log-probabilities has 10 MB
# A token with its log-probabilities has ten values and two lists: a reply may have 50,000 such tokens.
BOUNDS = JsonBounds(bytes=MAX_REPLY_BYTES, values=500_000, lists=100_000)
MAX_CHOICES = 64  # in one body; clients may ask for 8
# Events that only keep a connection open: nothing, a comment, a word or the time.
SAYS_NOTHING = re.compile(
    rb'(?::.*|null|\[\]|""|true|ok|ping|\[ping\]|keep[-_ ]?alive|\d+(?:\.\d+)?)?', re.ASCII | re.IGNORECASE
)
LONG_NUMBER = b"0" * 16  # once all digits are the same: a pattern would take ten times as long for a large reply
ONE_DIGIT = bytes.maketrans(b"123456789", b"000000000")
MAX_WIRE_INTEGER = 2**63 - 1
MAX_TOKENS = 2**53  # of one call; what is beyond it is no count
FINISHED: dict[str, str] = {
    **dict.fromkeys(("length", "max_tokens", "model_length", "max_output_tokens"), "length"),
    **dict.fromkeys(("tool_calls", "tool_use", "tool_call", "function_call"), "tool_calls"),
    **dict.fromkeys(("content_filter", "content_filtered", "safety", "sensitive", "refusal"), "content_filter"),
    **dict.fromkeys(("prohibited_content", "recitation", "blocklist", "spii"), "content_filter"),
}
"""Reasons in use, in lower case, by OpenAI's name for them. Any other says that the reply came to its end."""
TEXT_PARTS = {**dict.fromkeys((None, "text", "output_text", "input_text"), "text"), "refusal": "refusal"}
"""By its type, the member of a part that is text."""
NOT_FINISHED = frozenset({"", "null", "none"})
BROKEN_OFF = frozenset({"error", "abort", "aborted", "cancelled", "insufficient_system_resource"})
NO_CALLS = "it ends in calls and has none"


def read_completion(raw: bytes) -> JsonObject:
    """A whole `chat.completion`, with at least one choice."""
    body = _document(raw)
    choices = [_whole_choice(choice, place) for place, choice in enumerate(_choices(body))]
    if not choices:
        blocked = blocked_prompt(body)
        raise ReplyIsError(blocked) if blocked else ReplyMalformed("a reply without choices")
    return _sendable({**body, "choices": choices, **_usage(body)}, raw)


@dataclass
class StreamReader:
    """Reads the chunks of one stream. It keeps what later chunks leave out: which choices and calls there are."""

    _finished: dict[int, bool] = field(default_factory=dict)
    _calls: dict[int, StreamedCalls] = field(default_factory=dict)
    _spoken: set[int] = field(default_factory=set)  # the choices that have words
    _in_messages: set[int] = field(default_factory=set)  # choices whose pieces are messages, and no deltas
    _blocked: EndpointError | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every choice has said why it finished."""
        return bool(self._finished) and all(self._finished.values())

    def check_whole(self) -> None:
        """Raise, where the stream has ended, what it is unless it is whole."""
        if self._blocked and not self._finished:
            raise ReplyIsError(self._blocked)
        if not self.is_whole:
            raise ReplyMalformed("the stream was cut off")

    def read(self, raw: bytes) -> JsonObject | None:
        """A `chat.completion.chunk`; None for an event that says nothing, such as a ping."""
        said = raw.strip()
        if said[:1] != b"{" and SAYS_NOTHING.fullmatch(said):
            return None
        body = _document(raw)
        read = [self._choice(choice, place) for place, choice in enumerate(_choices(body))]
        choices, usage = [choice for choice in read if choice is not None], _usage(body)
        if not choices and not self._finished:
            self._blocked = self._blocked or blocked_prompt(body)
        if not choices and not usage.get("usage"):
            return None
        return _sendable({**body, "choices": choices, **usage}, raw)

    def whole(self, raw: bytes) -> JsonObject:
        """A whole completion, sent in place of a stream, as its one chunk."""
        body = read_completion(raw)
        choices = []
        for choice in body["choices"]:
            message = choice.pop("message")
            if message.get("tool_calls"):
                message["tool_calls"] = [{"index": at, **call} for at, call in enumerate(message["tool_calls"])]
            choices.append({**choice, "delta": message})
            self._finished[choice["index"]] = choice["finish_reason"] is not None
        return {**body, "object": "chat.completion.chunk", "choices": choices}

    def _choice(self, choice: JsonObject, place: int) -> JsonObject | None:
        index, finish = index_of(choice.get("index"), place), _finish_reason(choice)
        stated = choice.get("delta")
        if stated is None and "message" in choice:
            stated = self._in_place_of_delta(choice, index)
        delta = _message(stated, missing={})
        is_empty = finish is None and not any(value for name, value in delta.items() if name != "role")
        if is_empty and (stated is None or self._finished.get(index)):
            return None  # notes of content filters, and the choice beside a stream's usage
        if "tool_calls" in delta:
            calls = self._calls.setdefault(index, StreamedCalls())
            delta["tool_calls"] = [calls.placed(piece) for piece in delta["tool_calls"]]
        if not is_empty and index not in self._spoken and _has_words(delta):
            self._spoken.add(index)
        if finish is not None:
            self._finish(index, finish, delta)
        self._finished[index] = finish is not None
        return {**choice, "index": index, "delta": delta, "finish_reason": finish}

    def _in_place_of_delta(self, choice: JsonObject, index: int) -> Json:
        """A choice's message, unless it repeats what deltas have said."""
        if index in self._finished and index not in self._in_messages:
            return None
        self._in_messages.add(index)
        return choice["message"]

    def _finish(self, index: int, finish: str, delta: JsonObject) -> None:
        """Complete the calls of a choice with its last delta."""
        calls = self._calls.get(index)
        if finish == "tool_calls" and index not in self._spoken and not (calls and calls.has_any):
            raise ReplyMalformed(NO_CALLS)
        # What a limit cut off is no whole call.
        if calls and finish != "length" and (pieces := calls.complete(delta.get("tool_calls", []))):
            delta["tool_calls"] = pieces


def _document(raw: bytes) -> JsonObject:
    """The object that a reply or an event is."""
    try:
        document = parse_json(raw.removeprefix(BOM_UTF8), BOUNDS, any_number=True)
    except JsonRejected as rejected:
        raise ReplyMalformed(f"not strict JSON: {rejected.reason}") from None
    error = stated_error(document)
    if error is not None:
        raise ReplyIsError(error)
    if not isinstance(document, dict):
        raise ReplyMalformed("not a JSON object")
    return document


def _choices(body: JsonObject) -> list[JsonObject]:
    stated = body.get("choices") or []
    if not isinstance(stated, list):
        raise ReplyMalformed("choices are not a list of objects")
    if len(stated) > MAX_CHOICES:
        raise ReplyMalformed(f"more than {MAX_CHOICES} choices")
    choices = [choice for choice in stated if choice is not None]
    for choice in choices:
        if not isinstance(choice, dict):
            raise ReplyMalformed("choices are not a list of objects")
        if choice.get("error") and (error := stated_error({"error": choice["error"]})):
            raise ReplyIsError(error)
    return choices


def _whole_choice(choice: JsonObject, place: int) -> JsonObject:
    finish = _finish_reason(choice)
    # What a content filter held back may have no message at all.
    message = _message(choice.get("message"), missing={"role": "assistant"} if finish == "content_filter" else None)
    if "tool_calls" in message:
        ids: set[str] = set()
        message["tool_calls"] = [whole_call(call, ids, finish) for call in message["tool_calls"]]
    if finish == "tool_calls" and not _has_words(message) and not has_call(message):
        raise ReplyMalformed(NO_CALLS)
    told = {**message, "role": "assistant"}  # endpoints leave it out, or say `model`
    return {**choice, "index": index_of(choice.get("index"), place), "message": told, "finish_reason": finish}


def _has_words(message: JsonObject) -> bool:
    """Whether a message or delta says something to the person. Thinking does not."""
    for name in ("content", "refusal"):
        text = message.get(name)
        if text and isinstance(text, str) and not text.isspace():
            return True
    return False


def _message(message: Json, *, missing: JsonObject | None) -> JsonObject:
    """A message or delta: its text as text, its calls in one form."""
    if message is None and missing is not None:
        return missing
    if not isinstance(message, dict):
        if missing is not None and message in ([], ""):
            return missing  # an empty object, as PHP writes it
        raise ReplyMalformed("a message is not an object")
    read = dict(message)
    if "content" in read:
        read["content"] = _content(read["content"])
    if read.get("tool_calls"):
        if not isinstance(read["tool_calls"], list):
            raise ReplyMalformed("tool_calls are not a list")
        read["tool_calls"] = [read_call(call) for call in read["tool_calls"] if call is not None]
    elif "tool_calls" in read:
        del read["tool_calls"]
    return read


def _content(content: Json) -> str | None:
    """Text, from parts too: those with text are joined, a refusal's too, and thinking is left out."""
    if content is None or isinstance(content, str):
        return content
    parts = [content] if isinstance(content, dict) else content
    if not isinstance(parts, list) or not all(isinstance(part, dict | str | None) for part in parts):
        raise ReplyMalformed("content is neither text nor parts")
    texts = [_part_text(part) if isinstance(part, dict) else part or "" for part in parts]
    if not all(isinstance(text, str) for text in texts):
        raise ReplyMalformed("a text part without text")
    return "".join(texts)


def _part_text(part: JsonObject) -> Json:
    """What is said in a part: nothing in one of another type, or whose text is null."""
    kind = part.get("type")
    name = TEXT_PARTS.get(kind) if isinstance(kind, str | None) else None
    if name is None or (name in part and part[name] is None):
        return ""
    return part.get(name)


def _finish_reason(choice: JsonObject) -> str | None:
    """Why a choice ended, in OpenAI's words; None where it has not, or does not say so."""
    reason = choice.get("finish_reason")
    if reason is None:
        return None
    if not isinstance(reason, str):
        raise ReplyMalformed("a finish reason is not text")
    if reason.lower() in NOT_FINISHED:
        return None
    if reason.lower() in BROKEN_OFF:
        raise ReplyMalformed("the endpoint broke off its reply")
    return FINISHED.get(reason.lower()) or ("content_filter" if FILTERED.search(reason.lower()) else "stop")


def _usage(body: JsonObject) -> JsonObject:
    """The usage, if a body has one. Counts may come as 12.0; one that is no count is an error, since keys pay by it."""
    usage = body.get("usage")
    if usage is None or usage == []:  # an empty object, as PHP writes it
        return {"usage": None} if "usage" in body else {}
    if not isinstance(usage, dict):
        raise ReplyMalformed("usage is not an object")
    read = {**usage, **_counts(usage, "prompt_tokens", "completion_tokens", "total_tokens", "companion_tokens")}
    details = usage.get("prompt_tokens_details")
    if isinstance(details, dict):
        read["prompt_tokens_details"] = {**details, **_counts(details, "cached_tokens")}
    elif details == []:
        del read["prompt_tokens_details"]
    elif details is not None:
        raise ReplyMalformed("usage details are not an object")
    return {"usage": read}


def _counts(holder: JsonObject, *names: str) -> JsonObject:
    counts = {}
    for name in names:
        value = holder.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_TOKENS:
            raise ReplyMalformed("usage holds what is no count")
        counts[name] = math.ceil(value)
    return counts


def _sendable(body: JsonObject, raw: bytes) -> JsonObject:
    """The body with whole numbers that JSON's writers cannot write as the nearest double."""
    fitted: JsonObject = _fitted(body) if LONG_NUMBER in raw.translate(ONE_DIGIT) else body
    return fitted


def _fitted(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _fitted(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_fitted(each) for each in value]
    if isinstance(value, int) and abs(value) > MAX_WIRE_INTEGER:
        return float(value) if value.bit_length() < 1024 else None
    return value
