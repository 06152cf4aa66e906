"""A run against a stored one, on what both asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.case import ask
from benchmarks.errors import OptionInvalid
from benchmarks.report.against import against_stored
from benchmarks.report.rows import FinishedRun
from benchmarks.report.tables import ArmComparison
from tests.benchmarks.report.made import CASES
from tests.benchmarks.report.stored import stored_run

BEFORE = stored_run(lambda arm, case, repeat: case.side == "safe", "raw", "situational")
AFTER = stored_run(lambda arm, case, repeat: arm != "raw" or case.side == "safe", "raw", "situational", "new")


def gains(run: FinishedRun, stored: FinishedRun) -> dict[str, tuple[str, float]]:
    def gain(each: ArmComparison) -> float:
        assert each.differences[0] is not None
        return each.differences[0].value

    found = against_stored(run, run.rows("by rule"), stored).comparisons
    return {each.row.title: (each.against.title, gain(each)) for each in found}


def test_an_arm_is_set_against_its_namesake_and_a_new_one_against_the_stored_baseline() -> None:
    assert gains(AFTER, BEFORE) == {
        "raw": ("raw (stored)", 0.0),
        "situational": ("situational (stored)", 0.5),
        "new": ("raw (stored)", 0.5),
    }


def test_only_questions_that_are_the_same_in_words_and_pixels_are_compared() -> None:
    reworded = [replace(case, turns=ask("How else?")) if number < 10 else case for number, case in enumerate(CASES)]
    other = stored_run(lambda arm, case, repeat: True, "raw", cases=reworded)
    assert against_stored(AFTER, AFTER.rows("by rule"), other).cases == len(CASES) - 10


def test_runs_that_share_no_question_cannot_be_compared() -> None:
    strange = [replace(case, id=f"other/{case.id}") for case in CASES]
    other = stored_run(lambda arm, case, repeat: True, "raw", cases=strange)
    with pytest.raises(OptionInvalid, match="no question in common"):
        against_stored(AFTER, AFTER.rows("by rule"), other)
