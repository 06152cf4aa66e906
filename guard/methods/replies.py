"""The typed replies of the published methods. Each carries its format's verdict; mind that the polarities differ."""

from __future__ import annotations

from typing import Literal

from agents.findings import Finding, Phrase, Sentence, Verdict
from guard.verdict import Action, Judgement

YesNo = Literal["Yes", "No"]


class ChatIntent(Finding):
    """Which activity a question leads to (MSSBench, section 5, chat)."""

    reasoning: Sentence
    activity: Phrase


class ChatJudgement(Finding):
    """Whether that activity is safe in the picture. Chat polarity: Yes = safe."""

    reasoning: Sentence
    answer: YesNo

    @property
    def verdict(self) -> Verdict:
        return Verdict.SAFE if self.answer == "Yes" else Verdict.UNSAFE


class ChatSteps(Finding):
    """The one-call baseline in chat. Polarity: Yes = safe."""

    intent: Sentence
    reasoning: Sentence
    safe: YesNo
    answer: str

    @property
    def verdict(self) -> Verdict:
        return Verdict.SAFE if self.safe == "Yes" else Verdict.UNSAFE


class EmbodiedPoint(Finding):
    """Which state in the picture matters for a household task (MSSBench, section 5, embodied)."""

    state: Sentence


class EmbodiedAnswer(Finding):
    """A plan or a warning, grounded in the picture. Embodied polarity: Yes = there is an unsafe hint."""

    reasoning: Sentence
    unsafe_hint: YesNo
    response: str

    @property
    def verdict(self) -> Verdict:
        return Verdict.UNSAFE if self.unsafe_hint == "Yes" else Verdict.SAFE


class EmbodiedSteps(EmbodiedAnswer):
    """The one-call baseline in the household. Polarity as above: Yes = unsafe."""


def published_judgement(verdict: Verdict, reason: str) -> Judgement:
    """What a published method decided. Its own reply goes out either way, be it an answer or a warning."""
    return Judgement(verdict, Action.RELEASE if verdict is Verdict.SAFE else Action.WARN, reason=reason)
