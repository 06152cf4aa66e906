"""Cohen's kappa and the agreement per class, against statsmodels and by hand."""

import random
from math import isnan

import pytest

from benchmarks.agreement import agreement
from tests.benchmarks import reference


@pytest.mark.parametrize("seed", range(5))
def test_kappa_agrees_with_statsmodels(seed: int) -> None:
    generator = random.Random(seed)
    first = [generator.choice("0123") for _ in range(200)]
    second = [label if generator.random() < 0.7 else generator.choice("0123") for label in first]
    ours = agreement(first, second)
    assert ours.kappa == pytest.approx(reference.kappa(first, second), abs=1e-12)
    assert ours.observed == sum(map(str.__eq__, first, second)) / 200


def test_agreement_per_class_by_hand_and_answers_without_a_label_left_out() -> None:
    ours = agreement(["0", "1", "1", "2", None, "2"], ["0", "1", "2", "2", "1", None])
    assert (ours.compared, ours.left_out, ours.observed) == (4, 2, 0.75)
    assert ours.per_class == {"0": 1.0, "1": pytest.approx(2 / 3), "2": pytest.approx(2 / 3)}
    assert ours.kappa == pytest.approx((0.75 - (1 * 1 + 2 * 1 + 1 * 2) / 16) / (1 - 5 / 16))
    assert isnan(agreement(["1", "1"], ["1", "1"]).kappa)
    assert isnan(agreement([None], ["1"]).observed)
