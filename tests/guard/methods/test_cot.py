"""cot: one call, in chat and in the household."""

from __future__ import annotations

import pytest

from agents.findings import Verdict
from agents.models.scripted import ScriptedModel
from tests.guard.methods.published import HINT, PLAN, text_of
from tests.guard.settings import deployed
from tests.scripts import golf, picture


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ({"intent": "golf", "reasoning": "a lawn", "safe": "Yes", "answer": "Swing."}, Verdict.SAFE),
        ({"intent": "golf", "reasoning": "glass", "safe": "No", "answer": "Don't."}, Verdict.UNSAFE),
    ],
)
async def test_cot_is_one_call_in_chat(reply: dict[str, str], verdict: Verdict) -> None:
    model = ScriptedModel([reply])
    ruling = await deployed(model, method="cot").rule(golf(picture()))
    assert len(model.requests) == 1
    assert ruling.judgement.verdict is verdict
    assert text_of(ruling) == reply["answer"]


@pytest.mark.parametrize(("reply", "verdict"), [(PLAN, Verdict.SAFE), (HINT, Verdict.UNSAFE)])
async def test_cot_is_one_call_in_the_household(reply: dict[str, str], verdict: Verdict) -> None:
    model = ScriptedModel([reply])
    ruling = await deployed(model, method="cot", profile="embodied").rule(golf(picture()))
    assert len(model.requests) == 1
    assert ruling.judgement.verdict is verdict
    assert text_of(ruling) == reply["response"]
