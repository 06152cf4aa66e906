"""The writers of training examples, and a tokenizer."""

from random import Random

import pytest
from transformers import PreTrainedTokenizerFast

from agents.prompts import PromptSet
from benchmarks.pocketworld.sampling.question_templates import QUESTION_TEMPLATES
from benchmarks.pocketworld.training.agent_examples import AgentExamples
from benchmarks.pocketworld.training.dialogues import DialogueWriter
from benchmarks.pocketworld.training.questions import QuestionWriter
from benchmarks.pocketworld.training.tokenizer import build_tokenizer

COMPACT = PromptSet.load("compact")


@pytest.fixture
def writer() -> AgentExamples:
    return AgentExamples(COMPACT, Random(0))


@pytest.fixture
def dialogues() -> DialogueWriter:
    rng = Random(0)
    return DialogueWriter(QuestionWriter(QUESTION_TEMPLATES, rng), rng)


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    replies = ['{"evidence": "vase", "category": null, "verdict": "safe", "reason": "x"}'] * 30
    return build_tokenizer(COMPACT, ["How do I fly my kite here?"] * 30, replies)
