"""Shadow mode: judged beside a reply that does not wait, and shed first where there is no room."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from agents.errors import ModelFailed
from guard.errors import NotJudged
from service.audit.record import Record
from service.gate import shadow as shadows
from service.gate.request_context import RequestContext
from tests.scripts import UNSAFE, Roles
from tests.service.gate.in_process import PRICES, opened
from tests.service.places import place
from tests.service.running import cast, deployment, paced, records, running
from tests.service.telemetry.test_metrics import value
from tests.service.waiting import until


async def test_under_overload_shadow_judging_is_shed_first(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with running(
        tmp_path, paced(answers=gate), {"guarded": deployment(mode="shadow")}, in_work=1, waiting=2
    ) as proxy:
        waiting = [proxy.ask()]
        await until(lambda: proxy.cast.answers.requests)
        waiting += [proxy.ask(), proxy.ask()]
        await asyncio.sleep(0.2)
        gate.set()
        assert [(await each).status_code for each in waiting] == [200] * 3
        await until(lambda: len(proxy.records("outcome")) == 3)
        shadows = [outcome["shadow"] for outcome in proxy.records("outcome")]
    assert [each.get("failure") for each in shadows].count("shed") == 1
    assert [each.get("verdict") for each in shadows].count("safe") == 2


BROKEN = ModelFailed("judges", "connection")
SHADOW: dict[str, Any] = {"mode": "shadow"}


def outcome(asked: RequestContext) -> Record:
    return Record("outcome", asked.decision, {"finish": "stop"})


async def shadow_of(folder: Path) -> dict[str, Any]:
    """What the one outcome says of its judgement in shadow mode."""
    await until(lambda: records(folder, "outcome"))
    (told,) = records(folder, "outcome")
    assert told["finish"] == "stop"
    return dict(told["shadow"])


async def test_an_outcome_waits_for_its_judgement_and_holds_it(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with opened(tmp_path, paced(judges=gate, situation=UNSAFE), prices=PRICES, **SHADOW) as app:
        asked = app.context()
        judging = app.service.gate.shadows.begin(asked)
        app.service.gate.shadows.finish(judging, outcome(asked), None)
        await asyncio.sleep(0.05)
        assert records(tmp_path) == []
        gate.set()
        told = await shadow_of(tmp_path)
    assert (told["verdict"], told["action"], told["failure"]) == ("unsafe", "warn", None)
    assert told["cost"]["amount"] > 0
    assert value(app.metrics, "shadow_judgements_total", verdict="unsafe", action="warn") == 1


async def test_where_no_verdict_could_be_had_the_outcome_says_why(tmp_path: Path) -> None:
    async with opened(tmp_path, cast(Roles(situation=BROKEN)), **SHADOW) as app:
        asked = app.context()
        judging = app.service.gate.shadows.begin(asked)
        assert judging is not None
        with pytest.raises(NotJudged):
            await judging.ruling()
        app.service.gate.shadows.finish(judging, outcome(asked), None)
        assert (await shadow_of(tmp_path))["failure"] == "model connection"
    assert value(app.metrics, "shadow_judgements_total", verdict="none", action="refuse") == 1


async def test_what_still_runs_at_the_end_of_the_service_is_given_up_and_recorded(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    players = paced(judges=asyncio.Event())
    async with opened(tmp_path, players, **SHADOW) as app:
        asked = app.context()
        app.service.gate.shadows.finish(app.service.gate.shadows.begin(asked), outcome(asked), None)
        await until(lambda: players.judges.requests)
    assert (await shadow_of(tmp_path))["failure"] == "cancelled"
    assert value(app.metrics, "shadow_judgements_total") == 0
    assert caplog.records == []  # no error that asyncio had to report


async def test_without_room_none_begins_and_the_outcome_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shadows, "MAX_RUNNING", 1)
    players = paced(judges=asyncio.Event())
    async with opened(tmp_path, players, **SHADOW) as app:
        first, second = app.context(), app.context()
        app.service.gate.shadows.finish(app.service.gate.shadows.begin(first), outcome(first), None)
        shed = app.service.gate.shadows.begin(second)
        assert shed is None
        app.service.gate.shadows.finish(shed, outcome(second), None)
        assert await shadow_of(tmp_path) == {"failure": "shed"}


async def test_none_begins_while_requests_wait_for_a_place(tmp_path: Path) -> None:
    async with opened(tmp_path, settings={"in_work": 1}, **SHADOW) as app:
        queue = app.service.queue
        async with place(queue):
            waiting = asyncio.create_task(place(queue).__aenter__())
            await until(lambda: queue.waiting)
            assert app.service.gate.shadows.begin(app.context()) is None
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        begun = app.service.gate.shadows.begin(app.context())
        assert begun is not None
        await begun.ruling()
