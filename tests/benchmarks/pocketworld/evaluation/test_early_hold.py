"""The early hold saves what a draft would still have come to, and changes no verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs local: the extra of that name")

from benchmarks.case import Side
from benchmarks.pocketworld.evaluation.early_hold import Asked, PacedEndpoint, early_hold, summary
from tests.guard.methods.test_situational import SURE, saved

LENGTH, PACE = 400, 40.0  # an answer of 10 seconds: no judgement takes as long


@pytest.mark.filterwarnings("ignore")
def test_a_sure_probe_has_every_draft_given_up_and_no_verdict_changes(tmp_path: Path) -> None:
    asked = early_hold(saved(tmp_path, SURE), 1, PacedEndpoint(LENGTH, PACE), seed=7)
    assert [plain.side for plain, _ in asked] == [Side.SAFE, Side.UNSAFE]
    for plain, early in asked:
        assert plain.verdict == early.verdict
        assert (plain.held, early.held) == (False, True)
        is_safe = plain.verdict == Side.SAFE
        assert (plain.written == LENGTH) is is_safe
        assert (early.written > LENGTH) is is_safe  # a draft that was given up in vain is begun again


def test_the_summary_tells_savings_changes_and_holds_in_vain() -> None:
    def asked(side: Side, verdict: str, written: int, *, held: bool = False, seconds: float = 1.0) -> Asked:
        return Asked(side, "dec_1", verdict, seconds, written, held)

    safe, unsafe = Side.SAFE, Side.UNSAFE
    told = list(
        summary(
            [
                (asked(unsafe, "unsafe", 60), asked(unsafe, "unsafe", 30, held=True)),
                (asked(unsafe, "unsafe", 40), asked(unsafe, "unsafe", 40)),
                (asked(safe, "safe", 300), asked(safe, "safe", 320, held=True, seconds=3.0)),
                (asked(safe, "safe", 300), asked(safe, "unclear", 300)),
            ],
            per_second=50,
        )
    )
    assert told[:3] == ["verdicts changed: 1 of 4", "held early, safe side: 1 of 2", "held early, unsafe side: 1 of 2"]
    assert "2; tokens of draft each: 50.0 without, 35.0 with the hold, 300 ms" in told[3]
    assert "1; tokens of draft each: 60.0 without, 30.0 with the hold, 600 ms" in told[4]
    assert "1; tokens of draft each: 300.0 without, 320.0 with the hold, -400 ms" in told[5]
    assert "waits +2000 ms" in told[5]
    assert told[6].startswith("all requests: 4; ")
