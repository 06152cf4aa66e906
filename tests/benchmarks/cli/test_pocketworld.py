"""`situguard-bench pocketworld`."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from benchmarks.cli.main import app
from benchmarks.mssbench import MSSBENCH_LAYOUT


def test_an_export_from_the_command_line_loads(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["pocketworld", "export", str(tmp_path), "--chat", "2", "--embodied", "1"])
    assert done.exit_code == 0, done.output
    assert len(MSSBENCH_LAYOUT.load(tmp_path)) == 2 * (2 * 2 + 5)
