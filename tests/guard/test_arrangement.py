"""An arrangement that a deployment's agents or models cannot serve is refused with its field and what would do."""

from __future__ import annotations

from typing import Any

import pytest

from guard.config import Config
from tests.guard.settings import GOOD, problems, setting

HEAD = GOOD.split("deployments:", maxsplit=1)[0].replace("    api_key_env: TINY_KEY\n", "") + (
    "  loose: {kind: endpoint, base_url: 'http://127.0.0.1:9000/v1', model: tiny, structured: json_object}\n"
)


def refused(deployment: str) -> list[tuple[str, str]]:
    return [(each.field, each.message) for each in problems(f"{HEAD}deployments:\n  d: {deployment}\n")]


@pytest.mark.parametrize(
    ("deployment", "field", "word"),
    [
        ("{model: small, agents: {fused: true}, focus: true}", "focus", "remove"),
        ("{model: small, agents: {fused: true, intent: false}}", "agents.intent", "switch it on"),
        ("{model: small, agents: {fused: true, visual: {model: here}}}", "agents.fused", "the same `model`"),
        ("{model: small, agents: {fused: true, visual: {use: other}}}", "agents.visual.use", "remove `use`"),
        (
            "{model: small, agents: {fused: true, situation: {reasoning: after}}}",
            "agents.situation.reasoning",
            "remove one",
        ),
        ("{model: small, method: cot, agents: {fused: true}}", "agents.fused", "method: situational"),
        ("{model: small, method: cot, draft: auto}", "draft", "method: situational"),
        ("{model: loose, agents: {situation: {reasoning: after}}}", "agents.situation.reasoning", "json_schema"),
        (
            "{model: small, agents: {situation: {reasoning: after, enabled: false}}}",
            "agents.situation.reasoning",
            "switch it on",
        ),
        ("{model: small, agents: {situation: {early: p.json}}}", "agents.situation.early", "kind: local"),
        (
            "{model: here, agents: {situation: {early_warning: true}}}",
            "agents.situation.early_warning",
            "name the probe",
        ),
        (
            "{model: here, actions: {unsafe: refuse}, agents: {situation: {early: p.json, early_warning: true}}}",
            "agents.situation.early_warning",
            "unsafe: warn",
        ),
        (
            "{model: small, agents: {situation: {early: p.json, early_warning: true}}}",
            "agents.situation.early",
            "kind: local",
        ),
        (
            "{model: here, agents: {situation: {early: p.json, early_warning: true, enabled: false}}}",
            "agents.situation.early",
            "switch it on",
        ),
        (
            "{model: here, agents: {fused: true, situation: {early: p.json, early_warning: true}}}",
            "agents.situation.early",
            "remove one",
        ),
        ("{model: small, focus: true, agents: {visual: {cache: true}}}", "agents.visual.cache", "remove one"),
        ("{model: small, agents: {fused: true, visual: {cache: true}}}", "agents.visual.cache", "remove one"),
        ("{model: small, mode: 'off', draft: auto}", "draft", "draft: beside"),
        ("{model: small, draft_after: 10%}", "draft_after", "draft: auto"),
    ],
)
def test_what_cannot_be_served_is_refused(deployment: str, field: str, word: str) -> None:
    found = refused(deployment)
    assert [at for at, _ in found] == [f"deployments.d.{field}"]
    assert word in found[0][1]


def test_an_early_warning_of_a_method_without_agents_is_refused_with_its_probe() -> None:
    early = "{model: here, method: cot, agents: {situation: {early: p.json, early_warning: true}}}"
    assert [at for at, _ in refused(early)] == [
        "deployments.d.agents.situation.early",
        "deployments.d.agents.situation.early_warning",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"agents": {"fused": True}},
        {"agents": {"fused": True, "onlooker": False}},
        {"agents": {"situation": {"reasoning": "after"}}},
        {"agents": {"model": "here", "situation": {"early": "p.json", "early_warning": True}}},
        {"agents": {"visual": {"cache": True}}},
        {"focus": True},
        {"draft": "auto", "draft_after": "10%"},
    ],
)
def test_what_can_be_served_is_not(changes: dict[str, Any]) -> None:
    model = {"kind": "endpoint", "base_url": "http://127.0.0.1:9000/v1", "model": "tiny"}
    here = {"kind": "local", "path": "builtin:pocket"}
    Config.model_validate(
        {"models": {"small": model, "here": here}, "deployments": {"d": {"model": "small", **changes}}}
    )


def test_what_is_not_said_leaves_the_digest_as_it_was() -> None:
    warns = {"situation": {"early": "p.json", "early_warning": True}}
    stated = {
        "agents": {
            "fused": False,
            "visual": {"cache": True},
            "situation": {"reasoning": "before", "early_warning": False},
        }
    }
    assert setting(**stated, draft_after="20%").digest == setting().digest
    assert setting(agents={"fused": True}).digest != setting().digest
    assert setting(agents={"situation": {"early": "p.json"}}).digest != setting(agents=warns).digest
    assert setting(agents={"visual": {"cache": False}}).digest != setting().digest
