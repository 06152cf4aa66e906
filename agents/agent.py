"""What an agent is, and ask(): from prompt to model to typed finding. Time, tokens and the re-ask are handled here."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from agents.conversation import Conversation, Kind, Message, TextPart
from agents.errors import AgentError, ModelFailed, ReplyUnreadable
from agents.findings import Finding
from agents.meter import Meters, complete
from agents.models.base import UNUSED, ChatModel, Completion, ModelRequest, Usage
from agents.prompts import PromptSet
from agents.reply_reader import MARK, Unreadable, read_reply
from agents.schema import response_format
from agents.tracing import agent_span, failed
from agents.transcript import quote

F_co = TypeVar("F_co", bound=Finding, covariant=True)
F = TypeVar("F", bound=Finding)

NONCE_BYTES = 4  # a guess hits once in 4 billion, and each question gets a new nonce
MARK_BYTES = 4  # as for the nonce
FINDING_TOKENS = 700  # the longest finding a person would still read
ASKS = 2  # the question, and once more if the reply cannot be read (law 4)
MORE_TOKENS = 4  # times as many for the second ask: a model that thinks may have spent the first ones on that

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TokenLimits:
    """How many tokens a reply to an agent's first question may have, its thinking included."""

    default: int = FINDING_TOKENS
    by_agent: Mapping[str, int] = field(default_factory=dict)

    def of(self, agent: str) -> int:
        """The limit of one agent."""
        return self.by_agent.get(agent, self.default)


def unheard(_: str) -> None:
    """Nobody has an answer under way."""


@dataclass(frozen=True)
class Brief:
    """What the agents of one request get: the conversation, and the deployment's own policy.

    A nonce fences off the conversation inside a prompt: text that does not contain it cannot close the fence. Every
    question has a new one, unless an exam that must repeat itself names it. Every call to a model is added to `meters`,
    also one that fails or is given up. `hold` is called, with what tells it, as soon as it looks as if the answer will
    not go out: it decides nothing, and spares what would be thrown away.
    """

    conversation: Conversation
    policy: str = ""
    nonce: str | None = None
    meters: Meters = field(default_factory=list, compare=False)
    hold: Callable[[str], object] = field(default=unheard, compare=False)
    tokens: TokenLimits = field(default_factory=TokenLimits)


@dataclass(frozen=True)
class Question:
    """A filled prompt, ready to send, and the digests of the conversation's parts that it shows whole.

    `mark` is made for this question where its prompt asks for one: a reply that bears it answers this question.
    """

    agent: str
    prompt_digest: str
    message: Message
    seen: frozenset[str]
    meters: Meters = field(default_factory=list, compare=False)
    mark: str = ""
    max_tokens: int = FINDING_TOKENS


@dataclass(frozen=True)
class Report(Generic[F_co]):
    """A finding, what it cost and which parts it is based on. `asks` counts the re-ask too; it is 0 where no call was
    made for this finding alone. `cached`: an earlier request's call found it. `rest` is the whole report, where this
    one is of a reply that was acted on before its end.
    """

    agent: str
    finding: F_co
    seen: frozenset[str] = frozenset()
    model: str = ""
    prompt_digest: str = ""
    usage: Usage = UNUSED
    milliseconds: float = 0.0
    asks: int = 0
    cached: bool = False
    rest: asyncio.Future[Any] | None = field(default=None, compare=False)

    def told_as(self, finding: F) -> Report[F]:
        """The same report with its finding in another form."""
        report: Report[Any] = self
        return replace(report, finding=finding)


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
    conversation, transcribed, template = brief.conversation, brief.conversation.transcript, prompts[prompt]
    # Whoever wrote one value, a reply say, must not know the mark around another question's.
    nonce = brief.nonce or secrets.token_hex(NONCE_BYTES)
    mark = secrets.token_hex(MARK_BYTES) if MARK in template.fields else ""
    quoted = {name: quote(value) for name, value in values.items()}
    ours = {"conversation": transcribed.text, "nonce": nonce, "policy": brief.policy or "none", MARK: mark}
    text = template.fill({**ours, **quoted})
    shown = conversation.pictures if pictures else ()
    seen = frozenset(part.digest for part in shown) | (transcribed.seen if transcript else frozenset())
    # With the client's `detail`: agents see pictures as finely as the model does, and no more finely.
    message = Message("user", (*shown, TextPart(text)))
    return Question(agent, template.digest, message, seen, brief.meters, mark, brief.tokens.of(agent))


async def ask(model: ChatModel, question: Question, reply_as: type[F], *, reask: str) -> Report[F]:
    """Ask the question, in a span of the agent's own; raises as `_ask` does."""
    with agent_span(question.agent) as span:
        try:
            return await _ask(model, question, reply_as, reask)
        except AgentError as error:
            failed(span, type(error).__name__)
            raise


async def _ask(model: ChatModel, question: Question, reply_as: type[F], reask: str) -> Report[F]:
    """Ask the question; if the reply does not fit `reply_as`, ask once more with `reask` added, and with more tokens.

    Raises `ReplyUnreadable` after the second reply, and `ModelFailed` as the model does, or where it would not answer.
    """
    started = time.monotonic()
    usage, reason = UNUSED, ""
    form = response_format(reply_as, marked=bool(question.mark))
    message, tokens = question.message, question.max_tokens
    for attempt in range(1, ASKS + 1):
        options = {"temperature": 0, "max_tokens": tokens, "response_format": form}
        try:
            completion = await complete(model, ModelRequest((message,), options), question.meters)
            _check_answered(model, completion)
        except ModelFailed as failure:
            if reason and failure.refusal == "context_length_exceeded":
                # The question itself did fit. What is too long is the room that we asked for.
                raise ReplyUnreadable(question.agent, model.name, f"{reason}; no more are possible") from None
            failure.agent = question.agent
            raise
        usage += completion.usage
        try:
            finding = read_reply(completion.body, reply_as, question.mark)
        except Unreadable as unreadable:
            reason = f"{unreadable.reason}; {tokens} tokens were allowed"
            if attempt < ASKS:
                logger.warning("agent %s asks model %s again: reply unreadable: %s", question.agent, model.name, reason)
        else:
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
        tokens = question.max_tokens * MORE_TOKENS
    raise ReplyUnreadable(question.agent, model.name, reason)


def _check_answered(model: ChatModel, completion: Completion) -> None:
    """A reply that was held back by a content filter, or is a refusal, will be no other the second time."""
    choice = completion.body["choices"][0]
    message = choice.get("message") or {}
    if choice.get("finish_reason") == "content_filter":
        raise ModelFailed(
            model.name, "refused", refusal="content_filter", detail="its content filter held the reply back"
        )
    if message.get("refusal") and not message.get("content"):
        raise ModelFailed(model.name, "refused", refusal="content_filter", detail="the model refused to judge")
