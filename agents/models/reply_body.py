"""What an endpoint sent, checked before anyone reads it: it must be strict JSON in the shape of OpenAI's replies."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError

from agents.models.base import JsonObject
from agents.strict_json import JsonBounds, JsonRejected, parse_object

MAX_REPLY_BYTES = 16 * 1024**2  # a reply of 128k tokens with log-probabilities has 10 MB
# A token with its log-probabilities has ten values and two lists: a reply may have 50,000 such tokens.
BOUNDS = JsonBounds(bytes=MAX_REPLY_BYTES, values=500_000, lists=100_000)
MAX_CHOICES = 64  # in one body; clients may ask for 8


class _Shape(BaseModel):
    """Fields that we read must fit. Others pass untouched, since endpoints add their own."""

    model_config = ConfigDict(extra="allow", strict=True)


class _Text(_Shape):
    content: str | None = None


class _PromptTokens(_Shape):
    cached_tokens: NonNegativeInt | None = None


class _Usage(_Shape):
    prompt_tokens: NonNegativeInt | None = None
    completion_tokens: NonNegativeInt | None = None
    prompt_tokens_details: _PromptTokens | None = None


class _Choice(_Shape):
    index: NonNegativeInt = 0
    finish_reason: str | None = None


class _WholeChoice(_Choice):
    message: _Text


class _PieceChoice(_Choice):
    delta: _Text


class _Whole(_Shape):
    choices: list[_WholeChoice] = Field(max_length=MAX_CHOICES)
    usage: _Usage | None = None


class _Piece(_Shape):
    choices: list[_PieceChoice] = Field(max_length=MAX_CHOICES)
    usage: _Usage | None = None


class ReplyMalformed(Exception):
    """The bytes are not a reply in OpenAI's shape."""


class ReplyIsError(Exception):
    """The endpoint reports an error in place of a reply. `status` is its code, if that is an HTTP status."""

    def __init__(self, status: int | None) -> None:
        super().__init__("the endpoint reports an error")
        self.status = status


def read_completion(raw: bytes) -> JsonObject:
    """A whole `chat.completion`, with at least one choice."""
    body = _fitting(raw, _Whole)
    if not body["choices"]:
        raise ReplyMalformed
    return body


def read_chunk(raw: bytes) -> JsonObject:
    """A `chat.completion.chunk`. The one that reports usage has no choices."""
    return _fitting(raw, _Piece)


def _fitting(raw: bytes, shape: type[_Shape]) -> JsonObject:
    try:
        body = parse_object(raw, BOUNDS)
    except JsonRejected:
        raise ReplyMalformed from None
    if body.get("error"):
        code = body["error"].get("code") if isinstance(body["error"], dict) else None
        raise ReplyIsError(code if isinstance(code, int) and 400 <= code <= 599 else None)
    try:
        shape.model_validate(body)
    except ValidationError:
        raise ReplyMalformed from None
    return body
