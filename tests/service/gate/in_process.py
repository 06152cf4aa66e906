"""The gate without HTTP: contexts over scripted models, and the application's own gate over a folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from guard.config import Config
from guard.guard import Guard, GuardedDeployment
from service.app import create_app
from service.audit.chain import ChainKey
from service.gate.exchange import Exchange
from service.gate.request_context import Caller, RequestContext
from service.keys.key import ClientKey, KeyLimits
from service.openai.api_format import CanonicalRequest
from service.openai.chat import ChatCompletions, ChatReply
from service.settings import Settings
from service.state import Service
from service.telemetry.metrics import Metrics
from tests.scripts import golf, picture
from tests.service.running import Cast, cast, config, deployment
from tests.service.test_every_route import inside

KEY = ChainKey(bytes(32))
CLIENT = ClientKey("abcdefgh", "app", "live", bytes(32), KeyLimits(), datetime(2026, 1, 1, tzinfo=UTC))
RAW: dict[str, Any] = {"method": "raw", "unguarded": True}
PRICES = {"answers": {"input": 1000.0, "output": 2000.0}, "judges": {"input": 10.0, "output": 20.0}}


def asked(*, stream: bool = False, include_usage: bool = False, **options: Any) -> CanonicalRequest:
    """The question about the golf swing, with a picture."""
    return CanonicalRequest(golf(picture("green")), options, stream, include_usage, writer=ChatReply)


def context_of(guarded: GuardedDeployment, request: CanonicalRequest | None = None, **changes: Any) -> RequestContext:
    """A request to a deployment; `changes` are fields of the context."""
    caller = Caller("req_1", "127.0.0.1", changes.pop("key", None))
    return RequestContext(request or asked(), guarded, caller, ChatCompletions(), **changes)


def context(request: CanonicalRequest | None = None, players: Cast | None = None, **setting: Any) -> RequestContext:
    """A request to a deployment of its own."""
    guard = Guard(config({"guarded": deployment(**setting)}), (players or cast()).models)
    return context_of(guard.deployment("guarded"), request)


@dataclass
class RunningApp:
    """The parts of an application that runs, without anyone who listens."""

    service: Service
    metrics: Metrics

    def context(self, request: CanonicalRequest | None = None, **changes: Any) -> RequestContext:
        guard = self.service.guard
        return context_of(guard.deployment("guarded"), request, prices=guard.prices, **changes)

    def exchange(self, request: CanonicalRequest | None = None, **changes: Any) -> Exchange:
        return Exchange(self.context(request, **changes), self.service.gate)


@asynccontextmanager
async def opened(
    folder: Path,
    players: Cast | None = None,
    *,
    prices: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
    deployments: Mapping[str, Any] | None = None,
    **setting: Any,
) -> AsyncIterator[RunningApp]:
    """An application from its start to its end, over one deployment where no others are given."""
    metrics = Metrics()
    plain = config(deployments or {"guarded": deployment(**setting)}).model_dump(mode="json")
    guard = Guard(Config.model_validate({**plain, "prices": prices or {}}), (players or cast()).models)
    app = inside(create_app(Settings(data_folder=folder, **{"demo": True, **(settings or {})}), guard, metrics))
    async with app.router.lifespan_context(app) as state:
        assert state is not None
        yield RunningApp(state["service"], metrics)
