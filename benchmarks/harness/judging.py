"""The models that judge: an endpoint asked directly, or a provider's batch API at half the price."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from inspect_ai.model import Model, get_model

from benchmarks.case import Turn
from benchmarks.harness.endpoint import Address
from benchmarks.harness.failures import Fuse, RequestFailed
from benchmarks.harness.plan import JudgeSpec
from benchmarks.harness.provider import Patience, endpoint_model, generate_config
from benchmarks.judges import JudgeModel

DEFAULT_PROVIDER = "openai"


class JudgedLater:
    """In place of a judge whose requests go out together, once all answers are there."""

    async def complete(self, messages: Sequence[Turn]) -> NoReturn:
        """Leave the answer for the batch."""
        raise RequestFailed("waits for the batch")


def later(judge: JudgeModel) -> JudgeModel:
    """The same judge, who is not asked yet."""
    return JudgeModel(JudgedLater(), judge.id, judge.sampling)


def judge_model(spec: JudgeSpec, patience: Patience, fuse: Fuse) -> Model:
    """The model that a run's judge names."""
    address = Address.with_key(spec.url, spec.key_env)
    if not spec.batch:
        return endpoint_model(spec.model, address, spec.sampling, patience, fuse)
    name = spec.model if "/" in spec.model else f"{DEFAULT_PROVIDER}/{spec.model}"
    config = generate_config(spec.sampling, patience).model_copy(update={"batch": True, "adaptive_connections": None})
    return get_model(name, config=config, base_url=address.url, api_key=address.key, memoize=False)
