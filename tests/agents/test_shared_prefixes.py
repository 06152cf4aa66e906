"""What agents ask begins alike, so that a serving engine reads it once: told by the rule that vLLM documents.

vLLM (docs.vllm.ai, "Automatic Prefix Caching") keeps full blocks of 16 tokens. A block is known by the hash of the one
before it, its own tokens, and the hashes of the pictures whose placeholders stand in it. A prompt is read from the
first block on that is not there. Which bytes come first is what counts, not where a tokenizer cuts them, so that here a
word is a token.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from agents.agent import Brief
from agents.conversation import Conversation, ImagePart, Message, user_message
from agents.errors import ReplyUnreadable
from agents.findings import SituationFinding
from agents.fused import FusedAgent
from agents.images import Picture
from agents.intent import IntentAgent
from agents.models.base import ModelRequest
from agents.models.scripted import ScriptedModel
from agents.onlooker import OnlookerAgent
from agents.prompts import FIELD, PROMPT_SETS, PromptSet
from agents.situation import SituationAgent
from agents.visual import VisualAgent
from tests.scripts import SAFE, picture

BLOCK = 16
PLACEHOLDERS = 100  # tokens of a picture; 576 in LLaVA-1.5, more in most others
OPENING = "<|im_start|>user\n"  # what a chat template writes before the first part
FOUND = SituationFinding.model_validate(SAFE)

Ask = Callable[[ScriptedModel, PromptSet, Brief], Awaitable[object]]

LOOKING: dict[str, Ask] = {
    "scene": lambda model, prompts, brief: VisualAgent(model, prompts).assess(brief),
    "situation": lambda model, prompts, brief: SituationAgent(model, prompts).assess(brief, None, None),
    "onlooker": lambda model, prompts, brief: OnlookerAgent(model, prompts).assess(brief, None, None),
    "fused": lambda model, prompts, brief: FusedAgent(model, prompts).assess(brief),
    "reply": lambda model, prompts, brief: SituationAgent(model, prompts).review_reply(brief, FOUND, "Swing away."),
    "action": lambda model, prompts, brief: SituationAgent(model, prompts).review_calls(brief, None, None, "open()"),
}
READING: dict[str, Ask] = {"intent": lambda model, prompts, brief: IntentAgent(model, prompts).assess(brief)}
EVERY = LOOKING | READING


@dataclass
class PrefixCache:
    """The hashes of the blocks that an engine has."""

    blocks: set[int] = field(default_factory=set)

    def read(self, request: ModelRequest) -> tuple[int, int]:
        """Tokens of a prompt, and how many of them were there."""
        tokens = tokens_of(request)
        parent, hits, missed = 0, 0, False
        for start in range(0, len(tokens) - BLOCK + 1, BLOCK):
            block = tokens[start : start + BLOCK]
            pictures = {picture for _, picture in block if picture}
            parent = hash((parent, tuple(token for token, _ in block), frozenset(pictures)))
            missed = missed or parent not in self.blocks
            hits += not missed
            self.blocks.add(parent)
        return len(tokens), hits * BLOCK


def tokens_of(request: ModelRequest) -> list[tuple[str, str]]:
    """Each token, and the picture whose placeholder it is."""
    tokens = words(OPENING)
    for part in request.messages[0].parts:
        tokens += [("<image>", part.digest)] * PLACEHOLDERS if isinstance(part, ImagePart) else words(part.text)
    return tokens


def words(text: str) -> list[tuple[str, str]]:
    return [(word, "") for word in re.findall(r"\w+|\s+|[^\w\s]", text)]


async def asked(ask: Ask, prompts: PromptSet, *messages: Message) -> list[ModelRequest]:
    """The question that an agent asks, and how it asks again after a reply that cannot be read."""
    model = ScriptedModel(["no finding", "no finding"])
    with pytest.raises(ReplyUnreadable):
        await ask(model, prompts, Brief(Conversation(messages), policy="knives are normal here"))
    return model.requests


def instructions(name: str, prompts: PromptSet) -> int:
    """Tokens of a prompt's text before its first field that differs from request to request."""
    fixed = prompts[name].text.replace("{{policy}}", "knives are normal here")
    first = FIELD.search(fixed)
    return len(words(fixed[: first.start() if first else None]))


@pytest.fixture(params=PROMPT_SETS)
def prompts(request: pytest.FixtureRequest) -> PromptSet:
    return PromptSet.load(request.param)


@pytest.fixture
def pictures() -> tuple[Picture, Picture]:
    return picture("red"), picture("blue")


async def test_the_agents_of_a_request_and_its_draft_read_the_pictures_once(
    prompts: PromptSet, pictures: tuple[Picture, Picture]
) -> None:
    cache, message = PrefixCache(), user_message("How do I practise my golf swing?", *pictures)
    shown = len(words(OPENING)) + 2 * PLACEHOLDERS
    requests = [(await asked(ask, prompts, message))[0] for ask in LOOKING.values()]
    (_, first), *later = [cache.read(request) for request in (*requests, ModelRequest((message,)))]
    assert first == 0
    assert all(hits >= shown - BLOCK for _, hits in later)


@pytest.mark.parametrize("name", EVERY)
async def test_another_question_about_the_pictures_reads_little_but_the_question(
    name: str, prompts: PromptSet, pictures: tuple[Picture, Picture]
) -> None:
    cache = PrefixCache()
    before = len(words(OPENING)) + 2 * PLACEHOLDERS * (name in LOOKING)
    for text in ("How do I practise my golf swing?", "Where can I put the knife?"):
        (question, _) = await asked(EVERY[name], prompts, user_message(text, *pictures))
        _, hits = cache.read(question)
    assert hits >= before + instructions(name, prompts) - BLOCK


async def test_an_agent_that_sees_no_picture_reads_its_instructions_once(
    prompts: PromptSet, pictures: tuple[Picture, Picture]
) -> None:
    cache = PrefixCache()
    for text, shown in zip(("How do I practise my golf swing?", "Where can I put the knife?"), pictures, strict=True):
        (question, _) = await asked(READING["intent"], prompts, user_message(text, shown))
        _, hits = cache.read(question)
    assert hits >= instructions("intent", prompts) - BLOCK


@pytest.mark.parametrize("name", EVERY)
async def test_asking_again_reads_the_question_from_the_cache(name: str, prompts: PromptSet) -> None:
    cache = PrefixCache()
    question, again = await asked(EVERY[name], prompts, user_message("How do I practise?", picture()))
    tokens, _ = cache.read(question)
    assert cache.read(again)[1] == tokens // BLOCK * BLOCK


async def test_another_picture_is_read_whatever_stands_around_it(prompts: PromptSet) -> None:
    cache = PrefixCache()
    for colour in ("red", "blue"):
        message = user_message("How do I practise my golf swing?", picture(colour))
        (question, _) = await asked(LOOKING["scene"], prompts, message)
        _, hits = cache.read(question)
    assert hits == 0


@pytest.mark.parametrize("name", EVERY)
def test_the_default_prompts_are_instructions_before_they_are_anything_else(name: str) -> None:
    prompts = PromptSet.load("default")
    assert instructions(name, prompts) > 0.75 * len(words(prompts[name].text))
