"""From the configuration's models to running ones. Only this module knows which kinds of model there are."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from agents.errors import SecretUnusable
from agents.models.base import ChatModel
from agents.models.breaker import Breaking
from agents.models.dialect import Dialect
from agents.models.endpoint import Deadlines, EndpointModel
from agents.models.local import LocalModel
from agents.models.network import Network
from agents.models.outage import OutageConfirming
from agents.models.resilience import ConcurrencyLimited, Retrying
from agents.models.secrets import HEADER_VALUE, KEY, PROXY, Secret, SecretFile, checked
from guard.config import Config, EndpointConfig, LocalConfig, ModelConfig
from guard.errors import ModelUnusable, SecretMissing
from guard.identity import checkpoint_of
from guard.model_pool import ModelPool, SharedModel
from guard.section import MAX_SECONDS

WAITING_PER_PLACE = 4  # calls that may wait for each one under way; the last waits for four
LEAST_WAITING = 256  # calls; the service's own queue should fill first, and its 64 requests make three calls each


def build_models(settings: Config, environment: Mapping[str, str], running: ModelPool | None = None) -> ModelPool:
    """Every model of a configuration; raises `ModelUnusable`. Secrets come from `environment` and files.

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
        built = confirming = OutageConfirming(
            Retrying(build_endpoint(name, model, environment), attempts=model.retries + 1)
        )
        if model.breaker:
            built = Breaking(confirming, failures=model.breaker)
    return ConcurrencyLimited(
        built, at_once=model.concurrency, waiting=max(model.concurrency * WAITING_PER_PLACE, LEAST_WAITING)
    )


def build_endpoint(name: str, model: EndpointConfig, environment: Mapping[str, str]) -> EndpointModel:
    """An endpoint alone, which neither retries nor is left alone after failures; raises `ModelUnusable`."""
    # The deployment that asks sets the deadline of a call; this one is beyond all that a configuration may say.
    waits = model.timeouts
    deadlines = Deadlines(MAX_SECONDS, waits.connect_seconds, waits.first_byte_seconds, waits.idle_seconds)
    secrets = Secrets(name, environment)
    dialect = Dialect(
        model.max_tokens_field, model.structured, model.extra, frozenset(model.drop), model.reasoning_effort
    )
    return EndpointModel(
        name,
        base_url=str(model.base_url),
        model=model.model,
        api_key=secrets.of("api_key_env", model.api_key_env) or secrets.of("api_key_file", model.api_key_file),
        dialect=dialect,
        deadlines=deadlines,
        connections=model.concurrency + 1,  # one for the question of our own (`agents.models.outage`)
        network=Network(
            query=model.query,
            headers=model.headers,
            secret_headers={
                header: secrets.at(f"secret_headers.{header}", source.place, HEADER_VALUE)
                for header, source in model.secret_headers.items()
            },
            proxy=SecretStr(str(model.proxy)) if model.proxy else secrets.of("proxy_env", model.proxy_env, PROXY),
            tls=_certificates(name, model.ca_file),
        ),
    )


class Secrets:
    """Finds the secrets that a model's section names. Raises `ModelUnusable`, which shows none of them."""

    def __init__(self, model: str, environment: Mapping[str, str]) -> None:
        self._model = model
        self._environment = environment

    def of(self, setting: str, place: str | Path | None, form: re.Pattern[str] = KEY) -> Secret | None:
        """The secret in a variable or a file; None where none is named."""
        return None if place is None else self.at(setting, place, form)

    def at(self, setting: str, place: str | Path, form: re.Pattern[str]) -> Secret:
        """The secret in a variable or a file."""
        try:
            if isinstance(place, Path):
                return SecretFile(place, form)
            text = self._environment.get(place)
            if not text:
                raise SecretMissing(self._model, setting, place)
            return SecretStr(checked(text, f"the environment variable {place}", form))
        except SecretUnusable as error:
            raise ModelUnusable(self._model, setting, str(error)) from None


def _certificates(model: str, file: Path | None) -> ssl.SSLContext | None:
    if file is None:
        return None
    try:
        return ssl.create_default_context(cafile=str(file))
    except ssl.SSLError:
        raise ModelUnusable(model, "ca_file", f"{file} holds no certificates in PEM format") from None
    except OSError as error:
        raise ModelUnusable(model, "ca_file", f"{file} cannot be read: {error.strerror}") from None
