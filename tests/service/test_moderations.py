"""POST /v1/moderations, for those who ask first and call their model themselves; and moderation within replies."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from openai.types import ModerationCreateResponse
from openai.types.chat import ChatCompletion

from agents.errors import ModelFailed
from agents.findings import Category
from agents.models.scripted import ScriptedModel
from service.keys.key import KeyLimits
from service.openai.moderation import OPENAI_CATEGORIES
from tests.scripts import SAFE, UNCLEAR, UNSAFE, Roles, picture, role_of
from tests.service.running import Cast, body, cast, config, data_url, deployment, running
from tests.service.test_keys import make_key
from tests.service.test_transparency import events
from tests.service.waiting import until

FRAUD = {**UNSAFE, "category": "fraud"}


def parts(*texts: str) -> list[dict[str, Any]]:
    return [
        *({"type": "text", "text": text} for text in texts),
        {"type": "image_url", "image_url": {"url": data_url(picture("green"))}},
    ]


@pytest.mark.parametrize(
    ("verdict", "flagged", "told"),
    [
        (SAFE, False, set()),
        (UNCLEAR, True, set()),
        (UNSAFE, True, {"property damage"}),
        (FRAUD, True, {"fraud", "illicit"}),
    ],
)
async def test_a_text_is_flagged_by_what_was_found(tmp_path: Path, verdict: Any, flagged: bool, told: set[str]) -> None:
    async with running(tmp_path, cast(Roles(situation=verdict))) as proxy:
        reply = await proxy.http.post("/v1/moderations", json={"model": "guarded", "input": "How?"})
        assert not proxy.cast.answers.requests
        (decision,) = proxy.records("decision")
    body = reply.json()
    ModerationCreateResponse.model_validate(body)
    (result,) = body["results"]
    assert body["model"] == "guarded"
    assert body["id"] == f"modr-{decision['id']}"
    assert result["flagged"] is flagged
    assert {name for name, holds in result["categories"].items() if holds} == told
    assert {name for name, score in result["category_scores"].items() if score} == told
    assert set(result["categories"]) == {*OPENAI_CATEGORIES, *(category.value for category in Category)}
    assert result["guard"]["verdict"] == verdict["verdict"] == reply.headers["x-guard-verdict"]


async def test_parts_are_judged_together_and_texts_one_by_one(tmp_path: Path) -> None:
    def situation(request: Any) -> Any:
        return UNSAFE if "hammer" in request.messages[-1].text else SAFE

    class Telling(Roles):
        def __call__(self, request: Any) -> Any:
            return situation(request) if role_of(request) == "situation" else super().__call__(request)

    players = Cast(ScriptedModel(Roles(), name="answers"), ScriptedModel(Telling(), name="judges"))
    async with running(tmp_path, players) as proxy:
        together = await proxy.client.moderations.create(model="guarded", input=parts("How?", "With a hammer?"))  # type: ignore[arg-type]
        assert len(proxy.records("decision")) == 1
        apart = await proxy.client.moderations.create(model="guarded", input=["How?", "With a hammer?", "Why?"])
        assert len(proxy.records("decision")) == 4
    assert [result.flagged for result in together.results] == [True]
    assert together.results[0].category_applied_input_types.violence == ["text", "image"]
    assert [result.flagged for result in apart.results] == [False, True, False]


async def test_without_explanations_only_the_flag_is_told(tmp_path: Path) -> None:
    async with running(tmp_path, cast(Roles(situation=UNSAFE)), {"guarded": deployment(explain="none")}) as proxy:
        (result,) = (await proxy.http.post("/v1/moderations", json={"input": "How?"})).json()["results"]
    assert result["flagged"]
    assert not any(result["categories"].values())
    assert "guard" not in result


async def test_the_deployment_is_the_one_that_is_named_set_or_the_only_one(tmp_path: Path) -> None:
    two = {"first": deployment(), "second": deployment(), "raw": deployment(method="raw", unguarded=True)}
    async with running(tmp_path / "two", cast(), two) as proxy:

        async def ask(**fields: Any) -> tuple[int, Any]:
            reply = await proxy.http.post("/v1/moderations", json={"input": "How?", **fields})
            return reply.status_code, reply.json().get("model") or reply.json()["error"]["param"]

        assert await ask(model="second") == (200, "second")
        assert await ask() == (400, "model")
        assert await ask(model="omni-moderation-latest") == (400, "model")
        assert await ask(model="nobody") == (404, "model")
        assert await ask(model=["first"]) == (400, "model")
        assert await ask(model="raw") == (400, "model")
    async with running(tmp_path / "one", cast(), {"only": deployment()}) as proxy:
        for model in ({}, {"model": "omni-moderation-latest"}, {"model": "text-moderation-stable"}):
            assert await ask(**model) == (200, "only")


async def test_a_key_that_may_use_one_deployment_needs_to_name_none(tmp_path: Path) -> None:
    key = make_key(tmp_path, KeyLimits(frozenset({"second"}), requests_per_minute=3))
    two = {"first": deployment(), "second": deployment()}
    async with running(tmp_path, cast(), two, host="0.0.0.0", allowed_hosts=["127.0.0.1"]) as proxy:  # noqa: S104
        headers = {"authorization": f"Bearer {key}"}
        reply = await proxy.http.post("/v1/moderations", json={"input": "How?"}, headers=headers)
        assert reply.json()["model"] == "second"
        many = await proxy.http.post("/v1/moderations", json={"input": ["a", "b", "c"]}, headers=headers)
        assert many.status_code == 429  # each text counts


def test_the_setting_names_a_deployment_that_is_there() -> None:
    plain = config({"guarded": deployment()}).model_dump()
    with pytest.raises(ValueError, match="there is no deployment 'nobody'"):
        type(config({"guarded": deployment()})).model_validate({**plain, "moderations": {"deployment": "nobody"}})


@pytest.mark.parametrize(
    "fields",
    [
        {"input": None},
        {"input": []},
        {"input": 5},
        {"input": ["x"] * 33},
        {"input": [{"type": "audio"}]},
        {"input": [{"type": ["text"]}]},
        {"input": [{"type": "text"}]},
        {"input": parts("How?"), "mystery": 1},
        {"input": parts() * 17},
    ],
)
async def test_what_is_wrong_reaches_no_model(tmp_path: Path, fields: dict[str, Any]) -> None:
    async with running(tmp_path) as proxy:
        reply = await proxy.http.post("/v1/moderations", json={"model": "guarded", **fields})
        assert (reply.status_code, reply.json()["error"]["type"]) == (400, "invalid_request_error")
        assert proxy.asked_nothing


async def test_where_one_text_cannot_be_judged_the_others_end_and_each_has_one_record(tmp_path: Path) -> None:
    class Slow(Roles):
        def __call__(self, request: Any) -> Any:
            broken = "hammer" in request.messages[-1].text and role_of(request) == "intent"
            return "no verdict" if broken else super().__call__(request)

    never = asyncio.Event()

    class Stuck(ScriptedModel):
        async def complete(self, request: Any) -> Any:
            if "hammer" not in request.messages[-1].text:
                await never.wait()
            return await super().complete(request)

    players = Cast(ScriptedModel(Roles(), name="answers"), Stuck(Slow(), name="judges"))
    async with running(tmp_path, players) as proxy:
        reply = await proxy.http.post("/v1/moderations", json={"model": "guarded", "input": ["How?", "A hammer?"]})
        assert reply.status_code == 503
        await until(lambda: len(proxy.records("decision")) == 2)
        never.set()
        await asyncio.sleep(0.2)
        decisions = proxy.records("decision")
        assert len({record["id"] for record in decisions}) == len(decisions) == 2


async def test_failing_open_flags_nothing_and_says_so(tmp_path: Path) -> None:
    deployments = {"guarded": deployment(on_failure="open")}
    async with running(
        tmp_path, cast(Roles(situation=ModelFailed("judges", "connection", outage=True))), deployments
    ) as proxy:
        reply = await proxy.http.post("/v1/moderations", json={"input": "How?"})
    (result,) = reply.json()["results"]
    assert not result["flagged"]
    assert result["guard"]["released"] == reply.headers["x-guard-released"] == "failed open"


async def test_what_cannot_be_judged_is_an_error(tmp_path: Path) -> None:
    async with running(tmp_path, cast(Roles(situation="no verdict"))) as proxy:
        reply = await proxy.http.post("/v1/moderations", json={"model": "guarded", "input": ["How?", "Why?"]})
        assert (reply.status_code, reply.json()["error"]["code"]) == (503, "guard_unavailable")


@pytest.mark.parametrize("stream", [False, True])
async def test_chat_says_in_its_own_form_what_was_found(tmp_path: Path, stream: bool) -> None:
    async with running(tmp_path, cast(Roles(situation=UNSAFE))) as proxy:
        asked = body(moderation={"model": "omni-moderation-latest"}, stream=stream)
        reply = await proxy.http.post("/v1/chat/completions", json=asked)
    told = events(reply.text)[-1] if stream else reply.json()
    found = told["moderation"]["input"]
    assert (found["type"], found["model"]) == ("moderation_results", "guarded")
    assert [result["flagged"] for result in found["results"]] == [True]
    if not stream:
        ChatCompletion.model_validate(told)
