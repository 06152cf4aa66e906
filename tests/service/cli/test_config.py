"""`situguard config`, as a person types it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from guard.config_file import Starter, demo_text, read_config
from guard.models import build_models
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


@pytest.mark.parametrize("model", list(Starter))
def test_a_file_for_a_known_model_checks_and_its_models_can_be_built(tmp_path: Path, model: Starter) -> None:
    file = tmp_path / "guard.yaml"
    written = run("config", "init", "--model", model.value, str(file))
    assert written.exit_code == 0
    assert f"situguard config check --probe {file}" in written.stdout
    assert run("config", "check", str(file)).exit_code == 0
    environment = dict.fromkeys(re.findall(r"[A-Z0-9_]+_KEY", file.read_text()), "sk-test")
    assert build_models(read_config(file), environment)
