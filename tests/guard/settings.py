"""Deployments for tests of the guard: one situational setting, with what a test wants changed."""

from __future__ import annotations

from typing import Any

from agents.models.base import ChatModel
from agents.prompts import PromptSet
from guard.config import Deployment
from guard.guard import GuardedDeployment


def setting(**changes: Any) -> Deployment:
    return Deployment.model_validate({"model": "small", "prompts": "compact", **changes})


def deployed(model: ChatModel, **changes: Any) -> GuardedDeployment:
    deployment = setting(**changes)
    return GuardedDeployment("test", deployment, {"small": model}, PromptSet.load(deployment.prompts))
