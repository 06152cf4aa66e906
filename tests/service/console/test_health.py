"""Health, and what shadow mode found."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.scripts import UNSAFE, Roles
from tests.service.console.office import Office, office
from tests.service.running import cast, deployment


async def test_models_records_queue_and_processes_are_shown(desk: Office) -> None:
    await desk.ask()
    page = await desk.page("/console/health")
    for shown in ("answers", "judges", "No canary is set", "in work", str(desk.console.database.folder), "version 1"):
        assert shown in page, shown
    assert "<html" not in await desk.page("/console/health/state")


async def test_the_shadow_report_has_cases_to_look_through(tmp_path: Path) -> None:
    async with office(tmp_path, cast(Roles(situation=UNSAFE)), {"guarded": deployment(mode="shadow")}) as desk:
        await desk.log_in()
        decision = await desk.ask()

        async with asyncio.timeout(20):
            while decision not in await desk.page("/console/shadow"):  # noqa: ASYNC110 the judgement comes after the reply
                await asyncio.sleep(0.05)
        page = await desk.page("/console/shadow?window=24h")
    assert "property damage 1" in page
    assert "100.0 %" in page
