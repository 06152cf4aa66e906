"""`situguard-bench pocketworld`."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from benchmarks.cli.main import app
from benchmarks.mssbench import MSSBENCH_LAYOUT


def test_an_export_from_the_command_line_loads(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["pocketworld", "export", str(tmp_path), "--chat", "2", "--embodied", "2"])
    assert done.exit_code == 0, done.output
    assert len(MSSBENCH_LAYOUT.load(tmp_path)) == 2 * (2 * 2 + 2 * 5)


def test_an_odd_number_of_embodied_records_would_give_sides_away(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["pocketworld", "export", str(tmp_path), "--embodied", "3"])
    assert done.exit_code == 2
    assert "4 would do" in done.output
    assert not (tmp_path / "combined.json").exists()
