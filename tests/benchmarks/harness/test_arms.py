"""Which arm the others are compared with, and which are chosen by name."""

from __future__ import annotations

from importlib.resources import files

import pytest

from benchmarks.cli.setup import METHOD_ARMS
from benchmarks.harness.arms import Arm, ArmUnknown, baseline, chosen_arms
from guard.config_file import parse_config
from guard.methods.needs import OwnFile
from guard.methods.registry import METHODS
from tests.benchmarks.harness.arms import ARMS, CHAT, RAW, SITUATIONAL


def test_the_arm_without_a_guard_is_what_the_others_are_compared_with() -> None:
    assert baseline(ARMS) is RAW
    assert baseline([CHAT, SITUATIONAL]) is CHAT


def test_arms_come_in_the_order_they_are_named_and_unknown_ones_list_the_known() -> None:
    assert chosen_arms(ARMS, ["plain", "situational", "plain"]) == (RAW, SITUATIONAL)
    assert chosen_arms(ARMS, []) == ARMS
    with pytest.raises(ArmUnknown, match="no deployment 'plan'; it has paper, plain, situational"):
        chosen_arms(ARMS, ["plan"])


def test_only_an_arm_whose_method_remembers_is_asked_in_turn() -> None:
    assert Arm(name="echo", method="echosafe").keeps_memory
    assert not any(arm.keeps_memory for arm in (*ARMS, Arm(name="own", method="installed-one")))


def test_every_method_has_an_arm_over_the_embedded_model_and_those_that_need_files_stand_apart() -> None:
    """`make bench-methods` puts the second file behind the first."""
    first, second = (files("benchmarks").joinpath(name).read_bytes() for name in (METHOD_ARMS, "safeswitch_arms.yaml"))
    with_file = {name for name, entry in METHODS.items() if any(isinstance(need, OwnFile) for need in entry.needs)}
    without = {arm.method for arm in parse_config(first, METHOD_ARMS).deployments.values()}
    assert without == set(METHODS) - with_file
    assert {arm.method for arm in parse_config(first + second, METHOD_ARMS).deployments.values()} == set(METHODS)
