"""coca: the request under a principle, decoded against the client's own; its ends are safety-prompt and raw."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest

from agents.conversation import TextPart
from agents.models.base import ModelRequest
from agents.models.local import LocalModel
from agents.models.scripted import ScriptedModel
from agents.models.white_box import PLAIN, Contrast
from guard.config_file import parse_config
from guard.verdict import Released
from tests.guard.settings import deployed, problems
from tests.scripts import golf, picture

OPTIONS = {"max_tokens": 12}


def drafted(method: str, **settings: Any) -> ModelRequest:
    deployment = deployed(ScriptedModel([]), method=method, unguarded=True, **settings)
    request = deployment.draft_request(golf(picture()), OPTIONS)
    assert request is not None
    return request


def test_the_principle_is_that_of_safety_prompt_and_the_companion_the_clients_request() -> None:
    request = drafted("coca", coca={"alpha": 2, "beta": 0.1})
    assert request.messages == drafted("safety-prompt").messages
    assert request.white_box.contrast == Contrast(2, 0.1, golf(picture()).messages)
    assert request.options == OPTIONS


def test_without_a_principle_both_prompts_are_the_clients() -> None:
    request = drafted("coca", coca={"principle": ""})
    assert request.white_box.contrast is not None
    assert request.messages == request.white_box.contrast.messages == golf(picture()).messages


def test_a_principle_of_ones_own_can_stand_before_the_question() -> None:
    own = golf(picture()).messages[-1]
    request = drafted("coca", coca={"principle": "Do no harm.", "place": "question"})
    (turn,) = request.messages
    assert [part for part in turn.parts if not isinstance(part, TextPart)] == [
        part for part in own.parts if not isinstance(part, TextPart)
    ]
    assert turn.text == f"Do no harm.\n\n{own.text}"


async def test_its_ends_are_safety_prompt_and_raw_on_the_embedded_model() -> None:
    pytest.importorskip("torch", reason="needs local: the extra of that name")
    pocket = LocalModel("pocket", checkpoint=str(files("agents.models") / "pocket"), device="cpu")
    await pocket.start()

    async def reply(method: str, **settings: Any) -> str:
        return (await pocket.complete(drafted(method, **settings))).text

    careful, raw = await reply("safety-prompt"), await reply("raw")
    assert await reply("coca", coca={"alpha": 0}) == careful
    assert await reply("coca", coca={"alpha": -1}) == raw
    assert await reply("coca", coca={"alpha": 4, "principle": ""}) == raw
    assert await reply("vcd", vcd={"alpha": 0, "beta": 0}) == raw
    await pocket.close()


async def test_it_has_no_verdict() -> None:
    deployment = deployed(ScriptedModel([]), method="coca", unguarded=True)
    ruling = await deployment.rule(golf())
    assert ruling.released is Released.UNGUARDED
    assert drafted("raw").white_box == PLAIN


FILE = """\
models:
  far: {kind: endpoint, base_url: "http://127.0.0.1:9000/v1", model: tiny}
  near: {kind: local, path: builtin:pocket}
deployments:
  kitchen: {model: MODEL, method: METHOD, unguarded: true}
"""


@pytest.mark.parametrize("method", ["coca", "vcd"])
def test_on_an_endpoint_it_is_refused_at_the_start(method: str) -> None:
    text = FILE.replace("METHOD", method)
    parse_config(text.replace("MODEL", "near").encode(), "test.yaml")
    (problem,) = problems(text.replace("MODEL", "far"))
    assert (problem.line, problem.field) == (5, "deployments.kitchen.model")
    assert f"method {method}" in problem.message
    assert "kind: local" in problem.message
    (problem,) = problems(text.replace("MODEL", "near").replace(", unguarded: true", ""))
    assert "unguarded: true" in problem.message
