"""`situguard-bench list` and `arms`: what can be run, and a configuration of arms."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from benchmarks.cli.main import app
from benchmarks.registry import benchmark_names
from guard.config_file import demo_config, read_config

RUN = CliRunner(env={"COLUMNS": "200"})


def test_every_benchmark_is_listed_with_its_settings_and_headline() -> None:
    shown = RUN.invoke(app, ["list"])
    assert shown.exit_code == 0
    assert all(name in shown.output for name in benchmark_names())
    for words in ("if, if-plain, qc, ic, ic-caption", "attack success rate", "blank picture", "refusal-words"):
        assert words in shown.output


def test_arms_prints_a_configuration_that_the_proxy_takes(tmp_path: Path) -> None:
    shown = RUN.invoke(app, ["arms", "gpt-4o", "--key-env", "OPENAI_API_KEY", "--agents-model", "gpt-4o-mini"])
    path = tmp_path / "arms.yaml"
    path.write_text(shown.output, encoding="utf-8")
    config = read_config(path)
    methods = {deployment.method for deployment in config.deployments.values()}
    assert methods == {deployment.method for deployment in demo_config().deployments.values()}
    situational = config.deployments["situational-no-visual"]
    assert (situational.prompts, situational.explain) == ("default", "full")
    assert not situational.agents["visual"].enabled
    assert situational.agent_model("intent") == "agents"
    assert situational.model == "answers"
