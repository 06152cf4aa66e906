"""The list of deployments: what a client sees of them, and which it sees at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openai
import orjson
import pytest

from service.routes.models import model_object
from tests.service.gate.in_process import RAW, context
from tests.service.raw import error_of
from tests.service.running import DEPLOYMENTS, Proxy, deployment, golf_messages, running


async def test_deployments_are_listed_with_how_they_are_guarded(tmp_path: Path) -> None:
    async with running(tmp_path) as proxy:
        listed = [model async for model in proxy.client.models.list()]
        one = await proxy.client.models.retrieve("raw")
    assert [model.id for model in listed] == list(DEPLOYMENTS)
    assert (one.model_extra or {})["guard"]["unguarded"] is True


async def test_outside_the_demo_an_unguarded_deployment_is_not_there(tmp_path: Path) -> None:
    async with running(tmp_path, demo=False) as proxy:
        assert [model.id async for model in proxy.client.models.list()] == ["guarded"]
        with pytest.raises(openai.NotFoundError):
            await proxy.client.chat.completions.create(model="raw", messages=golf_messages())
        assert proxy.asked_nothing


NAMED = "vendor/model-7b:free"


@pytest.mark.parametrize("path", ["vendor/model-7b:free", "vendor%2Fmodel-7b%3Afree", "vendor%2fmodel-7b:free"])
async def test_a_name_with_a_slash_and_a_colon_is_found_however_it_is_written(tmp_path: Path, path: str) -> None:
    async with running(tmp_path, deployments={NAMED: deployment()}) as proxy:
        one = await proxy.http.get(f"/v1/models/{path}")
        reply = await proxy.client.chat.completions.create(model=NAMED, messages=golf_messages())
        by_client = await proxy.client.models.retrieve(NAMED)
    assert one.json()["id"] == by_client.id == NAMED
    assert reply.choices[0].message.content


@pytest.mark.parametrize("name", ["nobody/at:all", "..%2Fmodels", "vendor/../models", ""])
async def test_what_is_no_name_is_not_found(proxy: Proxy, name: str) -> None:
    assert (await proxy.http.get(f"/v1/models/{name}/x")).status_code == 404


async def test_an_unknown_model_is_a_404_everywhere(proxy: Proxy) -> None:
    assert error_of(await proxy.http.get("/v1/models/nobody"))["code"] == "model_not_found"


@pytest.mark.parametrize(
    ("setting", "agents"),
    [
        ({}, ["intent", "visual", "situation", "onlooker"]),
        ({"agents": {"model": "judges", "visual": False}}, ["intent", "situation", "onlooker"]),
        ({"method": "cot"}, []),  # asks no agents, whatever the setting says of them
        (RAW, []),
    ],
)
def test_a_model_object_says_how_the_deployment_is_guarded(setting: Any, agents: list[str]) -> None:
    guarded = context(description="for the kitchen", **setting).deployment
    told = orjson.loads(orjson.dumps(model_object(guarded)))
    assert (told["id"], told["object"], told["owned_by"]) == ("guarded", "model", "situguard")
    assert told["guard"] == {
        "description": "for the kitchen",
        "method": setting.get("method", "situational"),
        "agents": agents,
        "fused": False,
        "contrasted": [],
        "keeps_scenes": "visual" in agents,
        "answers": "answers",
        "mode": "enforce",
        "unguarded": bool(setting.get("unguarded")),
        "configuration": guarded.digest,
    }
