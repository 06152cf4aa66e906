"""The table of agents: each stands below those that it reads, and is what its entry says."""

from __future__ import annotations

from agents.registry import AGENTS


def test_the_four_agents_are_registered_and_on() -> None:
    assert list(AGENTS) == ["intent", "visual", "situation", "onlooker"]
    assert all(entry.on_by_default for entry in AGENTS.values())


def test_an_agent_stands_below_those_that_it_reads() -> None:
    names = list(AGENTS)
    for name, entry in AGENTS.items():
        assert set(entry.reads + entry.reads_with_focus) <= set(names[: names.index(name)])


def test_an_agent_reads_those_that_it_needs_or_stands_beside_them() -> None:
    assert {name: entry.needs for name, entry in AGENTS.items() if entry.needs} == {"onlooker": ("intent", "situation")}


def test_no_two_agents_report_the_same_finding() -> None:
    """The graph tells findings apart by their type."""
    assert len({entry.finding for entry in AGENTS.values()}) == len(AGENTS)
