"""`situguard config`, as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from guard.config_file import demo_text
from service.cli.main import app


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_config_init_writes_a_file_that_checks_and_never_overwrites(tmp_path: Path) -> None:
    file = tmp_path / "guard.yaml"
    assert run("config", "init", str(file)).exit_code == 0
    assert file.read_text() == demo_text()
    assert "demo-raw" in run("config", "check", str(file)).stdout
    assert "exists already" in run("config", "init", str(file)).stderr


def test_config_check_names_file_line_and_field(tmp_path: Path) -> None:
    file = tmp_path / "guard.yaml"
    file.write_text(demo_text().replace("method: situational", "method: magic"))
    result = run("config", "check", str(file))
    assert result.exit_code == 2
    assert f"{file}:" in result.stderr.replace("\n", "")
    assert "deployments.demo.method" in result.stderr


def test_config_schema_is_json() -> None:
    assert "deployments" in json.loads(run("config", "schema").stdout)["properties"]
