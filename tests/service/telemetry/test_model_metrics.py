"""What is counted of models, beside what the records say."""

from __future__ import annotations

from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest

from agents.errors import ModelFailed
from agents.meter import Meter
from agents.models.base import Usage
from guard.config import Price
from guard.guard import Guard
from service.app import create_app
from service.settings import Settings
from service.telemetry.metrics import Metrics
from service.telemetry.model_metrics import MAX_KEYS, ModelMetrics
from tests.scripts import UNSAFE, Roles
from tests.service.asgi import serving
from tests.service.running import body, cast, config, deployment
from tests.service.telemetry.test_metrics import value


def meter(model: str, usage: Usage, *, seconds: float | None = 0.5) -> Meter:
    made = Meter(model, ())
    made.reported, made.seconds = usage, seconds
    return made


def text(registry: CollectorRegistry) -> str:
    return generate_latest(registry).decode()


def test_tokens_and_cost_are_counted_by_model_and_key() -> None:
    registry = CollectorRegistry()
    metrics = ModelMetrics(registry)
    prices = {"large": Price(input=1.0, cached=0.5, output=2.0)}
    usage = Usage(prompt_tokens=100, completion_tokens=10, cached_tokens=40)
    metrics.called([meter("large", usage), meter("small", usage, seconds=None)], prices, "abc")
    told = text(registry)
    for line in (
        'situguard_tokens_total{kind="input",model="large"} 60.0',
        'situguard_tokens_total{kind="cached",model="large"} 40.0',
        'situguard_tokens_total{kind="output",model="large"} 10.0',
        'situguard_model_calls_total{model="large",outcome="answered"} 1.0',
        'situguard_model_calls_total{model="small",outcome="given up"} 1.0',
        'situguard_model_seconds_sum{model="large"} 0.5',
    ):
        assert line in told, line
    assert 'situguard_model_seconds_sum{model="small"}' not in told
    assert 'situguard_key_cost_total{key="abc"} 0.0001' in told


def test_the_labels_of_keys_are_bounded() -> None:
    registry = CollectorRegistry()
    metrics = ModelMetrics(registry)
    prices = {"large": Price(input=1.0, output=1.0)}
    for number in range(MAX_KEYS + 20):
        metrics.called([meter("large", Usage(1_000_000, 0))], prices, f"key{number}")
    told = text(registry)
    assert told.count("situguard_key_cost_total{") == MAX_KEYS + 1
    assert 'situguard_key_cost_total{key="other"} 20.0' in told


async def test_calls_are_counted_by_how_they_ended(tmp_path: Path) -> None:
    metrics = Metrics()
    players = cast(Roles(situation=ModelFailed("judges", "timeout")))
    app = create_app(Settings(data_folder=tmp_path), Guard(config({"guarded": deployment()}), players.models), metrics)
    async with serving(app) as http:
        await http.post("/v1/chat/completions", json=body())
    assert value(metrics, "model_calls_total", model="judges", outcome="answered") == 3  # the onlooker too
    assert value(metrics, "model_calls_total", model="judges", outcome="timeout") == 1
    assert value(metrics, "breaker_open", model="judges") == 0
    assert "situguard_loop_lag_seconds" in metrics.text().decode()
    assert value(metrics, "configuration_version") == 0


async def test_a_draft_that_is_thrown_away_is_counted(tmp_path: Path) -> None:
    metrics, players = Metrics(), cast(Roles(situation=UNSAFE))
    app = create_app(Settings(data_folder=tmp_path), Guard(config({"guarded": deployment()}), players.models), metrics)
    async with serving(app) as http:
        await http.post("/v1/chat/completions", json=body())
    assert value(metrics, "model_calls_total", model="answers") == 2  # the draft, and the warning in its place
