"""What a run serves: every picture looked at anew, unless an arm asks for a cache in so many words."""

from __future__ import annotations

import pytest

from benchmarks.harness.kept_scenes import as_file_text, looking_anew, said_of_looks
from guard.config import Config
from guard.config_file import demo_config, parse_config
from tests.benchmarks.harness.arms import RAW, SITUATIONAL

MODELS = "models: {m: {kind: endpoint, base_url: http://127.0.0.1:9/v1, model: m}}\n"


def config(deployment: str) -> Config:
    return parse_config(f"{MODELS}deployments: {{d: {{model: m, {deployment}}}}}".encode(), "made")


@pytest.mark.parametrize("deployment", ["method: situational", "agents: {visual: true}", "agents: {intent: false}"])
def test_an_arm_that_says_nothing_of_a_cache_has_none(deployment: str) -> None:
    served = looking_anew(config(deployment))
    assert config(deployment).deployments["d"].keeps_scenes
    assert not served.deployments["d"].keeps_scenes
    assert served.deployments["d"].agents.enabled == config(deployment).deployments["d"].agents.enabled


@pytest.mark.parametrize(
    "deployment",
    [
        "agents: {visual: {cache: true}}",
        "agents: {visual: {cache: false}}",
        "agents: {visual: false}",
        "agents: {fused: true}",
        "focus: true",
        "method: raw, unguarded: true",
    ],
)
def test_an_arm_that_asks_for_one_or_cannot_have_one_is_left_as_it_is(deployment: str) -> None:
    assert looking_anew(config(deployment)) == config(deployment)


def test_a_proxy_reads_what_is_served_as_it_was_meant() -> None:
    served = looking_anew(demo_config())
    assert parse_config(as_file_text(served).encode(), "arms.yaml") == served


def test_a_report_names_the_arms_that_keep_what_they_saw() -> None:
    keeps, forgets = (SITUATIONAL.model_copy(update={"keeps_scenes": kept}) for kept in (True, False))
    assert "next question about it: situational." in said_of_looks([RAW, keeps])
    assert "no arm keeps" in said_of_looks([RAW, forgets])
    assert said_of_looks([RAW, SITUATIONAL]) == ""
