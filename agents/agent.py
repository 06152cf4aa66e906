"""ask(): prompt to model to typed finding. The one place for time, tokens and the re-ask."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import ValidationError

from agents.conversation import Conversation, Message, TextPart, user_message
from agents.errors import ReplyUnreadable
from agents.findings import Finding
from agents.meter import Meters, complete
from agents.models.base import ChatModel, ModelRequest, Usage
from agents.prompts import PromptSet
from agents.schema import response_format
from agents.strict_json import JsonRejected, parse_object

F_co = TypeVar("F_co", bound=Finding, covariant=True)
F = TypeVar("F", bound=Finding)

NONCE_BYTES = 4  # one guess in 4 billion, and a request is judged with a nonce once
FINDING_TOKENS = 700  # the longest finding a person would still read
ASKS = 2  # the question, and once more if the reply cannot be read (law 4)
MAX_REPLY = 64 * 1024  # characters of a reply that are read at all; an answer of 2,000 tokens in it has 10,000
JSON_SPACE = " \t\r\n"  # what JSON calls white space; Python strips more, and other parsers would read something else


@dataclass(frozen=True)
class Brief:
    """What the agents of one request are told: the conversation, the deployment's own policy, and a fresh mark.

    The nonce fences off the conversation inside a prompt: text that does not know it cannot close the fence. `meters`
    takes each call that they make, also one that fails or is given up.
    """

    conversation: Conversation
    policy: str = ""
    nonce: str = field(default_factory=lambda: secrets.token_hex(NONCE_BYTES))
    meters: Meters = field(default_factory=list, compare=False)


@dataclass(frozen=True)
class Question:
    """A filled prompt, ready to send, the digests of the conversation's parts that it shows whole, and who counts."""

    agent: str
    prompt_digest: str
    message: Message
    seen: frozenset[str]
    meters: Meters = field(default_factory=list, compare=False)


@dataclass(frozen=True)
class Report(Generic[F_co]):
    """A finding with what it cost and what it was based on."""

    agent: str
    finding: F_co
    seen: frozenset[str] = frozenset()
    model: str = ""
    prompt_digest: str = ""
    usage: Usage = field(default_factory=Usage)
    milliseconds: float = 0.0
    asks: int = 0


def pose(
    agent: str,
    prompts: PromptSet,
    prompt: str,
    brief: Brief,
    values: Mapping[str, str],
    *,
    pictures: bool,
    transcript: bool = True,
) -> Question:
    """Fill a prompt: pictures stand first (a serving engine's prefix cache sees them once), the nonce last."""
    conversation = brief.conversation
    told = conversation.transcript
    text = prompts[prompt].fill(
        {"conversation": told.text, "nonce": brief.nonce, "policy": brief.policy or "none", **values}
    )
    shown = conversation.pictures if pictures else ()
    seen = frozenset(part.digest for part in shown) | (told.seen if transcript else frozenset())
    message = user_message(text, *(part.picture for part in shown))
    return Question(agent, prompts[prompt].digest, message, seen, brief.meters)


async def ask(model: ChatModel, question: Question, reply_as: type[F], *, reask: str) -> Report[F]:
    """Put the question; if the reply does not fit `reply_as`, put it once more with `reask` beside it.

    Raises `ReplyUnreadable` after the second reply, and `ModelFailed` as the model does.
    """
    started = time.monotonic()
    usage = Usage()
    messages: Sequence[Message] = (question.message,)
    for attempt in range(1, ASKS + 1):
        completion = await complete(model, _request(messages, reply_as), question.meters)
        usage += completion.usage
        finding = read_finding(completion.text, reply_as)
        if finding is not None:
            spent = (time.monotonic() - started) * 1000
            return Report(
                question.agent,
                finding,
                question.seen,
                model.name,
                question.prompt_digest,
                usage,
                spent,
                attempt,
            )
        messages = (_with_note(question.message, reask),)
    raise ReplyUnreadable(question.agent, model.name)


def read_finding(text: str, reply_as: type[F]) -> F | None:
    """The finding that a reply states, or None. The whole reply must be the one JSON object, and fit."""
    if len(text) > MAX_REPLY:
        return None
    try:
        return reply_as.model_validate(parse_object(text.strip(JSON_SPACE)))
    except (JsonRejected, ValidationError):
        return None


def _request(messages: Sequence[Message], reply_as: type[Finding]) -> ModelRequest:
    options = {"temperature": 0, "max_tokens": FINDING_TOKENS, "response_format": response_format(reply_as)}
    return ModelRequest(tuple(messages), options)


def _with_note(message: Message, note: str) -> Message:
    return Message(message.role, (*message.parts, TextPart(note)))
