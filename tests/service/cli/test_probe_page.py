"""`situguard config check --probe`: what it prints, and how it ends."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from service.cli.main import app
from tests.guard.odd_endpoint import KEY, odd_endpoint

FILE = """\
models:
  far: {{kind: endpoint, base_url: "{url}", model: right, api_key_env: PROBE_KEY}}
  blind: {{kind: endpoint, base_url: "{blind}", model: right, api_key_env: PROBE_KEY}}
  here: {{kind: local, path: builtin:pocket}}
deployments:
  "vendor/kitchen:1": {{model: blind}}
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


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
        assert "'vendor/kitchen:1': the model of its visual agent, 'blind'" in found.stdout
        mended = file.read_text().replace("model: right,", "model: right, max_tokens_field: max_completion_tokens,", 1)
        file.write_text(mended)
        assert (await asyncio.to_thread(run, "config", "check", "--probe", str(file))).exit_code == 1
        file.write_text(mended.replace("{model: blind}", "{model: blind, agents: {visual: {model: far}}}"))
        assert (await asyncio.to_thread(run, "config", "check", "--probe", str(file))).exit_code == 0
