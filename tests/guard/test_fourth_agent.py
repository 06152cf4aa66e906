"""A fourth agent comes in by its own entry alone: configuration, graph, coverage, reports and the list of models."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.guard.test_config import DEMO_DIGESTS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.guard.fourth_agent"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def test_a_deployment_that_does_not_name_it_keeps_its_digest_and_its_graph(facts: dict[str, Any]) -> None:
    assert facts["digests"] == DEMO_DIGESTS
    assert "quotes" not in facts["drawn_without"]


def test_it_is_switched_on_by_name(facts: dict[str, Any]) -> None:
    assert facts["section"] == {"enabled": True, "model": None, "use": None}
    assert facts["misspelt"] == "agents.quots"


def test_it_stands_in_the_graph_after_the_agent_that_it_reads(facts: dict[str, Any]) -> None:
    for edge in ("intent --> quotes;", "quotes --> __end__;", "situation --> __end__;"):
        assert edge in facts["drawn"]
    assert "__start__ --> quotes;" not in facts["drawn"]


def test_it_is_handed_the_finding_that_it_reads_and_its_own_is_reported(facts: dict[str, Any]) -> None:
    assert facts["asked"] == ["Quotes of one who will practise a golf swing:"]
    assert facts["reports"].keys() == {"intent", "visual", "situation", "onlooker", "quotes"}
    assert facts["reports"]["quotes"] == {"quotes": ["fore!"]}


def test_it_is_held_to_coverage(facts: dict[str, Any]) -> None:
    assert facts["looked_away"] == "quotes"


def test_while_the_policy_has_no_row_for_it_its_silence_makes_nothing_safe(facts: dict[str, Any]) -> None:
    assert facts["alone"] == "refuse"


def test_clients_and_operators_see_it(facts: dict[str, Any]) -> None:
    assert facts["listed"] == ["intent", "visual", "situation", "onlooker", "quotes"]
    assert facts["shown"] == ["intent", "visual", "situation", "onlooker", "quotes (large)"]
