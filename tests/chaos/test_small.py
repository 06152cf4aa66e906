"""The rig in small: mixed faults and a share of the fault matrix against the real command, and nothing leaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.figures import Section
from tests.chaos.load import storm
from tests.chaos.parts.catalogue import PARTS
from tests.chaos.plan import Plan, agent_cells, crossed, mixed, on_responses, upstream_cells
from tests.chaos.proxy import Setup
from tests.chaos.report import CONTROL
from tests.chaos.size import SEED, SIZES

PLANS: dict[str, list[Plan]] = {
    "closed": list(mixed(120, SEED, "closed")),
    "open": list(mixed(80, SEED + 1, "open")),
    "outage": [plan for plan in agent_cells(SEED) if plan.is_outage],
    "agents": list(agent_cells(SEED))[::9],
    "upstream": list(upstream_cells(SEED))[::3],
    "crossed": list(crossed(60, SEED)),
    "responses": list(on_responses([*mixed(120, SEED + 2, "closed"), *list(upstream_cells(SEED))[1::3]])),
}
# The storms above are parts too; credentials and sabotage are tests of their own; the rest measures time.
QUICK = (CONTROL, "kills", "restarts", "disk", "urls", "verdicts", "pictures", "secrets", "fuzzing")


@pytest.mark.parametrize("kind", PLANS)
async def test_a_storm_leaves_nothing_unjudged_and_nothing_unrecorded(tmp_path: Path, kind: str) -> None:
    found = await storm(PLANS[kind], tmp_path, at_once=8, setup=Setup(patience=SIZES["small"].patience))
    assert found.requests == len(PLANS[kind])
    assert [f"{each.name}: {each.detail}" for each in found.violations] == []


async def test_calls_that_are_unsafe_do_not_go_out(tmp_path: Path) -> None:
    plans = [Plan(f"{turn:016x}", streamed=bool(turn % 2), tools=True, late_verdict="unsafe") for turn in range(1, 9)]
    found = await storm(plans, tmp_path, at_once=4)
    assert found.statuses == {200: 8}
    assert found.names == {}


@pytest.mark.parametrize("part", QUICK)
async def test_a_part_holds_in_small(part: str) -> None:
    sections = await PARTS[part](SIZES["small"])
    assert [f"{section.title} {line}" for section in sections for line in _failing(section)] == []
    skipped = [section.skipped for section in sections if section.skipped]
    if skipped:
        pytest.skip(skipped[0])


def _failing(section: Section) -> list[str]:
    return [figure.line for figure in section.figures if not figure.holds]
