"""`situguard graph`, as a person types it."""

from __future__ import annotations

from typer.testing import CliRunner, Result

from service.cli.main import app


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_graph_prints_mermaid() -> None:
    result = run("graph", "demo")
    assert result.exit_code == 0
    assert "situation --> decide" in result.stdout
    assert run("graph", "demo-raw").exit_code == 2
    assert "no deployment" in run("graph", "nobody").stderr
