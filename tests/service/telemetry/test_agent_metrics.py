"""What is counted of agents."""

from __future__ import annotations

from pathlib import Path

from guard.guard import Guard
from service.app import create_app
from service.settings import Settings
from service.telemetry.metrics import Metrics
from tests.scripts import UNSAFE, Roles
from tests.service.asgi import serving
from tests.service.running import body, cast, config, deployment
from tests.service.telemetry.test_metrics import value


async def test_findings_times_and_repeated_questions_are_counted_by_agent(tmp_path: Path) -> None:
    metrics, players = Metrics(), cast(Roles(situation=UNSAFE))
    guard = Guard(config({"guarded": deployment()}), players.models)
    app = create_app(Settings(data_folder=tmp_path), guard, metrics)
    async with serving(app) as http:
        for _ in range(2):
            await http.post("/v1/chat/completions", json=body())
    assert value(metrics, "agent_findings_total", agent="intent", verdict="none") == 2
    assert value(metrics, "agent_findings_total", agent="situation", verdict="unsafe") == 2
    assert value(metrics, "agent_seconds_count", deployment="guarded", agent="situation") == 2
    assert value(metrics, "agent_asked_again_total") == 0
