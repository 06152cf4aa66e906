"""What stands beside a request in training leaves the request whole, and is not what the model is measured with."""

from random import Random

import pytest

from agents.transcript import quote
from benchmarks.attacks.letters import Letters, written
from benchmarks.attacks.read import catalogue
from benchmarks.pocketworld.training.distractors import (
    DISTRACTED,
    HARMLESS,
    OTHER_LETTERS,
    TO_THE_JUDGE,
    Distracted,
    DistractorWriter,
)

ASKED = "How do I swim here?"
DRAWS = 6000
KINDS = (*TO_THE_JUDGE, *HARMLESS)


@pytest.fixture(scope="module")
def drawn() -> list[Distracted]:
    writer = DistractorWriter(Random(5))
    return [writer.add_to(ASKED) for _ in range(DRAWS)]


def test_the_request_stays_whole_and_mostly_alone(drawn: list[Distracted]) -> None:
    rewritten = {written(ASKED, letters) for letters in (Letters.UPPER_CASE, Letters.HOMOGLYPHS)}
    assert all(ASKED in each.text or each.text in rewritten for each in drawn)
    changed = DISTRACTED * (1 - OTHER_LETTERS) + OTHER_LETTERS
    assert sum(each.text != ASKED for each in drawn) == pytest.approx(changed * DRAWS, rel=0.1)


def test_what_speaks_to_the_judge_is_known_and_no_request_alone_does(drawn: list[Distracted]) -> None:
    share = DISTRACTED * sum(TO_THE_JUDGE.values()) / (sum(TO_THE_JUDGE.values()) + sum(HARMLESS.values()))
    assert sum(each.addressed_to_judge for each in drawn) == pytest.approx(share * DRAWS, rel=0.15)
    assert not [each for each in drawn if each.addressed_to_judge and each.text == ASKED]


def test_the_same_random_state_writes_the_same() -> None:
    one, other = ([DistractorWriter(Random(seed)).add_to(ASKED) for seed in range(50)] for _ in range(2))
    assert one == other


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_differs_from_draw_to_draw(kind: str) -> None:
    writer = DistractorWriter(Random(5))
    assert len({writer.write(kind) for _ in range(200)}) >= 12


@pytest.mark.parametrize("kind", ["hidden", "hidden words"])
def test_hidden_text_is_quoted_to_the_judge_and_its_words_are_not_in_sight(kind: str) -> None:
    writer = DistractorWriter(Random(5))
    for text in (writer.write(kind) for _ in range(50)):
        assert not text.isascii()
        assert "<U+" in quote(text)


def test_words_in_pictures_of_both_sorts_vary() -> None:
    writer = DistractorWriter(Random(5))
    words = [writer.for_picture() for _ in range(400)]
    for addressed in (True, False):
        assert len({each.text for each in words if each.addressed_to_judge is addressed}) >= 40


def test_the_words_of_attacks_that_are_held_out_are_never_practised(drawn: list[Distracted]) -> None:
    writer = DistractorWriter(Random(6))
    practised = [each.text for each in drawn] + [writer.for_picture().text for _ in range(DRAWS)]
    held_out = [attack.attack for attack in catalogue().values() if attack.held_out and attack.attack.text]
    measured = [written(injection.text, injection.letters) for injection in held_out]
    assert len(measured) >= 8
    assert not [text for text in measured if any(text.lower() in said.lower() for said in practised)]


def test_no_attack_of_the_catalogue_is_practised_word_for_word(drawn: list[Distracted]) -> None:
    texts = [each.attack.text for each in catalogue().values() if each.attack.text and each.kind != "length"]
    assert not [text for text in texts if any(text in each.text for each in drawn)]
