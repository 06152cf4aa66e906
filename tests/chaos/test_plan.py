"""What a plan promises follows the published table, the agent that hears no words included."""

from __future__ import annotations

import pytest

from tests.chaos.plan import AGENT_FAULTS, JUDGES, Mode, Plan, Role, Verdict, agent_cells
from tests.chaos.size import SEED


def test_every_judge_has_every_fault_in_every_mode() -> None:
    cells = {(plan.faulty, plan.agent_fault, plan.mode, plan.streamed) for plan in agent_cells(SEED)}
    assert len([cell for cell in cells if cell[0] in JUDGES]) == len(JUDGES) * len(AGENT_FAULTS) * 3 * 2


@pytest.mark.parametrize(
    ("situation", "onlooker", "concluded"),
    [
        ("safe", "safe", "safe"),
        ("safe", "unsafe", "unclear"),
        ("safe", "unclear", "unclear"),
        ("unsafe", "safe", "unsafe"),
        ("unclear", "unsafe", "unclear"),
    ],
)
def test_what_looks_safe_to_one_of_the_two_alone_is_unclear(
    situation: Verdict, onlooker: Verdict, concluded: Verdict
) -> None:
    plan = Plan("1", verdict=situation, onlooker=onlooker)
    assert plan.concluded == concluded
    assert plan.may_show_answer is (concluded == "safe")


@pytest.mark.parametrize(
    ("mode", "faulty", "stands"),
    [
        ("open", "onlooker", True),
        ("outage", "onlooker", True),
        ("closed", "onlooker", False),
        ("open", "situation", False),
        ("open", "scene", False),
    ],
)
def test_an_unsafe_stands_where_the_other_judge_fails_and_not_where_its_own_does(
    mode: Mode, faulty: Role, *, stands: bool
) -> None:
    plan = Plan("1", mode, verdict="unsafe", faulty=faulty, agent_fault="500")
    assert plan.found_unsafe is stands
    assert not plan.fails_open


def test_only_what_hangs_waits_for_a_deadline() -> None:
    assert Plan("1", faulty="onlooker", agent_fault="hang").waits
    assert Plan("1", upstream_fault="drip").waits
    assert not Plan("1", upstream_fault="500").waits
    assert not Plan("1", upstream_fault="drip", leaves_after=1.0).waits
