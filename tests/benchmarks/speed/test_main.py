"""What other commands found is read from beside the report, and nothing is made up where they found nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.speed.__main__ import Began, conditions, found_apart
from benchmarks.speed.cases import FULL, QUICK


def test_what_other_commands_wrote_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "local-engine.json").write_text('{"local_vs_generate": 2.5}')
    assert found_apart(tmp_path) == {"local_vs_generate": 2.5, "cost_vs_raw": None}
    assert "cost_vs_raw is not known" in capsys.readouterr().out


def test_what_cannot_be_read_is_not_known(tmp_path: Path) -> None:
    (tmp_path / "cost.json").write_text("{")
    (tmp_path / "local-engine.json").write_text('{"local_vs_generate": null}')
    assert set(found_apart(tmp_path).values()) == {None}


def test_a_quick_run_says_that_its_figures_mean_nothing() -> None:
    began = Began(0.0, (0, 0))
    assert "mean nothing" in conditions(QUICK, [], began)["measured"]
    assert "mean nothing" not in conditions(FULL, [], began)["measured"]
