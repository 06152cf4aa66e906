"""Spending: what all calls of a request cost is on its record and on its key, and a spent budget closes the door."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from agents.errors import ModelFailed
from agents.models.base import Completion, Usage
from agents.models.openai_format import Envelope
from agents.models.scripted import ScriptedModel
from guard.config import Config, Price
from guard.guard import Guard
from service.app import create_app
from service.keys.key import KeyLimits
from service.keys.prices import charge
from service.keys.store import this_month
from service.settings import Settings
from tests.scripts import UNSAFE, Roles
from tests.service.asgi import serving
from tests.service.running import Cast, body, cast, config, deployment
from tests.service.storage import key_store
from tests.service.test_keys import make_key
from tests.service.waiting import until

PRICES = {"answers": {"input": 1000.0, "output": 2000.0}, "judges": {"input": 10.0, "output": 20.0}}
STEPS = {"intent": "golf", "reasoning": "a lawn", "safe": "Yes", "answer": "Swing."}
KINDS = {"guarded": deployment(), "shadow": deployment(mode="shadow"), "cot": deployment(method="cot")}


def priced(prices: Any = None) -> Config:
    plain = config(KINDS).model_dump(mode="json")
    return Config.model_validate({**plain, "prices": PRICES if prices is None else prices})


@asynccontextmanager
async def proxy(folder: Path, players: Cast, settings: Config | None = None) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Settings(data_folder=folder), Guard(settings or priced(), players.models))
    async with serving(app) as http:
        yield http


async def asked(http: httpx.AsyncClient, token: str, **changes: Any) -> httpx.Response:
    header = {"authorization": f"Bearer {token}"}
    return await http.post("/v1/chat/completions", json=body(**changes), headers=header)


def spent(folder: Path, token: str) -> float:
    with key_store(folder) as store:
        return store.read(this_month()).spent.get(token.split("_")[2], 0.0)


def bodies(folder: Path, kind: str) -> list[dict[str, Any]]:
    """The records of a kind."""
    with closing(sqlite3.connect(folder / "records.sqlite3")) as database:
        rows = database.execute("SELECT body FROM records WHERE kind = ? ORDER BY rowid", [kind]).fetchall()
    return [json.loads(row[0]) for row in rows]


def costs(folder: Path, kind: str) -> list[Any]:
    """What they say that it cost."""
    return [each["cost"] for each in bodies(folder, kind)]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("situation", [None, UNSAFE])
async def test_what_every_call_cost_is_on_the_record_and_on_the_key(
    tmp_path: Path, stream: bool, situation: Any
) -> None:
    token = make_key(tmp_path)
    players = cast(Roles(situation=situation) if situation else Roles())
    async with proxy(tmp_path, players) as http:
        assert (await asked(http, token, stream=stream)).status_code == 200
    (judged,), (whole,) = costs(tmp_path, "decision"), costs(tmp_path, "outcome")
    assert 0 < judged["amount"] < whole["amount"]
    assert spent(tmp_path, token) == pytest.approx(whole["amount"], abs=1e-8)


@pytest.mark.parametrize(("model", "roles"), [("shadow", Roles()), ("cot", Roles(answer=STEPS))])
async def test_every_way_of_guarding_is_charged(tmp_path: Path, model: str, roles: Roles) -> None:
    token = make_key(tmp_path)
    async with proxy(tmp_path, cast(roles)) as http:
        assert (await asked(http, token, model=model)).status_code == 200
        await asyncio.sleep(0.2)
    assert spent(tmp_path, token) > 0


async def test_what_could_not_be_judged_is_charged_for_what_was_asked(tmp_path: Path) -> None:
    token = make_key(tmp_path)
    async with proxy(tmp_path, cast(Roles(situation=ModelFailed("judges", "connection")))) as http:
        assert (await asked(http, token)).status_code == 503
    assert spent(tmp_path, token) > 0


UNREADABLE = Completion(Envelope("judges").completion("I would rather not say.", Usage(5000, 100)))


@pytest.mark.parametrize(("model", "status"), [("guarded", 503), ("shadow", 200)])
async def test_replies_that_cannot_be_read_are_charged_like_any_other(tmp_path: Path, model: str, status: int) -> None:
    token = make_key(tmp_path)
    async with proxy(tmp_path, cast(Roles(situation=UNREADABLE))) as http:
        assert (await asked(http, token, model=model)).status_code == status
        await until(lambda: bodies(tmp_path, "decision" if model == "guarded" else "outcome"))
    judged = bodies(tmp_path, "decision")[0] if model == "guarded" else bodies(tmp_path, "outcome")[0]["shadow"]
    twice = 2 * charge(Price(**PRICES["judges"]), Usage(5000, 100))
    assert twice < judged["cost"]["amount"] < 1.2 * twice  # the other agents use words by the dozen
    assert not judged["cost"]["estimated"]
    assert spent(tmp_path, token) > judged["cost"]["amount"]


async def test_who_leaves_before_the_verdict_pays_for_what_was_asked(tmp_path: Path) -> None:
    token = make_key(tmp_path)
    players = Cast(ScriptedModel(Roles(), name="answers"), ScriptedModel(Roles(), name="judges", gate=asyncio.Event()))
    async with proxy(tmp_path, players) as http:
        leaving = asyncio.create_task(asked(http, token))
        await until(lambda: len(players.judges.requests) == 2)
        leaving.cancel()
        await until(lambda: bodies(tmp_path, "decision"))
    (judging,) = costs(tmp_path, "decision")
    assert judging["estimated"]
    assert spent(tmp_path, token) > judging["amount"] > 0


async def test_a_spent_budget_closes_the_door_and_stays_spent_over_a_restart(tmp_path: Path) -> None:
    poor, rich = make_key(tmp_path, KeyLimits(spend_per_month=0.0001)), make_key(tmp_path)
    for statuses in ([200, 429], [429, 429]):
        async with proxy(tmp_path, cast()) as http:
            assert [(await asked(http, poor)).status_code for _ in range(2)] == statuses
            refused = (await asked(http, poor)).json()["error"]
            assert (refused["code"], refused["type"]) == ("insufficient_quota", "insufficient_quota")
            assert (await asked(http, rich)).status_code == 200


async def test_without_prices_nothing_is_charged_and_the_record_says_none(tmp_path: Path) -> None:
    token = make_key(tmp_path, KeyLimits(spend_per_month=0.0001))
    async with proxy(tmp_path, cast(), priced({})) as http:
        assert [(await asked(http, token)).status_code for _ in range(3)] == [200] * 3
    assert costs(tmp_path, "outcome") == [None] * 3
    assert spent(tmp_path, token) == 0


def test_a_price_for_a_model_that_is_not_there_is_a_mistake_and_one_that_is_missing_is_told() -> None:
    with pytest.raises(ValueError, match=r"prices\.nobody: there is no model"):
        priced({"nobody": PRICES["judges"]})
    plain = priced().model_dump(mode="json", exclude={"prices"})
    models = {name: {"kind": "endpoint", "base_url": "http://x", "model": name} for name in ("answers", "judges")}
    checked = Config.model_validate({**plain, "models": models, "prices": {"judges": PRICES["judges"]}})
    assert checked.unpriced == ["answers"]
