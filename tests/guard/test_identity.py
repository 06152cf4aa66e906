"""A deployment's digest: another for all that changes what it says, the same for all that does not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.models.scripted import ScriptedModel
from agents.prompts import Prompt, PromptSet
from guard.config import Config, EndpointConfig, LocalConfig
from guard.guard import Guard, GuardedDeployment
from guard.identity import identify
from tests.guard.settings import setting
from tests.scripts import Roles


def endpoint(**changes: Any) -> EndpointConfig:
    section = {"kind": "endpoint", "base_url": "http://127.0.0.1:8000/v1", "model": "qwen", **changes}
    return EndpointConfig.model_validate(section)


def local(folder: Path | str) -> LocalConfig:
    return LocalConfig(kind="local", path=str(folder))


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """A folder in a checkpoint's layout, its weights a few bytes."""
    folder = tmp_path / "checkpoint"
    (folder / "shards").mkdir(parents=True)
    (folder / "config.json").write_text('{"model_type": "llava"}')
    (folder / "model.safetensors").write_bytes(bytes(range(200)))
    (folder / "shards" / "more.safetensors").write_bytes(b"more")
    return folder


async def digests(config: Config) -> dict[str, str]:
    """Every deployment's digest once its guard has started."""
    guard = Guard(config, {name: ScriptedModel(Roles()) for name in config.models})
    await guard.start()
    return {name: deployment.digest for name, deployment in guard.deployments.items()}


def configured(model: Any, **deployment: Any) -> Config:
    unguarded = setting(unguarded=True, method="raw", **deployment)
    return Config.model_validate({"models": {"small": model}, "deployments": {"test": unguarded}})


@pytest.mark.parametrize(
    "changes",
    [
        {"base_url": "http://127.0.0.1:8001/v1"},
        {"model": "qwen-large"},
        {"extra": {"temperature": 0.7}},
        {"drop": ("temperature",)},
        {"structured": "none"},
        {"max_tokens_field": "max_completion_tokens"},
    ],
)
async def test_another_endpoint_model_or_sampling_is_another_deployment(changes: dict[str, Any]) -> None:
    assert await digests(configured(endpoint())) != await digests(configured(endpoint(**changes)))


@pytest.mark.parametrize(
    "changes", [{"api_key_env": "KEY"}, {"concurrency": 2}, {"retries": 4}, {"breaker": 0}, {"model": "qwen"}]
)
async def test_keys_and_concurrency_are_no_part_of_it(changes: dict[str, Any]) -> None:
    assert await digests(configured(endpoint())) == await digests(configured(endpoint(**changes)))


def turn_a_bit(folder: Path) -> None:
    weights = folder / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[77] ^= 1
    weights.write_bytes(data)


def rename_a_shard(folder: Path) -> None:
    (folder / "shards" / "more.safetensors").rename(folder / "shards" / "other.safetensors")


def add_a_template(folder: Path) -> None:
    (folder / "chat_template.jinja").write_text("{{ messages }}")


@pytest.mark.parametrize("change", [turn_a_bit, rename_a_shard, add_a_template])
async def test_other_weights_are_another_deployment(checkpoint: Path, change: Callable[[Path], None]) -> None:
    before = await digests(configured(local(checkpoint)))
    assert await digests(configured(local(checkpoint))) == before
    change(checkpoint)
    assert await digests(configured(local(checkpoint))) != before


def test_a_checkpoint_is_the_same_wherever_it_lies_and_whatever_its_card_says(checkpoint: Path, tmp_path: Path) -> None:
    other = shutil.copytree(checkpoint, tmp_path / "elsewhere" / "copy")
    (other / "README.md").write_text("A card.")
    assert identify(local(checkpoint)) == identify(local(other))


def test_checkpoints_that_are_not_here_differ_by_name() -> None:
    assert identify(local("nobody/nothing")) != identify(local("nobody/nothing-else"))
    assert identify(local("no such/name at all")) != identify(local("nobody/nothing"))


def test_the_embedded_models_own_weights_count() -> None:
    assert identify(local("builtin:pocket")) != identify(local("nobody/nothing"))


def test_another_wording_of_a_prompt_is_another_deployment() -> None:
    prompts = PromptSet.load("compact")
    changed = replace(prompts, prompts={**prompts.prompts, "scene": Prompt("scene", "Look again.")})
    small = {"small": ScriptedModel(Roles())}
    one, other = (GuardedDeployment("test", setting(), small, each) for each in (prompts, changed))
    assert one.digest != other.digest


async def test_the_agents_models_count_each_in_its_place() -> None:
    models = {"small": endpoint(), "large": endpoint(model="large")}

    async def digest(**agents: str) -> str:
        deployment = setting(agents={"intent": True, **{name: {"model": model} for name, model in agents.items()}})
        config = Config.model_validate({"models": models, "deployments": {"test": deployment}})
        return (await digests(config))["test"]

    assert len({await digest(), await digest(intent="large"), await digest(visual="large")}) == 3
