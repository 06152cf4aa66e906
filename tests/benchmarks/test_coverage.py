"""A small part of `make coverage`, with a seed of its own: the intervals hold where the bootstrap did not."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.coverage import LEVELS, WRITTEN_TO, Shape, simulate, table, true_values

SIMULATIONS = 300  # 95 % is then known to 2.5 points (two standard errors)


def test_twenty_records_are_enough_for_the_interval_and_too_few_for_the_bootstrap() -> None:
    found = simulate(Shape(20, 5, 5), LEVELS[1], SIMULATIONS, seed=5)
    for shares in (found.covered, found.no_difference, found.real_difference):
        assert all(0.92 <= share <= 0.99 for share in shares.values()), shares
    assert np.mean(list(found.bootstrap.values())) < np.mean(list(found.covered.values())) - 0.02


def test_the_sign_flip_test_keeps_to_its_level_and_mcnemars_does_not() -> None:
    found = simulate(Shape(76, 5, 5), LEVELS[0], SIMULATIONS, seed=6)
    assert all(share <= 0.08 for share in found.sign_flip.values()), found.sign_flip
    assert all(share >= 0.085 for share in found.mcnemar.values()), found.mcnemar


def test_what_is_out_of_bounds_is_named() -> None:
    found = simulate(Shape(20, 5, 5), LEVELS[0], 4, seed=7)
    assert found.problems  # of four, no share is between 93 and 97 %
    assert all("20 × 5" in problem for problem in found.problems)
    assert not simulate(Shape(10, 5, 5, bound=False), LEVELS[0], 1, seed=7).problems


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name)
def test_the_true_values_are_those_of_very_many_draws(level: object) -> None:
    chosen = next(each for each in LEVELS if each is level)
    generator, count = np.random.default_rng(1), 400_000
    together = [[1.0, -0.5], [-0.5, 1.0]]
    tendency = chosen.record * generator.multivariate_normal([0.0, 0.0], together, count)
    tendency += chosen.arm * generator.standard_normal((count, 2))
    base = np.log([chosen.safe / (1 - chosen.safe), chosen.unsafe / (1 - chosen.unsafe)])
    chances = 1 / (1 + np.exp(-(base + tendency)))
    expected = true_values(chosen)
    assert expected["unsafe"] == pytest.approx(chances[:, 1].mean(), abs=0.002)
    assert expected["pair"] == pytest.approx(chances.prod(axis=1).mean(), abs=0.002)
    assert expected["average"] == pytest.approx(chances.mean(), abs=0.002)


def test_the_published_table_is_one_that_the_code_writes_and_holds_its_bounds() -> None:
    written, header = WRITTEN_TO.read_text(encoding="utf-8"), table([], 2_000)
    assert written.startswith(header)
    bound = [line for line in written.splitlines() if line.startswith("| ") and "*" not in line.split("|")[1]][1:]
    assert len(bound) == 10
    for line in bound:
        cells = [[float(share) for share in cell.split(" · ")] for cell in line.split("|")[3:9]]
        interval, _, none, real, flips, _ = cells
        assert all(93 <= share <= 97 for share in (*interval, *none, *real)), line
        assert all(share <= 6 for share in flips), line
