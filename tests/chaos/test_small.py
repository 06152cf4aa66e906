"""The rig in small: mixed faults and a share of the fault matrix against the real command, and nothing leaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.load import storm
from tests.chaos.plan import Plan, agent_cells, crossed, mixed, upstream_cells

SEED = 20261122
PLANS: dict[str, list[Plan]] = {
    "closed": list(mixed(120, SEED, "closed")),
    "open": list(mixed(80, SEED + 1, "open")),
    "agents": list(agent_cells(SEED))[::9],
    "upstream": list(upstream_cells(SEED))[::3],
    "crossed": list(crossed(60, SEED)),
}


@pytest.mark.parametrize("kind", PLANS)
async def test_a_storm_leaves_nothing_unjudged_and_nothing_unrecorded(tmp_path: Path, kind: str) -> None:
    found = await storm(PLANS[kind], tmp_path, at_once=8)
    assert found.requests == len(PLANS[kind])
    assert [f"{each.name}: {each.detail}" for each in found.violations] == []


async def test_calls_that_are_unsafe_do_not_go_out(tmp_path: Path) -> None:
    plans = [Plan(f"{turn:016x}", streamed=bool(turn % 2), tools=True, late_verdict="unsafe") for turn in range(1, 9)]
    found = await storm(plans, tmp_path, at_once=4)
    assert found.statuses == {200: 8}
    assert found.names == {}
