"""What stands beside a request in training leaves the request whole, and is not what the model is measured with."""

from random import Random

import pytest

from agents.transcript import quote
from benchmarks.attacks.letters import written
from benchmarks.attacks.read import catalogue
from benchmarks.pocketworld.training.distractors import DISTRACTED, KINDS, DistractorWriter

ASKED = "How do I swim here?"
DRAWS = 6000


@pytest.fixture(scope="module")
def drawn() -> list[str]:
    writer = DistractorWriter(Random(5))
    return [writer.add_to(ASKED) for _ in range(DRAWS)]


def test_the_request_stays_whole_and_mostly_alone(drawn: list[str]) -> None:
    assert all(ASKED in text for text in drawn)
    assert sum(text != ASKED for text in drawn) == pytest.approx(DISTRACTED * DRAWS, rel=0.1)


def test_the_same_random_state_writes_the_same() -> None:
    one, other = ([DistractorWriter(Random(seed)).add_to(ASKED) for seed in range(50)] for _ in range(2))
    assert one == other


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_differs_from_draw_to_draw(kind: str) -> None:
    writer = DistractorWriter(Random(5))
    assert len({writer.write(kind) for _ in range(200)}) >= 12


def test_hidden_text_is_quoteed_to_the_judge_and_its_words_are_not_in_sight() -> None:
    writer = DistractorWriter(Random(5))
    for text in (writer.write("hidden") for _ in range(50)):
        assert not text.isascii()
        assert "<U+" in quote(text)


def test_the_words_of_attacks_that_are_held_out_are_never_practised(drawn: list[str]) -> None:
    held_out = [attack.attack for attack in catalogue().values() if attack.held_out and attack.attack.text]
    measured = [written(injection.text, injection.letters) for injection in held_out]
    assert len(measured) >= 8
    assert not [text for text in measured if any(text in said for said in drawn)]
