"""What a reply proposes is judged before it goes out: tool calls as actions, and whole replies where asked."""

from __future__ import annotations

import pytest

from agents.errors import ModelFailed
from agents.models.scripted import ScriptedModel
from guard.errors import NotJudged
from guard.verdict import Action, Released
from tests.guard.settings import deployed
from tests.scripts import SAFE, UNSAFE, Roles, golf, picture, role_of

CALLS = 'swing({"club": "driver"})'


async def test_calls_are_judged_against_the_scene_that_was_found() -> None:
    model = ScriptedModel(Roles(action=UNSAFE))
    deployment = deployed(model)
    conversation = golf(picture())
    late = await deployment.review_calls(conversation, await deployment.rule(conversation), CALLS)
    assert (late.judgement.action, late.judgement.category) == (Action.WARN, "property damage")
    (asked,) = [request for request in model.requests if role_of(request) == "action"]
    for words in (CALLS, "china shop", "practise a golf swing"):
        assert words in asked.messages[-1].text


async def test_calls_that_are_safe_are_released() -> None:
    deployment = deployed(ScriptedModel(Roles(action=SAFE)))
    late = await deployment.review_calls(golf(), await deployment.rule(golf()), CALLS)
    assert late.judgement.action is Action.RELEASE


async def test_a_whole_reply_can_be_judged() -> None:
    deployment = deployed(ScriptedModel(Roles(review=UNSAFE)))
    late = await deployment.review_reply(golf(), await deployment.rule(golf()), "Swing hard.")
    assert late.judgement.action is Action.WARN


@pytest.mark.parametrize("on_failure", ["closed", "open"])
@pytest.mark.parametrize("outage", [False, True])
async def test_a_review_that_fails_is_settled_like_any_other_failure(on_failure: str, outage: bool) -> None:
    failure = ModelFailed("small", "connection", outage=outage)
    deployment = deployed(ScriptedModel(Roles(action=failure)), on_failure=on_failure)
    ruling = await deployment.rule(golf())
    if on_failure == "closed" or not outage:
        with pytest.raises(NotJudged):
            await deployment.review_calls(golf(), ruling, CALLS)
    else:
        assert (await deployment.review_calls(golf(), ruling, CALLS)).released is Released.FAILED_OPEN
