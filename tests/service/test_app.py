"""The application from its start to its end: models are ready before it serves, and everything is let go after."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agents.models.scripted import ScriptedModel
from guard.guard import Guard
from service.app import create_app
from service.audit.record import Record
from service.settings import Settings
from service.telemetry.metrics import Metrics
from tests.scripts import Roles
from tests.service.asgi import serving
from tests.service.gate.in_process import RunningApp, opened
from tests.service.places import place
from tests.service.running import DEPLOYMENTS, Cast, body, cast, config, records
from tests.service.test_every_route import inside


async def test_models_run_for_as_long_as_it_serves(tmp_path: Path) -> None:
    players = cast()
    async with opened(tmp_path, players) as app:
        assert players.answers.running
        assert players.judges.running
        assert app.service.guard.ready
    assert not players.answers.running
    assert not app.service.guard.ready


async def test_a_model_that_does_not_start_lets_everything_go_again(tmp_path: Path) -> None:
    class Broken(ScriptedModel):
        async def start(self) -> None:
            raise RuntimeError("no weights")

    players = Cast(ScriptedModel(Roles(), name="answers"), Broken(Roles(), name="judges"))
    with pytest.raises(RuntimeError, match="no weights"):
        async with opened(tmp_path, players):
            pass
    assert not players.answers.running
    async with opened(tmp_path) as app:  # the folder is free
        await app.service.records.check()


async def test_the_counters_of_alarms_are_there_before_anything_was_asked(tmp_path: Path) -> None:
    metrics = Metrics()
    create_app(Settings(data_folder=tmp_path), Guard(config(DEPLOYMENTS), cast().models), metrics)
    for name in DEPLOYMENTS:
        assert f'situguard_not_judged_total{{deployment="{name}"}} 0.0'.encode() in metrics.text()
    assert b"situguard_in_work 0.0" in metrics.text()


async def test_it_shows_nothing_of_itself(tmp_path: Path) -> None:
    app = inside(create_app(Settings(data_folder=tmp_path), Guard(config(DEPLOYMENTS), cast().models)))
    assert (app.docs_url, app.redoc_url, app.openapi_url) == (None, None, None)
    assert not app.router.redirect_slashes


async def test_where_others_can_reach_it_a_key_is_needed_though_none_was_made(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path, host="0.0.0.0")  # noqa: S104 what is tested; it listens on loopback
    async with serving(create_app(settings, Guard(config(DEPLOYMENTS), cast().models))) as http:
        reply = await http.post("/v1/chat/completions", json=body())
    assert (reply.status_code, reply.json()["error"]["code"]) == (401, "invalid_api_key")


async def test_a_request_that_is_cut_off_at_the_end_still_records_how_it_ended(tmp_path: Path) -> None:
    async def leaving(app: RunningApp) -> None:
        async with place(app.service.queue):
            await asyncio.sleep(0.05)
            app.service.gate.audit.post(Record("outcome", "dec_1", {"cut_off": "cancelled"}))

    async with opened(tmp_path) as app:
        cut_off = asyncio.create_task(leaving(app))
        await asyncio.sleep(0)
    await cut_off
    assert [record["id"] for record in records(tmp_path)] == ["dec_1"]


async def test_what_was_queued_for_the_records_is_written_before_the_end(tmp_path: Path) -> None:
    async with opened(tmp_path) as app:
        for number in range(500):
            app.service.gate.audit.post(Record("outcome", f"dec_{number}", {}))
    assert len(records(tmp_path)) == 500
