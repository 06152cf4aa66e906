"""The evidence stands before the conclusion, and the conclusion before the reply."""

from __future__ import annotations

from pathlib import Path

from benchmarks.training.rows import read_rows
from benchmarks.training.targets import direct, reasoning_first


def test_four_steps_come_before_the_reply_of_a_side_and_none_before_that_of_an_anchor(small: Path) -> None:
    rows = read_rows(small)
    side, anchor = rows[1].line, rows[-1].line
    order = ["a shop", "to swing", "glass", "it is not safe here", "So, unsafe."]
    written = reasoning_first(side)
    assert sorted(order, key=written.index) == order
    assert written.endswith(f"\n\n{direct(side)}")
    assert reasoning_first(anchor) == direct(anchor) == "A red wall."
