"""raw and safety-prompt: no verdict, and an answer that goes out as it is."""

from __future__ import annotations

from agents.conversation import Message
from agents.models.base import ModelRequest
from agents.models.scripted import ScriptedModel
from guard.guard import GuardedDeployment
from guard.verdict import Released
from tests.guard.settings import deployed
from tests.scripts import golf, picture


def unguarded(model: ScriptedModel, method: str) -> GuardedDeployment:
    return deployed(model, method=method, unguarded=True)


async def test_raw_forwards_the_request_as_it_is_and_carries_no_verdict() -> None:
    deployment = unguarded(ScriptedModel([]), "raw")
    asked = golf(picture())
    assert deployment.draft_request(asked, {"seed": 1}) == ModelRequest(asked.messages, {"seed": 1})
    ruling = await deployment.rule(asked)
    assert ruling.judgement.verdict is None
    assert ruling.released is Released.UNGUARDED


async def test_a_safety_prompt_stands_in_front_and_carries_no_verdict() -> None:
    deployment = unguarded(ScriptedModel([]), "safety-prompt")
    request = deployment.draft_request(golf(), {})
    assert request is not None
    system, *rest = request.messages
    assert system.role == "system"
    assert isinstance(system, Message)
    assert tuple(rest) == golf().messages
    assert (await deployment.rule(golf())).judgement.verdict is None
