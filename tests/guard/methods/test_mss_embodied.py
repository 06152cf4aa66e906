"""mss-embodied: what each call is shown, and what its typed verdict leads to."""

from __future__ import annotations

import pytest

from agents.findings import Verdict
from agents.models.scripted import ScriptedModel
from tests.guard.methods.published import HINT, PLAN, POINT, text_of
from tests.guard.settings import deployed
from tests.scripts import golf, picture


@pytest.mark.parametrize(("reply", "verdict"), [(PLAN, Verdict.SAFE), (HINT, Verdict.UNSAFE)])
async def test_mss_embodied_grounds_its_answer_in_the_point(reply: dict[str, str], verdict: Verdict) -> None:
    model = ScriptedModel([POINT, reply])
    ruling = await deployed(model, method="mss-embodied", profile="embodied").rule(golf(picture()))
    point, answer = model.requests
    assert all(part.kind == "text" for part in point.messages[0].parts)
    assert answer.messages[0].parts[0].kind == "image"
    assert "point: whether the stove is on" in answer.messages[0].text
    assert ruling.judgement.verdict is verdict
    assert text_of(ruling) == reply["response"]
