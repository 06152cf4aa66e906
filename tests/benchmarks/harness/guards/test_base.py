"""A guard's verdict as the account of a reply."""

from __future__ import annotations

from benchmarks.harness.guards.base import GuardSays


def test_only_what_is_safe_is_released_and_a_score_is_told_where_there_is_one() -> None:
    assert GuardSays("safe").account() == {"verdict": "safe", "action": "release", "categories": []}
    assert GuardSays("unclear", score=0.5, categories=("S1",)).account() == {
        "verdict": "unclear",
        "action": "refuse",
        "categories": ["S1"],
        "score": 0.5,
    }
