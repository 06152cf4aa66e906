"""The list of sabotages fits the tree: each patch applies in exactly one place, and its tests are there."""

from __future__ import annotations

import pytest

from tests.chaos.proxy import TREE
from tests.chaos.sabotages import SABOTAGES, Sabotage


def test_every_law_of_the_plumbing_has_one_and_no_name_is_used_twice() -> None:
    assert {each.law for each in SABOTAGES} == set(range(1, 12))
    assert len({each.name for each in SABOTAGES}) == len(SABOTAGES)


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda each: each.name)
def test_a_sabotage_applies_in_one_place_and_names_tests_that_exist(sabotage: Sabotage) -> None:
    assert (TREE / sabotage.file).read_text().count(sabotage.old) == 1
    assert sabotage.old != sabotage.new
    assert all((TREE / test.split("::")[0]).exists() for test in sabotage.tests)
