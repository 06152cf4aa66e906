"""Graphs drawn in the terminal."""

from __future__ import annotations

from service.cli.drawing import draw_text


def test_steps_stand_in_the_order_in_which_they_wait() -> None:
    drawn = draw_text({"a": [], "b": ["a"], "c": ["a", "b"], "d": []})
    lines = drawn.splitlines()
    row = {name: next(number for number, line in enumerate(lines) if f" {name} " in line) for name in "abcd"}
    assert row["a"] == row["d"] < row["b"] < row["c"]
    assert max(map(len, lines)) < 40
