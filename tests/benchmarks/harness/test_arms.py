"""Which arm the others are compared with, and which are chosen by name."""

from __future__ import annotations

import pytest

from benchmarks.harness.arms import ArmUnknown, baseline, chosen_arms
from tests.benchmarks.harness.arms import ARMS, CHAT, RAW, SITUATIONAL


def test_the_arm_without_a_guard_is_what_the_others_are_compared_with() -> None:
    assert baseline(ARMS) is RAW
    assert baseline([CHAT, SITUATIONAL]) is CHAT


def test_arms_come_in_the_order_they_are_named_and_unknown_ones_list_the_known() -> None:
    assert chosen_arms(ARMS, ["plain", "situational", "plain"]) == (RAW, SITUATIONAL)
    assert chosen_arms(ARMS, []) == ARMS
    with pytest.raises(ArmUnknown, match="no deployment 'plan'; it has paper, plain, situational"):
        chosen_arms(ARMS, ["plan"])
