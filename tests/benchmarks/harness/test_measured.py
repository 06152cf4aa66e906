"""What a run measured, by name."""

from __future__ import annotations

from pathlib import Path

from benchmarks.harness.measured import commit, described_models, software

CONFIG = """
models:
  answers: {kind: endpoint, base_url: "https://llm.example:8443/v1", model: gpt-4o}
  pocket: {kind: local, path: "builtin:pocket"}
deployments: {guarded: {model: answers}}
"""


def test_the_models_of_a_configuration_are_named_with_their_host(tmp_path: Path) -> None:
    path = tmp_path / "guard.yaml"
    path.write_text(CONFIG)
    models = described_models(path)
    assert (models["answers"].requested, models["answers"].host) == ("gpt-4o", "llm.example:8443")
    assert (models["pocket"].requested, models["pocket"].host) == ("builtin:pocket", "")


def test_software_and_commit_are_those_that_run() -> None:
    assert software()["python"].startswith("3.")
    assert commit() == "" or len(commit().removesuffix("-dirty")) == 40
