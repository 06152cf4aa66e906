"""The models that judge: an endpoint asked directly, or a provider's batch API at half the price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn

from inspect_ai.model import Model, get_model

from benchmarks.case import Turn
from benchmarks.harness.endpoint import Address
from benchmarks.harness.failures import Fuse, RequestFailed
from benchmarks.harness.panels import ModelSpec
from benchmarks.harness.provider import Patience, endpoint_model, generate_config
from benchmarks.judges import JudgeModel

DEFAULT_PROVIDER = "openai"
LIKELIEST = 20  # tokens, the most that the API gives


class JudgedLater:
    """In place of a judge whose requests go out together, once all answers are there."""

    async def complete(self, messages: Sequence[Turn]) -> NoReturn:
        """Leave the answer for the batch."""
        raise RequestFailed("waits for the batch")


def later(judges: Mapping[str, JudgeModel]) -> Mapping[str, JudgeModel]:
    """The same judges, who are not asked yet."""
    return {name: JudgeModel(JudgedLater(), judge.id, judge.sampling) for name, judge in judges.items()}


def weighing(spec: ModelSpec) -> ModelSpec:
    """The same model asked for one token, and the log probabilities of the likeliest ones."""
    asked = {**spec.extra, "logprobs": True, "top_logprobs": LIKELIEST}
    return spec.model_copy(update={"max_tokens": 1, "extra": asked})


def judge_model(spec: ModelSpec, patience: Patience, fuse: Fuse, *, batch: bool = False) -> Model:
    """The model that a judge names, or a seat of a panel."""
    address = Address.with_key(spec.url, spec.key_env)
    if not batch:
        return endpoint_model(spec.model, address, spec.sampling, patience, fuse)
    name = spec.model if "/" in spec.model else f"{DEFAULT_PROVIDER}/{spec.model}"
    config = generate_config(spec.sampling, patience).model_copy(update={"batch": True, "adaptive_connections": None})
    return get_model(name, config=config, base_url=address.url, api_key=address.key, memoize=False)
