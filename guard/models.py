"""From the configuration's models to running ones. Only this module knows which kinds of model there are."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr

from agents.models.base import ChatModel
from agents.models.breaker import Breaking
from agents.models.dialect import Dialect
from agents.models.endpoint import Deadlines, EndpointModel
from agents.models.local import LocalModel
from agents.models.resilience import ConcurrencyLimited, Retrying
from guard.config import MAX_SECONDS, Config, EndpointConfig, LocalConfig, ModelConfig
from guard.errors import SecretMissing
from guard.identity import checkpoint_of
from guard.model_pool import ModelPool, SharedModel

WAITING_PER_PLACE = 4  # calls that may wait for each one under way; the last waits for four
LEAST_WAITING = 256  # calls; the service's own queue should fill first, and its 64 requests make three calls each


def build_models(settings: Config, environment: Mapping[str, str], running: ModelPool | None = None) -> ModelPool:
    """Every model of a configuration; raises `SecretMissing`. Keys come from `environment`.

    Models of `running` whose section has not changed are shared with it; the others are built, and not started yet.
    """
    shared = {name: running and running.shared(name, model) for name, model in settings.models.items()}
    return ModelPool(
        {
            name: shared[name] or SharedModel(_build(name, model, environment), model)
            for name, model in settings.models.items()
        }
    )


def _build(name: str, model: ModelConfig, environment: Mapping[str, str]) -> ChatModel:
    if isinstance(model, LocalConfig):
        built: ChatModel = LocalModel(name, checkpoint=checkpoint_of(model), local_files_only=not model.allow_hub)
    else:
        built = Retrying(_endpoint(name, model, environment), attempts=model.retries + 1)
        built = Breaking(built, failures=model.breaker) if model.breaker else built
    return ConcurrencyLimited(
        built, at_once=model.concurrency, waiting=max(model.concurrency * WAITING_PER_PLACE, LEAST_WAITING)
    )


def _endpoint(name: str, model: EndpointConfig, environment: Mapping[str, str]) -> EndpointModel:
    # The deployment that asks sets the deadline of a call; this one is beyond all that a configuration may say.
    deadlines = Deadlines(total=MAX_SECONDS)
    key = None if model.api_key_env is None else environment.get(model.api_key_env)
    if model.api_key_env is not None and not key:
        raise SecretMissing(name, model.api_key_env)
    dialect = Dialect(
        model.max_tokens_field, model.structured, model.extra, frozenset(model.drop), model.reasoning_effort
    )
    return EndpointModel(
        name,
        base_url=str(model.base_url),
        model=model.model,
        api_key=None if key is None else SecretStr(key),
        dialect=dialect,
        deadlines=deadlines,
        connections=model.concurrency,
    )
