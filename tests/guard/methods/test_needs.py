"""What methods need: each need is met or told with the key to change, and the table of methods is whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from guard.config import Deployment, ModelConfig
from guard.config_file import parse_config
from guard.methods.needs import LocalCheckpoint, Logprobs, Need, OwnFile, Package
from guard.methods.registry import METHODS, UNJUDGED
from tests.guard.settings import problems

MODELS = """\
models:
  far: {kind: endpoint, base_url: "http://127.0.0.1:9000/v1", model: tiny, drop: [logprobs]}
  near: {kind: local, path: builtin:pocket}
deployments:
  kitchen: {model: near}
"""


def unmet(need: Need, **changes: Any) -> tuple[tuple[str | int, ...], str] | None:
    models: dict[str, ModelConfig] = parse_config(MODELS.encode(), "test.yaml").models
    return need.unmet(Deployment.model_validate({"model": "near", **changes}), models)


def test_a_local_checkpoint_is_needed_where_the_model_answers() -> None:
    assert unmet(LocalCheckpoint()) is None
    at, words = unmet(LocalCheckpoint(), model="far") or ((), "")
    assert at == ("model",)
    assert "'far' is an endpoint" in words
    assert "kind: local" in words


def test_an_endpoint_that_drops_log_probabilities_gives_none() -> None:
    assert unmet(Logprobs()) is None
    at, words = unmet(Logprobs(), model="far") or ((), "")
    assert at == ("model",)
    assert "`logprobs`" in words


def test_a_package_that_is_missing_is_named_with_its_extra() -> None:
    assert unmet(Package("pydantic", "local")) is None
    at, words = unmet(Package("no_such_package", "train")) or ((), "")
    assert at == ("method",)
    assert "install situguard[train]" in words


def test_a_file_that_no_section_names_is_asked_for_at_its_key() -> None:
    need = OwnFile("records", "probe", "situguard-train probe")
    at, words = unmet(need) or ((), "")
    assert at == ("records", "probe")
    assert "situguard-train probe" in words
    named: Any = SimpleNamespace(method="situational", records=SimpleNamespace(probe="probe.json"))
    assert need.unmet(named, {}) is None


def test_an_unmet_need_is_a_problem_of_the_file_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(METHODS, "cot", replace(METHODS["cot"], needs=(LocalCheckpoint(),)))
    (problem,) = problems(MODELS.replace("{model: near}", "{model: far, method: cot}"))
    assert (problem.line, problem.field) == (5, "deployments.kitchen.model")
    assert "method cot" in problem.message
    parse_config(MODELS.replace("{model: near}", "{model: near, method: cot}").encode(), "test.yaml")


def test_every_entry_says_where_it_is_from_what_it_sees_and_what_it_costs() -> None:
    page = (Path(__file__).parents[3] / "docs" / "methods.md").read_text(encoding="utf-8")
    for name, entry in METHODS.items():
        assert f"`{name}`" in page
        assert name == entry.name
        assert entry.source
        assert entry.sees
        assert entry.calls
        assert entry.section in {"", *Deployment.model_fields}
    assert {"raw", "safety-prompt"} <= UNJUDGED
