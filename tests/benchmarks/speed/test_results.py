"""Figures are ratios within a round, and what was not measured has none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.speed.results import BARS, RATIOS, Bar, Results, figures, losses
from tests.benchmarks.speed.made import results, sample


def test_ratios_are_of_the_same_round() -> None:
    found = figures(results())
    assert found["cpu_vs_iorails"] == pytest.approx(0.8)
    assert found["cpu_vs_litellm"] == pytest.approx(0.25)
    assert found["rps_vs_best_peer"] == pytest.approx(1.25)
    assert found["raw_vs_fastapi"] == pytest.approx(2)
    assert found["total_vs_raw_ms"] == pytest.approx(5)
    assert found["ttft_ms_over_agents"] == pytest.approx(7)
    assert (found["memory_mb"], found["memory_mb_per_100k"]) == (150, 0)
    assert figures(results(), "guarded")["cpu_vs_iorails"] == pytest.approx(1)


def test_what_was_not_measured_has_no_figure() -> None:
    assert set(figures(Results()).values()) == {None}
    without = replace(results(), samples=[each for each in results().samples if each.contender != "litellm"])
    assert figures(without)["cpu_vs_litellm"] is None
    assert figures(without)["rps_vs_best_peer"] == pytest.approx(1.25)


def test_every_ratio_has_a_bar() -> None:
    assert set(RATIOS) <= {bar.key for bar in BARS} == set(figures(Results()))
    assert Bar("a", "a", 1.6, least=True).met(1.7)
    assert not Bar("a", "a", 1.6).met(1.7)


def test_it_says_where_it_loses() -> None:
    slower = [sample("text-1", "three", cpu=6.0), sample("text-1", "nemo", cpu=4.0)]
    assert losses(Results(samples=slower)) == ["text-1: three takes 1.50 times nemo's CPU"]
    assert not any("three" in each for each in losses(results()))
