"""From configuration to running models: keys from the environment, the embedded checkpoint from the package."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from agents.conversation import user_message
from agents.errors import ModelFailed
from agents.models.base import ChatModel, ModelRequest
from guard.config import Config, LocalConfig
from guard.config_file import demo_config, parse_config
from guard.errors import SecretMissing
from guard.identity import checkpoint_of
from guard.models import build_models
from tests.agents.models.upstream import upstream

FILE = b"""
models:
  far: {kind: endpoint, base_url: "http://127.0.0.1:9/v1", model: m, api_key_env: FAR_KEY}
  near: {kind: local, path: ./here}
deployments:
  d: {model: far}
"""


def config() -> Config:
    return parse_config(FILE, "test.yaml")


def test_every_model_is_built_under_its_name() -> None:
    models = build_models(config(), {"FAR_KEY": "sk-canary"})
    assert {name: model.name for name, model in models.items()} == {"far": "far", "near": "near"}
    assert "sk-canary" not in repr(models)


@pytest.mark.parametrize("environment", [{}, {"FAR_KEY": ""}])
def test_a_missing_key_is_told_by_its_name(environment: dict[str, str]) -> None:
    with pytest.raises(SecretMissing, match="FAR_KEY") as caught:
        build_models(config(), environment)
    assert caught.value.model == "far"


def test_the_embedded_checkpoint_comes_with_the_package() -> None:
    model = demo_config().models["pocket"]
    assert isinstance(model, LocalConfig)
    assert Path(checkpoint_of(model)).parts[-3:] == ("agents", "models", "pocket")
    assert checkpoint_of(LocalConfig(kind="local", path="./mine")) == "./mine"


async def test_how_long_an_endpoint_may_be_silent_is_a_setting() -> None:
    async def silent(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(20)

    async with upstream(silent) as rig:
        file = FILE.replace(b"http://127.0.0.1:9/v1", rig.base_url.encode())
        file = file.replace(b"api_key_env: FAR_KEY", b"retries: 0, timeouts: {first_byte_seconds: 0.2}")
        model = build_models(parse_config(file, "test.yaml"), {})["far"]
        await model.start()
        began = time.monotonic()
        with pytest.raises(ModelFailed) as caught:
            _ = [chunk async for chunk in model.stream(ModelRequest((user_message("hello"),)))]
        await model.close()
    assert (caught.value.kind, time.monotonic() - began < 10) == ("timeout", True)


async def test_each_model_has_a_breaker_of_its_own() -> None:
    """Nobody listens on port 9: after two failures the model is left alone, and the other is not."""
    file = FILE.replace(b"api_key_env: FAR_KEY", b"retries: 0, breaker: 2")
    near = b'  near: {kind: endpoint, base_url: "http://127.0.0.1:9/v1", model: n, retries: 0}'
    twin = file.replace(b"  near: {kind: local, path: ./here}", near)
    models = build_models(parse_config(twin, "test.yaml"), {})
    for model in models.values():
        await model.start()
    kinds = [await _failure(models["far"]) for _ in range(3)] + [await _failure(models["near"])]
    for model in models.values():
        await model.close()
    assert kinds == ["connection", "connection", "overloaded", "connection"]


async def _failure(model: ChatModel) -> str:
    with pytest.raises(ModelFailed) as caught:
        await model.complete(ModelRequest((user_message("hello"),)))
    return caught.value.kind
