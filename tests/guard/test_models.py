"""From configuration to running models: keys from the environment, the embedded checkpoint from the package."""

from __future__ import annotations

from pathlib import Path

import pytest

from guard.config import Config, LocalModel
from guard.config_file import demo_config, parse_config
from guard.errors import SecretMissing
from guard.models import build_models, checkpoint_of

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
    assert isinstance(model, LocalModel)
    assert Path(checkpoint_of(model)).parts[-3:] == ("agents", "models", "pocket")
    assert checkpoint_of(LocalModel(kind="local", path="./mine")) == "./mine"
