"""The typed replies of the published methods: each format has its own polarity."""

from __future__ import annotations

from agents.findings import Verdict
from guard.methods.replies import ChatJudgement, ChatSteps, EmbodiedAnswer, EmbodiedSteps


def test_the_polarities_differ_and_are_typed() -> None:
    yes, no = "Yes", "No"
    assert ChatJudgement(reasoning="", answer=yes).verdict is Verdict.SAFE
    assert ChatJudgement(reasoning="", answer=no).verdict is Verdict.UNSAFE
    assert ChatSteps(intent="", reasoning="", safe=yes, answer="").verdict is Verdict.SAFE
    for reply in (EmbodiedAnswer, EmbodiedSteps):
        assert reply(reasoning="", unsafe_hint=yes, response="").verdict is Verdict.UNSAFE
        assert reply(reasoning="", unsafe_hint=no, response="").verdict is Verdict.SAFE
