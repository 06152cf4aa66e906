"""An agent in place of the visual agent. It looks twice, and reports the hazards that either look found."""

from dataclasses import dataclass, replace

from agents.agent import Brief, Report
from agents.findings import IntentFinding, NotApplicable, SceneFinding
from agents.visual import VisualAgent


@dataclass(frozen=True)
class SecondLook(VisualAgent):
    """The first look sees only the picture. The second also knows what the person is about to do, if that is known."""

    async def assess(self, brief: Brief, intent: IntentFinding | None = None) -> Report[SceneFinding | NotApplicable]:
        first = await super().assess(brief)
        if isinstance(first.finding, NotApplicable):
            return first
        second = await super().assess(brief, intent)
        return replace(
            second,
            finding=_joined(first.finding, second.finding),
            usage=first.usage + second.usage,
            milliseconds=first.milliseconds + second.milliseconds,
            asks=first.asks + second.asks,
        )


def _joined(first: SceneFinding, second: SceneFinding | NotApplicable) -> SceneFinding:
    if isinstance(second, NotApplicable):
        return first
    hazards = tuple(dict.fromkeys((*first.hazards, *second.hazards)))
    return second.model_copy(update={"hazards": hazards})
