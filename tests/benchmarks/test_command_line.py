"""The `situguard-bench` command: what it lists, prints and refuses, without a run."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.cli.main import app
from benchmarks.mssbench import MSSBENCH_LAYOUT
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
    assert (situational.prompts, situational.explain, situational.agents["visual"].enabled) == (
        "default",
        "full",
        False,
    )
    assert situational.agent_model("intent") == "agents"
    assert situational.model == "answers"


def test_an_export_from_the_command_line_loads(tmp_path: Path) -> None:
    done = RUN.invoke(app, ["pocketworld", "export", str(tmp_path), "--chat", "2", "--embodied", "1"])
    assert done.exit_code == 0, done.output
    assert len(MSSBENCH_LAYOUT.load(tmp_path)) == 2 * (2 * 2 + 5)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "nothing", "--demo"], "'nothing' is not known"),
        (["run", "mssbench", "--demo"], "mssbench needs --data FOLDER"),
        (["run", "pocketworld"], "say where the arms are"),
        (["run", "pocketworld", "--demo", "--url", "http://127.0.0.1:1/v1"], "say where the arms are"),
        (["run", "mmsafeaware", "--data", "{}", "--url", "http://127.0.0.1:1/v1"], "prompt.txt: not found"),
        (["report", "{}"], "run.json: not found"),
        (["rejudge", "{}"], "say who judges"),
        (["merge", "{}/whole", "{}"], "run.json: not found"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = RUN.invoke(app, [part.format(tmp_path) for part in arguments])
    assert done.exit_code == 2
    assert words in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize("value", ["0/2", "3/2", "half"])
def test_a_shard_that_is_none_is_refused(value: str) -> None:
    done = RUN.invoke(app, ["run", "pocketworld", "--demo", "--shard", value])
    assert done.exit_code == 2
    assert "is no shard" in done.output
