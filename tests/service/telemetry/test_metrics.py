"""What is counted: above all that nothing goes out unjudged without being counted."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from agents.errors import ModelFailed
from guard.guard import Guard
from guard.verdict import Action, Judgement, Released, Ruling
from service.app import create_app
from service.database.engine import DATABASE
from service.middleware.admission import WorkQueue
from service.middleware.queue_limits import QueueLimits
from service.settings import Settings
from service.telemetry.metrics import Metrics
from tests.scripts import UNSAFE, Roles
from tests.service.asgi import serving
from tests.service.places import place
from tests.service.running import body, cast, config, deployment
from tests.service.waiting import until

BROKEN = ModelFailed("judges", "connection", outage=True)
LONE = ModelFailed("judges", "timeout")
OPEN = {"guarded": deployment(on_failure="open")}
REPLIES = {"guarded": deployment(on_failure="open", judge_reply="all", explain="full")}


def value(metrics: Metrics, name: str, **labels: str) -> float:
    """What a counter says; 0 where it says nothing."""
    families = text_string_to_metric_families(metrics.text().decode())
    samples = [sample for family in families for sample in family.samples if sample.name == f"situguard_{name}"]
    return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())


async def asked(folder: Path, roles: Roles, deployments: Any, **changes: Any) -> tuple[Metrics, Any]:
    """One request to a proxy with counters, and its reply."""
    metrics = Metrics()
    app = create_app(Settings(data_folder=folder), Guard(config(deployments), cast(roles).models), metrics)
    async with serving(app) as http:
        reply = await http.post("/v1/chat/completions", json=body(**changes))
    return metrics, reply


@pytest.mark.parametrize("stream", [False, True])
async def test_what_fails_open_is_counted_told_and_let_out(tmp_path: Path, stream: bool) -> None:
    metrics, reply = await asked(tmp_path, Roles(situation=BROKEN), OPEN, stream=stream)
    assert reply.status_code == 200
    assert reply.headers["x-guard-released"] == "failed open"
    assert value(metrics, "failed_open_total", deployment="guarded", stage="request") == 1
    assert value(metrics, "decisions_total", released="failed open") == 1
    assert value(metrics, "judgement_failures_total", cause="model connection, outage") == 1


async def test_a_reply_that_could_not_be_judged_is_counted_too(tmp_path: Path) -> None:
    metrics, reply = await asked(tmp_path, Roles(review=BROKEN), REPLIES)
    assert reply.status_code == 200
    assert reply.headers["x-guard-verdict"] == "safe"
    assert reply.headers["x-guard-released"] == reply.json()["guard"]["released"] == "failed open"
    assert value(metrics, "failed_open_total", deployment="guarded", stage="reply") == 1
    assert value(metrics, "failed_open_total", stage="request") == 0


async def test_a_request_that_failed_open_says_so_though_its_reply_was_held_back(tmp_path: Path) -> None:
    metrics, reply = await asked(tmp_path, Roles(situation=BROKEN, review=UNSAFE), REPLIES)
    assert reply.json()["guard"]["verdict"] == "unsafe"
    assert reply.headers["x-guard-released"] == "failed open"
    assert value(metrics, "failed_open_total", stage="request") == 1


async def test_a_decision_whose_client_left_while_it_was_written_is_counted_too(tmp_path: Path) -> None:
    metrics = Metrics()
    app = create_app(Settings(data_folder=tmp_path), Guard(config(OPEN), cast(Roles(situation=BROKEN)).models), metrics)
    async with serving(app) as http:
        other = sqlite3.connect(tmp_path / DATABASE, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")  # nothing can be committed now
        with pytest.raises(httpx.ReadTimeout):
            await http.post("/v1/chat/completions", json=body(), timeout=0.5)
        other.execute("ROLLBACK")
        await until(lambda: other.execute("SELECT kind FROM records").fetchall())
        assert other.execute("SELECT kind FROM records").fetchone() == ("decision",)
        other.close()
    assert value(metrics, "failed_open_total", stage="request") == 1


async def test_an_explicit_unsafe_in_open_mode_is_no_unjudged_release(tmp_path: Path) -> None:
    metrics, _ = await asked(tmp_path, Roles(situation=UNSAFE), OPEN)
    assert value(metrics, "failed_open_total") == 0
    assert value(metrics, "decisions_total", verdict="unsafe", action="warn", released="enforced") == 1


async def test_what_fails_closed_is_counted_as_held_back(tmp_path: Path) -> None:
    metrics, reply = await asked(tmp_path, Roles(situation=BROKEN), {"guarded": deployment()})
    assert reply.status_code == 503
    assert value(metrics, "not_judged_total", deployment="guarded") == 1
    assert value(metrics, "faults_total", code="guard_unavailable") == 1
    assert value(metrics, "decisions_total", released="nothing") == 1


@pytest.mark.parametrize("broken", [Roles(situation=LONE), Roles(review=LONE)])
async def test_an_open_deployment_counts_by_cause_what_it_holds_back(tmp_path: Path, broken: Roles) -> None:
    metrics, reply = await asked(tmp_path, broken, REPLIES)
    assert reply.status_code == 503
    assert value(metrics, "judgement_failures_total", deployment="guarded", cause="model timeout") == 1
    assert value(metrics, "failed_open_total") == 0


async def test_requests_are_counted_by_route_and_status_and_no_client_makes_a_label(tmp_path: Path) -> None:
    metrics = Metrics()
    app = create_app(Settings(data_folder=tmp_path), Guard(config(OPEN), cast().models), metrics)
    async with serving(app) as http:
        for path in ("/healthz", "/v1/models", "/v1/models/mine", "/secret-path", "/a%0Ab"):
            await http.get(path)
        await http.post("/v1/chat/completions", json=body(model="secret-model"))
        await http.post("/v1/chat/completions", content=b"{", headers={"content-type": "application/json"})
    assert value(metrics, "requests_total", route="/healthz", status="200") == 1
    assert value(metrics, "requests_total", route="other", status="404") == 3
    assert value(metrics, "requests_total", route="/v1/chat/completions", status="404") == 1
    assert value(metrics, "request_seconds_count", route="/v1/chat/completions") == 2
    assert value(metrics, "faults_total", code="model_not_found") == 2
    assert value(metrics, "faults_total", code="invalid_json") == 1
    assert b"secret" not in metrics.text()


async def test_a_shed_is_counted_as_such(tmp_path: Path) -> None:
    metrics = Metrics()
    gate = asyncio.Event()
    players = cast(gate=gate)
    settings = Settings(data_folder=tmp_path, in_work=1, waiting=0)
    async with serving(create_app(settings, Guard(config(OPEN), players.models), metrics)) as http:
        first = asyncio.create_task(http.post("/v1/chat/completions", json=body()))
        await until(lambda: players.answers.requests)
        assert value(metrics, "in_work") == 1
        assert (await http.post("/v1/chat/completions", json=body())).status_code == 503
        gate.set()
        await first
    assert value(metrics, "faults_total", code="overloaded") == 1
    assert value(metrics, "in_work") == 0


def test_the_counters_of_alarms_are_there_from_the_start() -> None:
    metrics = Metrics()
    metrics.know(["kitchen"])
    assert b'situguard_failed_open_total{deployment="kitchen",stage="request"} 0.0' in metrics.text()


async def test_gauges_follow_the_queue() -> None:
    metrics, queue = Metrics(), WorkQueue(QueueLimits(in_work=1, waiting=1))
    metrics.watch(queue)
    async with place(queue):
        waiting = asyncio.create_task(place(queue).__aenter__())
        await asyncio.sleep(0)
        assert (value(metrics, "in_work"), value(metrics, "waiting")) == (1, 1)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    assert (value(metrics, "in_work"), value(metrics, "waiting")) == (0, 0)


@pytest.mark.parametrize(("situation", "verdict", "action"), [(UNSAFE, "unsafe", "warn"), (BROKEN, "none", "refuse")])
async def test_what_would_have_been_done_is_counted_in_shadow_mode(
    tmp_path: Path, situation: Any, verdict: str, action: str
) -> None:
    shadow = {"guarded": deployment(mode="shadow")}
    metrics, reply = await asked(tmp_path, Roles(situation=situation), shadow)
    assert reply.status_code == 200
    await until(lambda: value(metrics, "shadow_judgements_total", verdict=verdict, action=action) == 1)
    assert value(metrics, "decisions_total", released="shadow") == 1


def test_a_late_judgement_counts_only_where_it_failed_open() -> None:
    metrics = Metrics()
    for released in Released:
        metrics.judged_late("kitchen", Ruling(Judgement(None, Action.RELEASE), released=released))
    assert value(metrics, "failed_open_total") == 1


def test_a_figure_is_told_by_its_name_and_labels() -> None:
    metrics = Metrics()
    metrics.canary("golf", right=True)
    assert metrics.value("canary", canary="golf") == 1
    assert metrics.value("canary", canary="other") is None
