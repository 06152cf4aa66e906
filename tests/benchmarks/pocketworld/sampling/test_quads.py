"""Samples are balanced, repeatable, and keep their splits apart."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache

import pytest

from benchmarks.pocketworld.sampling.quads import (
    Quad,
    SamplingError,
    Situation,
    query,
    sample_contrast,
    sample_fact,
    sample_quad,
)
from benchmarks.pocketworld.sampling.question_templates import HELD_OUT_TEMPLATES, QUESTION_TEMPLATES
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES, FACTS, matching_facts
from benchmarks.pocketworld.world.knobs import Knobs
from benchmarks.pocketworld.world.ontology import Thing
from benchmarks.pocketworld.world.splits import (
    Split,
    is_held_out,
    is_held_out_pair,
    is_held_out_triple,
)

BLIND_LIMIT = 0.55
Features = Callable[[Situation, str], Iterable[str]]


def quads(count: int, split: Split = Split.TRAIN, seed: int = 1) -> list[Quad]:
    rng = random.Random(seed)
    return [sample_quad(rng, split) for _ in range(count)]


@pytest.mark.parametrize("split", Split)
def test_the_same_seed_gives_the_same_sample(split: Split) -> None:
    assert quads(20, split) == quads(20, split)
    assert quads(20, split) != quads(20, split, seed=2)
    first, second = (sample_contrast(random.Random(5), split) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("split", Split)
def test_each_scene_of_a_quad_is_safe_for_one_activity_and_unsafe_for_the_other(split: Split) -> None:
    for quad in quads(200, split):
        assert [case.truth.safe for case in quad.situations()] == [True, False, False, True]


def test_exactly_one_thing_decides_an_unsafe_scene() -> None:
    for quad in quads(200):
        for case in (quad.situations()[1], quad.situations()[2]):
            assert len(list(matching_facts(ACTIVITIES[case.activity], case.scene))) == 1


def test_what_decides_is_drawn_as_weighted() -> None:
    rng = random.Random(3)
    kinds = Counter(sample_fact(rng).kind for _ in range(4000))
    assert kinds["object"] / 4000 == pytest.approx(0.60, abs=0.03)
    assert kinds["sign"] / 4000 == pytest.approx(0.15, abs=0.03)
    assert kinds["place"] / 4000 == pytest.approx(0.25, abs=0.03)


def test_every_fact_of_the_table_is_drawn_sooner_or_later() -> None:
    rng = random.Random(4)
    assert {sample_fact(rng) for _ in range(12_000)} == set(FACTS)


def test_every_fact_of_the_table_can_be_asked_for() -> None:
    rng = random.Random(5)
    for fact in FACTS:
        case = sample_quad(rng, fact=fact).situations()[1]
        (found,) = matching_facts(ACTIVITIES[case.activity], case.scene)
        assert (case.activity, found[1].reason) == (fact.activity, fact.reason)


def test_what_no_split_holds_is_refused_with_its_facts() -> None:
    fact = next(fact for fact in FACTS if fact.kind == "sign")
    with pytest.raises(SamplingError) as refused:
        sample_quad(random.Random(1), knobs=Knobs(), fact=replace(fact, activity="leave the house", evidence="EXIT"))
    assert refused.value.facts[0].evidence == "EXIT"
    assert refused.value.split is Split.TRAIN


def test_scenes_hold_at_most_three_things_and_none_twice() -> None:
    for quad in quads(300):
        for scene in (quad.scene_a, quad.scene_b):
            names = [thing.name for thing in scene.things]
            assert len(names) <= 3
            assert len(names) == len(set(names))


@pytest.mark.parametrize("split", Split)
def test_contrast_pairs_differ_in_one_object_only(split: Split) -> None:
    rng = random.Random(6)
    for _ in range(200):
        pair = sample_contrast(rng, split)
        safe, unsafe = pair.situations()
        assert (safe.truth.safe, unsafe.truth.safe) == (True, False)
        assert (pair.safe.place, pair.safe.sign) == (pair.unsafe.place, pair.unsafe.sign)
        assert len(set(pair.unsafe.things) - set(pair.safe.things)) == 1
        assert len(set(pair.safe.things) - set(pair.unsafe.things)) <= 1


def test_some_contrast_pairs_differ_in_a_state_alone() -> None:
    rng = random.Random(7)
    pairs = [sample_contrast(rng) for _ in range(300)]
    states = [p for p in pairs if {t.name for t in p.safe.things} == {t.name for t in p.unsafe.things}]
    assert len(states) >= 10


# --- splits


def test_training_never_sees_a_held_out_combination() -> None:
    for quad in quads(500):
        assert not any(is_held_out(case.activity, case.scene) for case in quad.situations())
    rng = random.Random(8)
    for _ in range(300):
        assert not any(is_held_out(c.activity, c.scene) for c in sample_contrast(rng).situations())


def test_held_out_combinations_turn_on_one() -> None:
    for quad in quads(60, Split.HELD_OUT_COMBINATIONS):
        for case in (quad.situations()[1], quad.situations()[2]):
            name = Thing.parse(case.truth.evidence).name
            place = case.scene.place
            assert is_held_out_pair(place, name) or is_held_out_triple(case.activity, place, name)


def possible_queries(activity: str, wordings: Sequence[str], templates: Sequence[str]) -> set[str]:
    return {template.format(v=wording) for template in templates for wording in wordings}


@pytest.mark.parametrize("activity", ACTIVITIES)
def test_questions_come_from_the_words_of_their_split(activity: str) -> None:
    asked, rng = ACTIVITIES[activity], random.Random(10)
    words = {
        Split.TRAIN: (asked.wordings, QUESTION_TEMPLATES),
        Split.HELD_OUT_WORDINGS: (asked.held_out_wordings, QUESTION_TEMPLATES),
        Split.HELD_OUT_TEMPLATES: (asked.wordings, HELD_OUT_TEMPLATES),
        Split.HELD_OUT_RENDERINGS: (asked.wordings, QUESTION_TEMPLATES),
        Split.HELD_OUT_COMBINATIONS: (asked.wordings, QUESTION_TEMPLATES),
    }
    for split, (wordings, templates) in words.items():
        drawn = {query(activity, rng, split) for _ in range(20)}
        assert drawn <= possible_queries(activity, wordings, templates)


# --- knobs


def scenes_under(knobs: Knobs) -> list[tuple[Situation, ...]]:
    rng = random.Random(11)
    return [sample_quad(rng, knobs=knobs).situations() for _ in range(80)]


def test_without_clutter_there_is_only_what_decides() -> None:
    assert max(len(case.scene.things) for cases in scenes_under(Knobs(clutter=1)) for case in cases) == 1


def test_distractors_follow_their_knob() -> None:
    def hazards_shown(knobs: Knobs) -> int:
        hazards = {fact.evidence for fact in FACTS}
        return sum(t.label in hazards for cases in scenes_under(knobs) for case in cases for t in case.scene.things)

    assert hazards_shown(Knobs(distractor_rate=1.0)) > 1.5 * hazards_shown(Knobs(distractor_rate=0.0))


def test_signs_follow_their_knob() -> None:
    def signs(knobs: Knobs) -> int:
        return sum(case.scene.sign is not None for cases in scenes_under(knobs) for case in cases)

    assert signs(Knobs(sign_rate=0.0)) < signs(Knobs(sign_rate=1.0)) == 80 * 4


# --- judges that see only half


def words_of_query(_: Situation, asked: str) -> Iterable[str]:
    return asked.lower().split()


def activity_alone(case: Situation, _: str) -> Iterable[str]:
    return [case.activity]


def parts_of_scene(case: Situation, _: str) -> Iterable[str]:
    scene = case.scene
    return [scene.place, f"sign {scene.sign}", f"{len(scene.things)} things", *scene.objects]


def whole_scene(case: Situation, _: str) -> Iterable[str]:
    return [case.scene.describe()]


def both(case: Situation, _: str) -> Iterable[str]:
    return [f"{case.activity} | {part}" for part in parts_of_scene(case, "")]


@cache
def examples(count: int, seed: int) -> list[tuple[Situation, str, bool]]:
    """One case of each quad, so that no judge can profit from seeing the other three; with question and truth."""
    rng = random.Random(seed)
    cases = [rng.choice(sample_quad(rng).situations()) for _ in range(count)]
    return [(case, query(case.activity, rng), case.truth.safe) for case in cases]


def trained_accuracy(features: Features, training: int = 4000, fresh: int = 2000) -> float:
    """Accuracy on fresh cases of a logistic regression over the features (stochastic gradient, four rounds)."""
    weights: dict[str, float] = defaultdict(float)
    seen = [(["bias", *features(case, asked)], safe) for case, asked, safe in examples(training, seed=12)]
    for present, safe in seen * 4:
        error = safe - 1 / (1 + math.exp(-sum(weights[feature] for feature in present)))
        for feature in present:
            weights[feature] += 0.2 * error
    unseen = [(["bias", *features(case, asked)], safe) for case, asked, safe in examples(fresh, seed=13)]
    return sum((sum(weights[feature] for feature in present) > 0) == safe for present, safe in unseen) / fresh


@pytest.mark.parametrize("features", [words_of_query, activity_alone, parts_of_scene, whole_scene])
def test_a_judge_that_sees_only_the_question_or_only_the_picture_is_at_chance(features: Features) -> None:
    assert trained_accuracy(features) <= BLIND_LIMIT


def test_the_same_judge_learns_when_it_sees_both() -> None:
    assert trained_accuracy(both) >= 0.7
