"""`situguard config`, as a person types it."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from guard.config import Config
from guard.config_file import Starter, demo_text, read_config
from guard.models import build_models
from service.cli.main import app
from service.cli.reference import SECTIONS, reference
from tests.guard.odd_endpoint import KEY, odd_endpoint

ROOT = Path(__file__).parents[3]


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


def test_the_reference_is_current() -> None:
    assert (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8") == reference(), "run: make reference"
    assert run("config", "reference").stdout == reference()


def test_the_reference_has_every_section_and_explains_every_key() -> None:
    defined = Config.model_json_schema()["$defs"]
    assert set(SECTIONS.values()) == {name for name, each in defined.items() if each["type"] == "object"}
    unexplained = [line for line in reference().splitlines() if line.startswith("| `") and line.endswith("|  |")]
    assert not unexplained


FILE = """\
models:
  far: {{kind: endpoint, base_url: "{url}", model: right, api_key_env: PROBE_KEY}}
  blind: {{kind: endpoint, base_url: "{blind}", model: right, api_key_env: PROBE_KEY}}
  here: {{kind: local, path: builtin:pocket}}
deployments:
  "vendor/kitchen:1": {{model: blind}}
"""


async def test_a_probe_prints_what_would_mend_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBE_KEY", KEY)
    file = tmp_path / "guard.yaml"
    async with odd_endpoint(tokens="max_completion_tokens") as far, odd_endpoint(sees=False) as blind:
        file.write_text(FILE.format(url=far.base_url, blind=blind.base_url))
        found = await asyncio.to_thread(run, "config", "check", "--probe", str(file))
        assert found.exit_code == 1
        assert KEY not in found.stdout + found.stderr
        mending = yaml.safe_load(found.stdout.split(f"{file}:")[1])
        assert mending == {
            "models": {"far": {"max_tokens_field": "max_completion_tokens"}},
            "deployments": {"vendor/kitchen:1": {"agents": {"visual": {"model": "far"}}}},
        }
        file.write_text(
            file.read_text().replace("model: right,", "model: right, max_tokens_field: max_completion_tokens,", 1)
        )
        assert (await asyncio.to_thread(run, "config", "check", "--probe", str(file))).exit_code == 0
