"""What an agent is, and ask(): from prompt to model to typed finding. Time, tokens and the re-ask are handled here."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from pydantic import ValidationError

from agents.conversation import Conversation, Kind, Message, TextPart
from agents.errors import ReplyUnreadable
from agents.findings import Finding
from agents.meter import Meters, complete
from agents.models.base import ChatModel, ModelRequest, Usage
from agents.prompts import PromptSet
from agents.schema import response_format
from agents.strict_json import JsonRejected, parse_object
from agents.transcript import quote

F_co = TypeVar("F_co", bound=Finding, covariant=True)
F = TypeVar("F", bound=Finding)

NONCE_BYTES = 4  # a guess hits once in 4 billion, and each question gets a new nonce
FINDING_TOKENS = 700  # the longest finding a person would still read
ASKS = 2  # the question, and once more if the reply cannot be read (law 4)
MAX_REPLY = 64 * 1024  # characters of a reply that are read at all; an answer of 2,000 tokens in it has 10,000
JSON_SPACE = " \t\r\n"  # what JSON calls white space; Python strips more, and other parsers would read something else


@dataclass(frozen=True)
class Brief:
    """What the agents of one request get: the conversation, and the deployment's own policy.

    A nonce fences off the conversation inside a prompt: text that does not contain it cannot close the fence. Every
    question has a new one, unless an exam that must repeat itself names it. Every call to a model is added to `meters`,
    also one that fails or is given up.
    """

    conversation: Conversation
    policy: str = ""
    nonce: str | None = None
    meters: Meters = field(default_factory=list, compare=False)


@dataclass(frozen=True)
class Question:
    """A filled prompt, ready to send, and the digests of the conversation's parts that it shows whole."""

    agent: str
    prompt_digest: str
    message: Message
    seen: frozenset[str]
    meters: Meters = field(default_factory=list, compare=False)


@dataclass(frozen=True)
class Report(Generic[F_co]):
    """A finding, what it cost and which parts it is based on. `asks` counts the re-ask too."""

    agent: str
    finding: F_co
    seen: frozenset[str] = frozenset()
    model: str = ""
    prompt_digest: str = ""
    usage: Usage = field(default_factory=Usage)
    milliseconds: float = 0.0
    asks: int = 0


class Agent(Protocol):
    """It sees the parts of a request that are of its kinds, and reports one finding. `agents.registry` lists them."""

    name: ClassVar[str]
    kinds: ClassVar[frozenset[Kind]]

    def __init__(self, model: ChatModel, prompts: PromptSet) -> None: ...

    @property
    def model(self) -> ChatModel:
        """The model that it asks."""
        ...

    async def assess(self, brief: Brief, *findings: Any, **named: Any) -> Report[Finding]:
        """Look at a request. `findings` are those of the agents that it reads; each agent spells out their types."""
        ...


def build_question(
    agent: str,
    prompts: PromptSet,
    prompt: str,
    brief: Brief,
    values: Mapping[str, str],
    *,
    pictures: bool,
    transcript: bool = True,
) -> Question:
    """Fill a prompt. Pictures come first, for a serving engine's prefix cache, and the nonce comes last."""
    conversation, transcribed = brief.conversation, brief.conversation.transcript
    # Whoever wrote one value, a reply say, must not know the mark around another question's.
    nonce = brief.nonce or secrets.token_hex(NONCE_BYTES)
    quoted = {name: quote(value) for name, value in values.items()}
    fields = {"conversation": transcribed.text, "nonce": nonce, "policy": brief.policy or "none", **quoted}
    text = prompts[prompt].fill(fields)
    shown = conversation.pictures if pictures else ()
    seen = frozenset(part.digest for part in shown) | (transcribed.seen if transcript else frozenset())
    # With the client's `detail`: agents see pictures as finely as the model does, and no more finely.
    message = Message("user", (*shown, TextPart(text)))
    return Question(agent, prompts[prompt].digest, message, seen, brief.meters)


async def ask(model: ChatModel, question: Question, reply_as: type[F], *, reask: str) -> Report[F]:
    """Ask the question; if the reply does not fit `reply_as`, ask once more with `reask` added.

    Raises `ReplyUnreadable` after the second reply, and `ModelFailed` as the model does.
    """
    started = time.monotonic()
    usage = Usage()
    options = {"temperature": 0, "max_tokens": FINDING_TOKENS, "response_format": response_format(reply_as)}
    message = question.message
    for attempt in range(1, ASKS + 1):
        completion = await complete(model, ModelRequest((message,), options), question.meters)
        usage += completion.usage
        finding = read_finding(completion.text, reply_as)
        if finding is not None:
            return Report(
                question.agent,
                finding,
                question.seen,
                model.name,
                question.prompt_digest,
                usage,
                milliseconds=(time.monotonic() - started) * 1000,
                asks=attempt,
            )
        message = Message(message.role, (*question.message.parts, TextPart(reask)))
    raise ReplyUnreadable(question.agent, model.name)


def read_finding(text: str, reply_as: type[F]) -> F | None:
    """The finding that a reply states, or None. The whole reply must be one JSON object that fits the type."""
    if len(text) > MAX_REPLY:
        return None
    try:
        return reply_as.model_validate(parse_object(text.strip(JSON_SPACE)))
    except (JsonRejected, ValidationError):
        return None
