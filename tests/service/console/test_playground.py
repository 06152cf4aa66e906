"""The playground asks the proxy as any client does, and passes on what it says as it comes."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import pytest

from service.keys.key import KeyLimits
from tests.scripts import picture
from tests.service.console.office import Office, csrf_of, office
from tests.service.running import paced

ASK = "/console/playground/ask"
PNG = f"data:image/png;base64,{base64.b64encode(picture().data).decode()}"


async def headers(desk: Office) -> dict[str, str]:
    return {"x-csrf-token": csrf_of(await desk.http.get("/console/playground"))}


async def test_an_answer_streams_with_agents_as_they_report(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with office(tmp_path, paced(answers=gate)) as desk:
        await desk.log_in()
        question = {"deployment": "guarded", "text": "How?", "picture": PNG}
        async with desk.http.stream("POST", ASK, json=question, headers=await headers(desk)) as reply:
            assert (reply.status_code, reply.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
            text = ""
            async for piece in reply.aiter_text():
                text += piece
                if ": agent situation" in text:  # all agents have reported, and the model has not said a word
                    assert "data:" not in text or gate.is_set()
                    gate.set()
    assert [name in text for name in (": agent intent", ": agent visual", '"guard"', "[DONE]")] == [True] * 4


async def test_what_the_proxy_refuses_is_passed_on_as_it_says_it(desk: Office) -> None:
    reply = await desk.http.post(ASK, json={"deployment": "nobody", "text": "x"}, headers=await headers(desk))
    assert (reply.status_code, reply.json()["error"]["code"]) == (404, "model_not_found")


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"colour": "red"}, 400), ({"key": "a\nb"}, 400), ({"picture": "https://x/y.png"}, 400), ({"text": 3}, 400)],
)
async def test_a_wrong_field_is_named(desk: Office, changes: dict[str, object], status: int) -> None:
    question = {"deployment": "guarded", "text": "x", **changes}
    reply = await desk.http.post(ASK, json=question, headers=await headers(desk))
    assert reply.status_code == status
    assert next(iter(changes)) in reply.json()["error"]["message"]


async def test_where_keys_are_needed_it_asks_with_the_one_that_was_typed(desk: Office) -> None:
    offer, sent = "/console/playground/deployments", await headers(desk)
    listed = await desk.http.post(offer, json={}, headers=sent)
    assert [each["id"] for each in listed.json()["data"]] == ["guarded", "raw"]
    token = desk.console.services.store.create("app", "live", KeyLimits(frozenset({"guarded"})))[1].text
    await asyncio.sleep(0.6)  # a new key counts within half a second
    assert (await desk.http.post(offer, json={}, headers=sent)).status_code == 401
    mine = await desk.http.post(offer, json={"key": token}, headers=sent)
    assert [each["id"] for each in mine.json()["data"]] == ["guarded"]
    asked = await desk.http.post(ASK, json={"deployment": "raw", "text": "x", "key": token}, headers=sent)
    assert asked.status_code == 404  # law 7: a key must list an unguarded one


async def test_examples_are_pictures_and_nothing_else(desk: Office) -> None:
    reply = await desk.http.get("/console/playground/examples/golf-safe.png")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "image/png")
    for wrong in ("pairs.json", "golf-safe.png.py", "nobody-safe.png"):
        assert (await desk.http.get(f"/console/playground/examples/{wrong}")).status_code == 404
