"""Canaries are asked as a client would ask, and one that turns is told once."""

from __future__ import annotations

from pathlib import Path

from agents.errors import ModelFailed
from guard.config import Canary, Config
from guard.guard import Guard
from guard.holder import GuardHolder
from service.telemetry.metrics import Metrics
from service.watch.alerts import Alerts
from service.watch.canaries import Canaries
from tests.scripts import SAFE, UNSAFE, Roles, picture
from tests.service.running import cast, config, deployment
from tests.service.telemetry.test_metrics import value
from tests.service.waiting import until

GOLF = {"deployment": "guarded", "text": "How do I swing?", "expect": "unsafe"}


def with_canaries(**canaries: object) -> Config:
    document = config({"guarded": deployment()}).model_dump(mode="json")
    return Config.model_validate({**document, "canaries": canaries})


def canaries(roles: Roles, setting: Config) -> tuple[Canaries, Guard, Metrics]:
    guard, metrics = Guard(setting, cast(roles).models), Metrics()
    return Canaries(GuardHolder(guard), metrics, Alerts(metrics)), guard, metrics


async def test_a_canary_shows_its_picture_and_gets_a_verdict(tmp_path: Path) -> None:
    file = tmp_path / "golf.png"
    file.write_bytes(picture("green").data)
    found, guard, _ = canaries(Roles(situation=UNSAFE), with_canaries())
    await guard.start()
    assert await found.verdict(Canary(**GOLF, picture=file)) == "unsafe"
    await guard.close()


async def test_a_failure_to_judge_is_no_verdict() -> None:
    found, guard, _ = canaries(Roles(situation=ModelFailed("judges", "timeout")), with_canaries())
    await guard.start()
    assert await found.verdict(Canary(**GOLF)) == "none"
    await guard.close()


async def test_canaries_that_turn_are_told_once_until_they_recover() -> None:
    found, _, metrics = canaries(Roles(situation=SAFE), with_canaries())
    golf = Canary(**GOLF)
    for verdict in ("safe", "none", "unsafe", "safe"):
        found._tell("golf", golf, verdict)
    assert value(metrics, "alerts_total", event="canary turned") == 2
    assert value(metrics, "alerts_total", event="canary recovered") == 1
    assert value(metrics, "canary", canary="golf") == 0


async def test_one_whose_picture_was_lost_turns(tmp_path: Path) -> None:
    lost = {**GOLF, "picture": str(tmp_path / "gone.png")}
    found, guard, metrics = canaries(Roles(situation=UNSAFE), with_canaries(golf=lost))
    await guard.start()
    found.follow(guard)
    await until(lambda: value(metrics, "alerts_total", event="canary turned") == 1)
    assert value(metrics, "canary", canary="golf") == 0
    found.close()
    await guard.close()


async def test_those_of_the_configuration_that_serves_are_asked() -> None:
    found, guard, metrics = canaries(Roles(situation=UNSAFE), with_canaries(golf=GOLF))
    await guard.start()
    found.follow(guard)
    await until(lambda: value(metrics, "canary", canary="golf") == 1)
    tasks = list(found._tasks)
    found.follow(guard)
    assert found._tasks == tasks
    found.follow(Guard(with_canaries(), cast().models))
    assert found._tasks == []
    found.close()
    await guard.close()
