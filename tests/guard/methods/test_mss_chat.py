"""mss-chat: what each call is shown, and what its typed verdict leads to."""

from __future__ import annotations

from agents.findings import Verdict
from agents.models.scripted import ScriptedModel
from guard.verdict import Action
from tests.guard.methods.published import CHAT_INTENT, CHAT_SAFE, CHAT_UNSAFE, text_of, texts
from tests.guard.settings import deployed
from tests.scripts import golf, picture


async def test_mss_chat_passes_the_intent_on_and_uses_the_prompt_that_the_judge_chose() -> None:
    model = ScriptedModel([CHAT_INTENT, CHAT_SAFE, "Swing slowly."])
    ruling = await deployed(model, method="mss-chat").rule(golf(picture()))
    intent, judge, answer = texts(model)
    assert "How do I practise my golf swing here?" in intent
    assert "activity: swing a golf club" in judge
    assert "How do I practise" not in judge
    assert "found this safe" in answer
    assert "How do I practise" in answer
    assert all(request.messages[0].parts[0].kind == "image" for request in model.requests)
    assert (ruling.judgement.verdict, ruling.judgement.action) == (Verdict.SAFE, Action.RELEASE)
    assert text_of(ruling) == "Swing slowly."


async def test_mss_chat_unsafe_points_out_the_risk() -> None:
    model = ScriptedModel([CHAT_INTENT, CHAT_UNSAFE, "There is glass around you."])
    ruling = await deployed(model, method="mss-chat").rule(golf(picture()))
    assert "found this unsafe" in texts(model)[2]
    assert (ruling.judgement.verdict, ruling.judgement.action) == (Verdict.UNSAFE, Action.WARN)
    assert text_of(ruling) == "There is glass around you."
