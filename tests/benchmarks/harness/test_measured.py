"""What a run measured, by name."""

from __future__ import annotations

from benchmarks.harness.measured import commit, described_models, software
from guard.config_file import parse_config

CONFIG = b"""
models:
  answers: {kind: endpoint, base_url: "https://llm.example:8443/v1", model: gpt-4o}
  pocket: {kind: local, path: "builtin:pocket"}
deployments: {guarded: {model: answers}}
"""


def test_the_models_of_a_configuration_are_named_with_their_host() -> None:
    models = described_models(parse_config(CONFIG, "guard.yaml"))
    assert (models["answers"].requested, models["answers"].host) == ("gpt-4o", "llm.example:8443")
    assert (models["pocket"].requested, models["pocket"].host) == ("builtin:pocket", "")


def test_software_and_commit_are_those_that_run() -> None:
    assert software()["python"].startswith("3.")
    assert commit() == "" or len(commit().removesuffix("-dirty")) == 40
