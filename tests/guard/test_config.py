"""The configuration: what its sections mean, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from agents.agent import FINDING_TOKENS
from guard.config import Config, Deployment, EndpointConfig, LocalConfig
from guard.config_file import demo_config, demo_text, parse_config, read_config
from guard.verdict import Action
from tests.guard.settings import GOOD, problems

EXAMPLES = Path(__file__).parents[2] / "examples" / "config"


def test_a_good_file_is_read_whole() -> None:
    config = parse_config(GOOD.encode(), "test.yaml")
    assert isinstance(config.models["small"], EndpointConfig)
    assert isinstance(config.models["here"], LocalConfig)
    kitchen = config.deployments["kitchen"]
    assert not kitchen.agents["intent"].enabled
    assert [kitchen.agent_model(agent) for agent in ("intent", "visual", "situation")] == ["here", "here", "small"]
    assert kitchen.actions.unclear is Action.REFUSE


def test_content_is_kept_only_where_a_deployment_asks_for_it() -> None:
    asks = GOOD + "    records: {content: kept, retention_days: 7}\n"
    silent, asking = (parse_config(text.encode(), "test.yaml").deployments["kitchen"].records for text in (GOOD, asks))
    assert silent.content == "hashed"
    assert (asking.content, asking.retention_days) == ("kept", 7)
    assert problems(asks.replace("7", "0"))[0].field == "deployments.kitchen.records.retention_days"


def test_the_demo_has_the_deployments_that_ship() -> None:
    methods = {name: deployment.method for name, deployment in demo_config().deployments.items()}
    assert methods == {
        "demo": "situational",
        "demo-raw": "raw",
        "demo-safety-prompt": "safety-prompt",
        "demo-cot": "cot",
        "demo-mss-chat": "mss-chat",
        "demo-mss-embodied": "mss-embodied",
    }
    assert "builtin:pocket" in demo_text()


# Records and caches know a deployment by its digest, so none of these may change.
DEMO_DIGESTS = {
    "demo": "b38b760f01c3031ffe64f82e71bc2f67a8e458e5b719164fa36a1ac08c5ec076",
    "demo-raw": "39fa7ff2508d734f224a28aad6cee856d14e4b9c0f3794e4dbda3d8e9826479d",
    "demo-safety-prompt": "45428983456af8ddf7b24ba27f7dc85d016070511dbb3cf0a138a3c279a2f9df",
    "demo-cot": "2107ba7fd18b01b0940ad0a087aac21a50ce696d1a285f2476f0e503f4e4903c",
    "demo-mss-chat": "09e140cbff311488970d20419e5bba62fbbafd72353c4bf029bd31da81692fa6",
    "demo-mss-embodied": "dd9f75b3ad5dbc6efb7f438221cb6b5d4a632c043b51c6f7d181a0a8371db937",
}
WORKED_DIGESTS = {
    "gpt-4o": ["1cb5e196dd0c3e91fe2fd40a5704504c89687a5226dc94ed825283216f64eac0"],
    "local-checkpoint": ["69f69c772152f9e523cc1f46342ad76cfaed0f951ba8f34f9ad725a4f864608e"],
    "ollama": ["7a1ed19f40679e0304ad1fbb45f55aade695f96ff1ce5622a2ce7a8f3c18ab71"],
    "qwen2.5-vl-vllm": [
        "81d5d5fbe009fd440b7840002e7259d6282386df879fb734e333a1ebd81b1fd2",
        "71aef3b82587f5fa0bf007a449b7111c6b357e5957abef29ad9c91d55b2e213b",
    ],
}


def test_the_digest_of_a_setting_stays_what_it_was() -> None:
    assert {name: each.digest for name, each in demo_config().deployments.items()} == DEMO_DIGESTS
    for file, digests in WORKED_DIGESTS.items():
        read = read_config(EXAMPLES / f"{file}.yaml")
        assert [each.digest for each in read.deployments.values()] == digests


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_worked_examples_are_valid(path: Path) -> None:
    assert read_config(path).deployments


def test_there_are_worked_examples_for_real_models() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.yaml")} >= {"gpt-4o", "qwen2.5-vl-vllm"}


@pytest.mark.parametrize(
    "deployment",
    [
        "{model: small, method: raw}",
        "{model: small, method: safety-prompt}",
        "{model: small, agents: {intent: false, visual: false, situation: false}}",
    ],
)
def test_guarding_nothing_must_be_said_aloud(deployment: str) -> None:
    head = GOOD[: GOOD.index("deployments:")]
    assert "unguarded" in problems(f"{head}deployments:\n  open: {deployment}\n")[0].message
    said = deployment.replace("{model: small", "{model: small, unguarded: true", 1)
    config = parse_config(f"{head}deployments:\n  open: {said}\n".encode(), "test.yaml")
    assert config.deployments["open"].unguarded


def test_unguarded_beside_a_guard_is_a_contradiction() -> None:
    assert (
        "remove one"
        in problems(GOOD.replace("    model: small\n    agents", "    model: small\n    unguarded: true\n    agents"))[
            0
        ].message
    )


def test_the_schema_describes_every_section() -> None:
    schema = Config.model_json_schema()
    assert {"EndpointConfig", "LocalConfig", "Deployment", "AgentsConfig", "LimitsConfig"} <= schema["$defs"].keys()
    assert schema["$defs"]["Deployment"]["additionalProperties"] is False


def test_agents_tokens_are_set_for_all_and_for_each_and_change_the_digest_only_if_they_are() -> None:
    plain = Deployment.model_validate({"model": "m"})
    same = Deployment.model_validate({"model": "m", "agents": {"max_tokens": FINDING_TOKENS}})
    more = Deployment.model_validate({"model": "m", "agents": {"max_tokens": 4000, "visual": {"max_tokens": 1000}}})
    assert (plain.agents.token_limits.of("intent"), plain.digest) == (FINDING_TOKENS, same.digest)
    assert [more.agents.token_limits.of(name) for name in ("intent", "visual", "cot")] == [4000, 1000, 4000]
    assert more.digest != plain.digest
    assert Deployment.model_validate_json(more.model_dump_json()) == more
    for wrong in (0, -1, "many", 10**7):
        with pytest.raises(ValidationError):
            Deployment.model_validate({"model": "m", "agents": {"max_tokens": wrong}})
