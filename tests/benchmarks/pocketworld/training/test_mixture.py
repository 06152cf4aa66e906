"""What is practised how often: enough of what is rare in the world at large, and nothing that is held out."""

import json
from collections import Counter
from random import Random

import pytest

from agents.prompts import PromptSet
from benchmarks.pocketworld.training.mixture import Mixture
from benchmarks.pocketworld.world.activities.catalogue import FACTS

TEXTS = 4000


@pytest.fixture(scope="module")
def judged() -> list[dict[str, str]]:
    """The replies to the judgements among the texts of a stretch of training."""
    examples = Mixture.of(PromptSet.load("compact"), Random(3)).text_examples(TEXTS)
    return [json.loads(example.reply) for example in examples if example.task == "situation"]


def test_signs_decide_often_enough_to_be_learnt(judged: list[dict[str, str]]) -> None:
    signs = [finding for finding in judged if finding["evidence"].startswith("sign: ")]
    assert len(signs) > len(judged) / 10
    assert all(finding["verdict"] == "unsafe" for finding in signs)


def test_every_sign_that_forbids_something_is_practised(judged: list[dict[str, str]]) -> None:
    forbidding = {f"sign: {fact.evidence}" for fact in FACTS if fact.kind == "sign"}
    practised = Counter(finding["evidence"] for finding in judged)
    assert forbidding <= practised.keys()


def test_neither_verdict_is_rare(judged: list[dict[str, str]]) -> None:
    verdicts = Counter(finding["verdict"] for finding in judged)
    assert min(verdicts["safe"], verdicts["unsafe"]) > len(judged) / 4
