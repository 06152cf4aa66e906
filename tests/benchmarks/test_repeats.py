"""Where the uncertainty comes from, against simulated runs whose sources are known."""

from __future__ import annotations

from statistics import pstdev

import numpy as np
import pytest

from benchmarks.case import Side
from benchmarks.metrics import Unit, mean, mean_of_group_means
from benchmarks.repeats import variance_split
from tests.benchmarks.scores import case

ASKED = {n: case(f"c{n}", Side.SAFE) for n in range(400)}


def units(answers: dict[int, list[float]], group: str = "all") -> list[Unit]:
    return [Unit(f"{group}{n}", group, value, (ASKED[n],)) for n, values in answers.items() for value in values]


def drawn(generator: np.random.Generator, cases: int, repeats: int) -> list[Unit]:
    chances = generator.beta(0.6, 0.4, cases)
    return units({n: [float(generator.random() < chance) for _ in range(repeats)] for n, chance in enumerate(chances)})


def test_the_split_predicts_how_runs_scatter() -> None:
    generator = np.random.default_rng(3)
    runs = [drawn(generator, cases=120, repeats=4) for _ in range(300)]
    parts = [found for run in runs if (found := variance_split(run))]
    assert mean([each.standard_error for each in parts]) == pytest.approx(
        pstdev(map(mean_of_group_means, runs)), rel=0.12
    )
    more = [mean_of_group_means(drawn(generator, cases=120, repeats=16)) for _ in range(300)]
    assert mean([each.with_repeats(16) for each in parts]) == pytest.approx(pstdev(more), rel=0.12)


def test_answers_that_never_change_leave_nothing_to_repeats() -> None:
    found = variance_split(units({n: [float(n % 2)] * 3 for n in range(20)}))
    assert found is not None
    assert found.repeats == 0.0
    assert found.unstable == 0.0
    assert found.with_repeats(1) == found.standard_error == found.cases > 0


def test_coins_leave_nothing_to_cases() -> None:
    found = variance_split(units({n: [0.0, 1.0] for n in range(20)}))
    assert found is not None
    assert found.cases == 0.0
    assert found.unstable == 1.0
    assert found.standard_error == pytest.approx((0.5 / 2 / 20) ** 0.5)


def test_two_sides_weigh_as_they_do_in_an_average() -> None:
    one = variance_split(units({n: [0.0, 1.0] for n in range(20)}))
    both = variance_split(
        [*units({n: [0.0, 1.0] for n in range(20)}, "a"), *units({n: [1.0, 0.0] for n in range(20)}, "b")]
    )
    assert one is not None
    assert both is not None
    assert both.standard_error == pytest.approx(one.standard_error / 2**0.5)


def test_cases_that_were_asked_once_have_no_split() -> None:
    assert variance_split(units({0: [1.0], 1: [0.0, 1.0]})) is None
    assert variance_split([]) is None
    assert variance_split(units({0: [1.0, 0.0]})) is None
