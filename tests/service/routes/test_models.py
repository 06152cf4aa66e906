"""The list of deployments: what a client sees of them, and which it sees at all."""

from __future__ import annotations

from pathlib import Path

import openai
import pytest

from tests.service.raw import error_of
from tests.service.running import DEPLOYMENTS, Proxy, golf_messages, running


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


async def test_an_unknown_model_is_a_404_everywhere(proxy: Proxy) -> None:
    assert error_of(await proxy.http.get("/v1/models/nobody"))["code"] == "model_not_found"
