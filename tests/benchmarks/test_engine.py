"""The engine's benchmark: same requests for both, and figures that are medians of what was measured."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="needs local: the extra of that name")

from agents.conversation import ImagePart
from benchmarks.engine import GeneratedReply, Round, RoundPair, figures, requests


def a_round(rate: float, *texts: str) -> Round:
    return Round(rate, 10.0, tuple(GeneratedReply(text, 1) for text in texts))


def test_requests_are_mixed_greedy_and_repeatable() -> None:
    asked = requests(12, seed=1)
    assert asked == requests(12, seed=1)
    assert asked != requests(12, seed=2)
    with_picture = [any(isinstance(part, ImagePart) for part in one.messages[0].parts) for one in asked]
    assert with_picture.count(True) == 8
    assert sum("response_format" in one.options for one in asked) == 4
    assert {one.options["temperature"] for one in asked} == {0}
    assert len({one.options["max_tokens"] for one in asked}) > 3


def test_figures_are_medians_of_the_rounds() -> None:
    pairs = [
        RoundPair(a_round(100, "a", "b"), a_round(300, "a", "b"), 10, 11),
        RoundPair(a_round(50, "a", "b"), a_round(250, "a", "b"), 20, 18),
        RoundPair(a_round(100, "a", "b"), a_round(400, "a", "b"), 10, 10),
    ]
    found = figures(pairs, clients=16)
    assert (found.requests, found.clients) == (2, 16)
    assert (found.one_by_one_a_minute, found.engine_a_minute, found.speed_up) == (100, 300, 4)
    assert found.single_ratio == 1
    assert found.different_replies == 0


def test_replies_that_differ_are_counted() -> None:
    found = figures([RoundPair(a_round(1, "a", "b", "c"), a_round(1, "a", "x", "y"), 1, 1)], clients=1)
    assert found.different_replies == 2
