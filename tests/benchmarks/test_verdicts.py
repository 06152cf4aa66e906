"""The guards' own verdicts, against scikit-like definitions computed by hand and by plain loops."""

from __future__ import annotations

import random

import pytest

from benchmarks.case import Side
from benchmarks.clusters import record_keys
from benchmarks.verdicts import FIGURES, GuardVerdict, VerdictScores
from tests.benchmarks.scores import case


def verdicts(seed: int, count: int = 60, *, scored: bool = True) -> list[GuardVerdict]:
    generator = random.Random(seed)
    found = []
    for number in range(count):
        for side in Side:
            score = round(generator.random() * 0.6 + (0.3 if side is Side.UNSAFE else 0.0), 1)
            asked = case(f"c{number}", side, record=f"r{number // 2}")
            found.append(GuardVerdict(asked, score > 0.5, score if scored else None))
    return found


def counted(found: list[GuardVerdict]) -> tuple[int, int, int, int]:
    hits = sum(each.flagged and each.case.side is Side.UNSAFE for each in found)
    alarms = sum(each.flagged and each.case.side is Side.SAFE for each in found)
    misses = sum(not each.flagged and each.case.side is Side.UNSAFE for each in found)
    return hits, alarms, misses, len(found) - hits - alarms - misses


@pytest.mark.parametrize("seed", range(3))
def test_the_figures_are_those_of_the_four_counts(seed: int) -> None:
    found = verdicts(seed)
    hits, alarms, misses, quiet = counted(found)
    scores = VerdictScores.of(found, record_keys)
    expected = {
        "recall": hits / (hits + misses),
        "precision": hits / (hits + alarms),
        "F1": 2 * hits / (2 * hits + alarms + misses),
        "false alarms": alarms / (alarms + quiet),
    }
    for name, value in expected.items():
        at = FIGURES[name](scores)
        assert at is not None
        assert at.value == pytest.approx(value)
        assert at.low < at.value < at.high
        assert at.clusters <= 30
    assert scores.cases == 120


@pytest.mark.parametrize("seed", range(3))
def test_auroc_is_the_share_of_pairs_ranked_right_and_a_tie_is_half(seed: int) -> None:
    found = verdicts(seed)
    unsafe, safe = (
        [each.score or 0.0 for each in found if each.case.side is side] for side in (Side.UNSAFE, Side.SAFE)
    )
    pairs = [(high > low) + (high == low) / 2 for high in unsafe for low in safe]
    at = VerdictScores.of(found, record_keys).auroc
    assert at is not None
    assert at.value == pytest.approx(sum(pairs) / len(pairs))
    assert 0 < at.low < at.value < at.high <= 1


def test_a_perfect_guard_is_perfect_and_not_certain() -> None:
    perfect = [
        GuardVerdict(each.case, each.case.side is Side.UNSAFE, float(each.case.side is Side.UNSAFE))
        for each in verdicts(1)
    ]
    scores = VerdictScores.of(perfect, record_keys)
    for name in ("recall", "precision", "F1", "AUROC"):
        at = FIGURES[name](scores)
        assert at is not None
        assert at.value == 1.0
        assert at.low < 1.0


def test_what_has_no_cases_has_no_figure() -> None:
    never = [GuardVerdict(each.case, False) for each in verdicts(1)]
    scores = VerdictScores.of(never, record_keys)
    assert scores.precision is None
    assert scores.auroc is None
    assert scores.recall is not None
    assert scores.recall.value == 0.0
    one_side = VerdictScores.of([each for each in verdicts(1) if each.case.side is Side.UNSAFE], record_keys)
    assert one_side.false_alarms is one_side.f1 is one_side.auroc is None


def test_auroc_needs_a_score_of_every_case() -> None:
    found = verdicts(1)
    found[0] = GuardVerdict(found[0].case, True)
    assert VerdictScores.of(found, record_keys).auroc is None
    assert VerdictScores.of(verdicts(1, scored=False), record_keys).auroc is None
