"""Which prompts a small checkpoint has learned. It may be asked others all the same, and whoever reports on it says so.

A checkpoint that was trained on prompts lists them with their hashes in `checkpoint.json`, as the embedded one does. A
prompt that is not listed there, or not with this text, was never learned. A checkpoint without such a list is a model
for any prompt.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from agents.prompts import PromptSet
from guard.config import Config, Deployment, ModelConfig
from guard.identity import checkpoint_of
from guard.methods.registry import METHODS

LIST = "checkpoint.json"


def unlearned(deployment: Deployment, models: Mapping[str, ModelConfig]) -> tuple[str, ...]:
    """The prompts of a deployment's method that its answering model never learned, by name."""
    learned = _learned(models[deployment.model])
    if learned is None or deployment.method not in METHODS:
        return ()
    prompts = PromptSet.load(deployment.prompts)
    asked = METHODS[deployment.method].prompts
    return tuple(name for name in asked if learned.get(name) != prompts[name].digest)


def unlearned_by_deployment(config: Config) -> dict[str, tuple[str, ...]]:
    """The same for a whole configuration: only the deployments that ask such prompts."""
    found = {name: unlearned(each, config.models) for name, each in config.deployments.items()}
    return {name: prompts for name, prompts in found.items() if prompts}


def _learned(model: ModelConfig) -> dict[str, str] | None:
    """The hash of each prompt that a checkpoint was trained on; None where it has no list of them."""
    path = Path(checkpoint_of(model)) / LIST if model.kind == "local" else None
    if path is None or not path.is_file():
        return None
    prompts: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))["prompts"]
    return prompts
