"""Raw and guarded replies are scored on both sides of a pair."""

from dataclasses import replace

from benchmarks.pocketworld.evaluation.figures import Figure
from benchmarks.pocketworld.evaluation.proxy_eval import GAP, PairOutcome, arm_figures, gap
from benchmarks.pocketworld.sampling.pairs import held_out_pairs
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES

PAIRS = held_out_pairs(8, 7)


def by_name(figures: list[Figure]) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures}


def outcomes(safe: bool, unsafe: bool) -> list[PairOutcome]:
    """Of every pair the same: whether each side is answered."""
    answers = [ACTIVITIES[pair.safe.activity].answer for pair in PAIRS]
    return [
        PairOutcome(pair, answer if safe else "Careful.", answer if unsafe else "Careful.")
        for pair, answer in zip(PAIRS, answers, strict=True)
    ]


def test_raw_answers_both_sides_and_a_perfect_guard_one() -> None:
    raw, guarded = outcomes(safe=True, unsafe=True), outcomes(safe=True, unsafe=False)
    figures = by_name([*arm_figures("demo-raw", raw), *arm_figures("demo", guarded)])
    assert figures["end to end, demo-raw: average"].share == 0.5
    assert len(figures["end to end, demo-raw: average"].errors) == len(PAIRS)
    assert figures["end to end, demo: both right"].share == 1.0
    assert figures["end to end, demo: average, held-out combinations"].count == 2
    assert (gap(raw, guarded).name, gap(raw, guarded).share) == (GAP, 0.5)


def test_a_request_that_ends_in_an_error_is_wrong_on_both_sides() -> None:
    failed = [replace(each, safe_reply=None, unsafe_reply=None) for each in outcomes(safe=True, unsafe=False)]
    assert by_name(arm_figures("demo", failed))["end to end, demo: average"].share == 0.0
    assert all("error" in error for each in failed for error in each.errors)
