"""Reasons are short, few, and shared."""

from collections import Counter

from benchmarks.pocketworld.world.activities.catalogue import FACTS


def test_reasons_are_short_and_shared() -> None:
    whys = Counter(fact.reason.why for fact in FACTS)
    assert all(len(why.split()) <= 8 for why in whys)
    assert len(whys) <= 60 < len(FACTS) / 5
