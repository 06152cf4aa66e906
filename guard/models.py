"""From the configuration's models to running ones. The only place that knows which kinds of model there are."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from pydantic import SecretStr

from agents.models.base import ChatModel
from agents.models.breaker import Breaking
from agents.models.dialect import Dialect
from agents.models.endpoint import Deadlines, EndpointModel
from agents.models.local import LocalModel
from agents.models.resilience import ConcurrencyLimited, Retrying
from guard import config
from guard.errors import SecretMissing

WAITING_PER_PLACE = 4  # calls that may wait for each one under way; the last then waits four calls long
LEAST_WAITING = 256  # calls; the service's own queue is to fill first, and 64 requests there make three calls each


def build_models(settings: config.Config, environment: Mapping[str, str]) -> dict[str, ChatModel]:
    """Every model of a configuration, not started yet; raises `SecretMissing`. Keys come from `environment`."""
    longest = max(max(each.limits.judge_seconds, each.limits.answer_seconds) for each in settings.deployments.values())
    return {name: _build(name, model, environment, longest) for name, model in settings.models.items()}


def _build(name: str, model: config.ModelConfig, environment: Mapping[str, str], longest: float) -> ChatModel:
    if isinstance(model, config.LocalModel):
        built: ChatModel = LocalModel(name, checkpoint=checkpoint_of(model), local_files_only=not model.allow_hub)
    else:
        built = Retrying(_endpoint(name, model, environment, longest), attempts=model.retries + 1)
        built = Breaking(built, failures=model.breaker) if model.breaker else built
    return ConcurrencyLimited(
        built, at_once=model.concurrency, waiting=max(model.concurrency * WAITING_PER_PLACE, LEAST_WAITING)
    )


def checkpoint_of(model: config.LocalModel) -> str:
    """The folder or hub id of a checkpoint; the embedded one lies in the package."""
    return str(files("agents.models") / "pocket") if model.path == config.EMBEDDED else model.path


def _endpoint(name: str, model: config.EndpointModel, environment: Mapping[str, str], longest: float) -> EndpointModel:
    """Whoever asks has a deadline of its own; no call lasts longer than the longest of them."""
    dialect = Dialect(model.max_tokens_field, model.structured, model.extra, frozenset(model.drop))
    return EndpointModel(
        name,
        base_url=str(model.base_url),
        model=model.model,
        api_key=_secret(name, model.api_key_env, environment),
        dialect=dialect,
        deadlines=Deadlines(total=longest),
        connections=model.concurrency,
    )


def _secret(model: str, variable: str | None, environment: Mapping[str, str]) -> SecretStr | None:
    if variable is None:
        return None
    if not environment.get(variable):
        raise SecretMissing(model, variable)
    return SecretStr(environment[variable])
