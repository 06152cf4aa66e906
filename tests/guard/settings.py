"""Configurations for tests of the guard: a file, and one situational setting with what a test wants changed."""

from __future__ import annotations

from typing import Any

import pytest

from agents.models.base import ChatModel
from agents.prompts import PromptSet
from guard.config import Deployment
from guard.config_file import parse_config
from guard.errors import ConfigRejected, Problem
from guard.guard import GuardedDeployment

GOOD = """\
models:
  small:
    kind: endpoint
    base_url: http://127.0.0.1:9000/v1
    model: tiny
    api_key_env: TINY_KEY
  here:
    kind: local
    path: builtin:pocket
deployments:
  kitchen:
    model: small
    agents:
      model: here
      intent: false
      situation: {model: small}
    actions:
      unclear: refuse
      categories: {illegal activity: refuse}
"""


def problems(text: str) -> list[Problem]:
    with pytest.raises(ConfigRejected) as caught:
        parse_config(text.encode(), "test.yaml")
    assert caught.value.file == "test.yaml"
    assert all(problem.told_of("test.yaml") in str(caught.value) for problem in caught.value.problems)
    return list(caught.value.problems)


def setting(**changes: Any) -> Deployment:
    return Deployment.model_validate({"model": "small", "prompts": "compact", **changes})


def deployed(model: ChatModel, **changes: Any) -> GuardedDeployment:
    deployment = setting(**changes)
    return GuardedDeployment("test", deployment, {"small": model}, PromptSet.load(deployment.prompts))
