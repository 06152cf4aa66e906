"""A schedule has phases and a learning rate for every step."""

from dataclasses import replace

import pytest

from benchmarks.pocketworld.training.schedule import FULL, Phase, Schedule


def test_a_schedule_has_a_phase_and_a_rate_for_every_step() -> None:
    schedule = Schedule("two", (Phase(10, 1, 0, 1), Phase(30, 2, 1, 1)), pool=1, rate=1.0, warm=0.1, floor=0.1)
    assert [schedule.phase_at(step).pictures for step in (0, 9, 10, 39)] == [1, 1, 2, 2]
    with pytest.raises(IndexError):
        schedule.phase_at(40)
    rates = [schedule.rate_at(step) for step in range(schedule.steps)]
    assert rates.index(max(rates)) == 3
    assert rates[-1] == pytest.approx(0.1)
    assert replace(FULL, seed=1).steps == sum(phase.steps for phase in FULL.phases)
