"""The draft comes after the verdict where too many are thrown away, and beside it again where few are."""

from __future__ import annotations

from guard.draft_rule import LEAST, WINDOW, DraftRule


def after(*runs: tuple[int, bool], share: float = 0.2) -> DraftRule:
    rule = DraftRule(share)
    for count, released in runs:
        for _ in range(count):
            rule.saw(released=released)
    return rule


def test_a_few_decisions_change_nothing() -> None:
    assert not after((LEAST - 1, False)).is_late
    assert after((LEAST, False)).is_late


def test_it_is_late_from_the_share_on() -> None:
    assert not after((81, True), (19, False)).is_late
    assert after((80, True), (20, False)).is_late


def test_it_is_early_again_below_half_the_share() -> None:
    rule = after((80, True), (20, False), (100, True))
    assert (rule.thrown_away, rule.is_late) == (0.1, True)
    rule = after((80, True), (20, False), (WINDOW, True))
    assert (rule.thrown_away, rule.is_late) == (0.0, False)
