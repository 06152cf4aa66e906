"""`situguard graph`, as a person types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.cli.main import app


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_graph_draws_in_the_terminal() -> None:
    drawn = run("graph", "demo", "--text").stdout
    rows = [drawn.index(name) for name in ("request", "intent", "visual", "situation", "decide", "verdict")]
    assert rows == sorted(rows)
    assert "-->" not in drawn


def test_a_graph_needs_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    file = tmp_path / "guard.yaml"
    assert run("config", "init", "--model", "gpt-4o", str(file)).exit_code == 0
    assert "situation" in run("graph", "assistant", "--config", str(file)).stdout


def test_graph_prints_mermaid_where_nobody_looks() -> None:
    result = run("graph", "demo")
    assert result.exit_code == 0
    assert "situation --> __end__" in result.stdout
    assert run("graph", "demo-raw").exit_code == 2
    assert "no deployment" in run("graph", "nobody").stderr
