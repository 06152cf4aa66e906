"""Warnings that are begun before the verdict are compared with those begun after it, by what they name and cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs local: the extra of that name")

from benchmarks.case import Side
from benchmarks.pocketworld.evaluation.early_warning import Warned, early_warning, steps_of, summary
from tests.guard.methods.test_situational import SURE, saved


@pytest.mark.filterwarnings("ignore")
def test_a_sure_probe_begins_every_warning_and_only_those_on_an_unsafe_verdict_go_out(tmp_path: Path) -> None:
    asked = early_warning(saved(tmp_path, SURE), 1, seed=7)
    assert [after.side for after, _ in asked] == [Side.SAFE, Side.UNSAFE]
    for after, early in asked:
        assert after.verdict == early.verdict
        assert (after.begun, early.begun) == (False, True)
        is_unsafe = after.verdict == Side.UNSAFE
        assert (after.used, early.used) == (False, is_unsafe)
        assert bool(after.steps) is bool(early.steps) is is_unsafe


def told(**reply: Any) -> dict[str, Any]:
    """The `guard` object of a warned request."""

    def step(tokens: int, **more: Any) -> dict[str, Any]:
        return {"usage": {"completion_tokens": tokens}, **more}

    agents = [step(17, agent="intent"), step(20, agent="situation")]
    return {"action": "warn", "agents": agents, "reply": step(10, fell_back=False, **reply), "reviews": [step(5)]}


def test_tokens_beside_the_verdict_count_once() -> None:
    assert steps_of(told(), 3) == 20 + 10 + 5
    assert steps_of(told(begun_early=True), 3) == 20  # it was over before the verdict
    assert steps_of(told(begun_early=True), 9) == 9 + 10 + 5
    assert steps_of({**told(), "action": "guide"}, 3) == 0
    assert steps_of({"action": "release"}, 3) == 0


def test_the_summary_tells_what_is_saved_and_what_is_named() -> None:
    def asked(side: Side, verdict: str, steps: int, *, names: bool = False, begun: bool = False) -> Warned:
        used = begun and steps > 0
        return Warned(side, "dec_1", verdict, steps / 10, names, 100, steps, begun=begun, used=used)

    safe, unsafe = Side.SAFE, Side.UNSAFE
    lines = list(
        summary(
            [
                (asked(unsafe, "unsafe", 50, names=True), asked(unsafe, "unsafe", 30, begun=True)),
                (asked(unsafe, "unsafe", 40, names=True), asked(unsafe, "unsafe", 40, names=True)),
                (asked(safe, "safe", 0), asked(safe, "unclear", 0, begun=True)),
                (asked(safe, "unsafe", 60), asked(safe, "unsafe", 50, begun=True)),
            ]
        )
    )
    assert lines == [
        "verdicts changed: 1 of 4, 1 of them beside an early warning",
        "begun early, safe side: 2 of 2",
        "begun early, unsafe side: 1 of 2",
        "begun early and gone out: 2",
        "of the 1 on the unsafe side, naming what decides: 1 after the verdict, 0 early",
        "tokens one after another, to such a warning's end: 55.00 after the verdict, 40.00 early",
        "seconds to such a warning's end: 5.50 after the verdict, 4.00 early",
        "tokens written for a request, all of them: 100.00 after the verdict, 100.00 early",
    ]


def test_without_a_warning_there_is_nothing_to_compare() -> None:
    one = Warned(Side.SAFE, "dec_1", "safe", 1.0, names=False, tokens=40, steps=0)
    assert "tokens one after another, to such a warning's end: none" in list(summary([(one, one)]))
