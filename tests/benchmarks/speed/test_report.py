"""The report says what must be, what was left out and what failed; the JSON has the ratios."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.speed.report import CPU_PLOT, GROWTH_PLOT, as_json, markdown, quantile, write
from benchmarks.speed.results import RATIOS, Results
from tests.benchmarks.speed.made import results


def test_the_report_tells_what_is_short_of_what_must_be() -> None:
    text = "\n".join(markdown(results(), {"machine": "two cores"}, "py-spy is not installed here"))
    assert "| CPU per request at 16 clients, of NeMo IORails' | 0.8 | 1 | ≤ 0.6 × | **no** |" in text
    assert "| CPU per request of a raw deployment, of FastAPI's | 2 | 2 | ≤ 3 × | yes |" in text
    assert "| money of a guarded request with small agents, of a raw one's | – | – | ≤ 1.6 × | not measured |" in text
    assert "- left out: nemo-speculative, no module named x\n" in text
    assert "- nemo: 3 requests failed in round 1: '400 too long'" in text
    assert "1.40 ms of every guarded request are LangGraph's" in text
    assert "No flame graph: py-spy is not installed here." in text


def test_files_stand_by_themselves(tmp_path: Path) -> None:
    write(tmp_path, results(), {}, "")
    for name in (CPU_PLOT, GROWTH_PLOT):
        assert ElementTree.parse(tmp_path / name).getroot().tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 ours
    found = json.loads((tmp_path / "speed.json").read_text())
    assert set(found["ratios"]) == set(RATIOS)
    assert (found["ratios"]["cpu_vs_iorails"], found["ratios"]["cost_vs_raw"]) == (0.8, None)
    assert found["growth"][0]["exponent"] == pytest.approx(0.177, abs=0.001)


def test_nothing_measured_is_a_report_too(tmp_path: Path) -> None:
    write(tmp_path, Results(), {}, "it was not asked for")
    assert "Nowhere in what was measured." in (tmp_path / "speed.md").read_text()
    assert as_json(Results(), {})["langgraph_ms"] is None


def test_a_quantile_is_a_value_that_was_measured() -> None:
    waits = [float(each) for each in range(1, 101)]
    assert [quantile(waits, share) for share in (0.5, 0.95, 0.99)] == [50, 95, 99]
    assert quantile([7.0], 0.99) == 7
