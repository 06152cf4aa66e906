"""The guard is exchanged while the application runs: requests under way finish on the one that they began with."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx

from guard.config import Config
from guard.guard import Guard
from guard.holder import GuardHolder
from service.app import create_app
from service.server import server_config
from service.settings import Settings
from tests.scripts import Roles
from tests.service.asgi import served
from tests.service.gate.in_process import PRICES
from tests.service.running import body, cast, config, records

BEFORE = {"guarded": {"model": "answers", "prompts": "compact", "agents": {"model": "judges"}}}
AFTER = {**BEFORE, "second": BEFORE["guarded"]}


async def test_a_request_is_served_whole_by_the_guard_that_it_began_with(tmp_path: Path) -> None:
    gate = asyncio.Event()
    old = cast(Roles("From the first guard."), gate=gate)
    new = cast(Roles("From the second guard."))
    guards = GuardHolder(Guard(config(BEFORE), old.models))
    app = create_app(Settings(data_folder=tmp_path, demo=True), guards)
    async with served(server_config(app)) as url, httpx.AsyncClient(base_url=url, timeout=20) as http:
        under_way = asyncio.create_task(http.post("/v1/chat/completions", json=body()))
        while not old.answers.requests:  # noqa: ASYNC110 the script offers no event for this
            await asyncio.sleep(0.01)
        await guards.exchange(Guard(config(AFTER), new.models))
        later = await http.post("/v1/chat/completions", json=body(model="second"))
        assert old.answers.running
        gate.set()
        first = await under_way
        listed = (await http.get("/v1/models")).json()["data"]
        ready = await http.get("/readyz")
    assert first.json()["choices"][0]["message"]["content"] == "From the first guard."
    assert later.json()["choices"][0]["message"]["content"] == "From the second guard."
    assert {model["id"] for model in listed} == {"guarded", "second"}
    assert ready.status_code == 200
    assert not old.answers.running


async def test_a_request_costs_what_its_own_configuration_says(tmp_path: Path) -> None:
    gate = asyncio.Event()
    old, priced = cast(gate=gate), {**config(BEFORE).model_dump(mode="json"), "prices": PRICES}
    guards = GuardHolder(Guard(Config.model_validate(priced), old.models))
    app = create_app(Settings(data_folder=tmp_path, demo=True), guards)
    async with served(server_config(app)) as url, httpx.AsyncClient(base_url=url, timeout=20) as http:
        under_way = asyncio.create_task(http.post("/v1/chat/completions", json=body()))
        while not old.answers.requests:  # noqa: ASYNC110 the script offers no event for this
            await asyncio.sleep(0.01)
        await guards.exchange(Guard(config(BEFORE), cast().models))
        later = await http.post("/v1/chat/completions", json=body())
        gate.set()
        first = await under_way
    costs = {each["id"]: each["cost"] for each in records(tmp_path, "outcome")}
    assert costs[first.headers["x-guard-decision"]]["amount"] > 0
    assert costs[later.headers["x-guard-decision"]] is None
