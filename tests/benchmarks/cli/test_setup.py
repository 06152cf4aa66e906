"""`situguard-bench list` and `arms`: what can be run, and a configuration of arms."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.cli.main import app
from benchmarks.registry import benchmark_names
from guard.config_file import demo_config, read_config
from guard.methods.needs import LocalCheckpoint
from guard.methods.registry import METHODS

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


def test_all_arms_say_where_each_method_is_from_what_it_needs_and_what_it_costs(tmp_path: Path) -> None:
    for options in ([], ["--local"]):
        shown = RUN.invoke(app, ["arms", "gpt-4o", "--all", *options])
        told = [line for line in shown.output.splitlines() if line.startswith("# ") and not line.startswith("#   ")]
        assert {line[2:].partition(":")[0] for line in told} == set(METHODS)
        assert all(entry.source in shown.output and entry.calls in shown.output for entry in METHODS.values())
        path = tmp_path / "arms.yaml"
        path.write_text(shown.output, encoding="utf-8")
        config = read_config(path)
        assert config.models["answers"].kind == ("local" if options else "endpoint")
        needy = {name for name, entry in METHODS.items() if entry.needs}
        assert set(METHODS) - needy <= {deployment.method for deployment in config.deployments.values()}


def test_an_arm_whose_needs_the_model_does_not_meet_is_left_out_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(METHODS, "sia", replace(METHODS["sia"], needs=(LocalCheckpoint(),)))
    shown = RUN.invoke(app, ["arms", "gpt-4o", "--all"])
    assert "#   left out: method sia works inside the model" in shown.output
    assert "\n  sia:" not in shown.output
    assert "\n  sia:" in RUN.invoke(app, ["arms", "some/folder", "--all", "--local"]).output
