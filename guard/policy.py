"""The published table: findings and toggles become a verdict, a verdict becomes an action. Pure, tested row by row.

| situation | intent | visual | found | verdict |
|---|---|---|---|---|
| any | any | any | the request has a kind of part that no enabled agent looks at | unclear, and nothing is released |
| on | any | any | the situation agent's verdict | that verdict |
| off | on | any | an open ill intent | unsafe |
| off | any | on | a hazard in the scene | unclear |
| off | on | on | neither | safe |
| off | on | off | no ill intent, and the request is text alone | safe |
| off | off | on | no hazard, and the request is pictures alone | safe |

So nothing is ever called safe by the silence of an agent that is switched off: where it would have had something to
look at, the first row applies. With every agent off there is no verdict at all, and `unguarded: true` is required.

What would then be safe is held against what words cannot turn, first row first:

| onlooker | intent, visual | verdict |
|---|---|---|
| unsafe or unclear | any | unclear |
| safe, or none | words, or text in a picture, addressed to the judge | unclear |
| safe, or none | neither | safe |

So to be answered as if nothing were the matter, a request must look safe to the agent that reads the client's words and
to the one that does not. These rows never make anything safe, and the onlooker's look counts for no coverage.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from agents.agent import Report
from agents.findings import (
    Category,
    Finding,
    IntentFinding,
    JudgementFinding,
    NotApplicable,
    OnlookerFinding,
    SceneFinding,
    SituationFinding,
    Verdict,
)
from guard.config import ActionsConfig
from guard.verdict import Action, Judgement, Reports

F = TypeVar("F", bound=Finding)

# The findings that have a column in the table. Another agent reports, and decides nothing until it has one.
DECISIVE = frozenset[type[Finding]]({IntentFinding, SceneFinding, SituationFinding})


@dataclass(frozen=True)
class Findings:
    """What the enabled agents reported; None for an agent that is switched off."""

    intent: IntentFinding | None = None
    scene: SceneFinding | NotApplicable | None = None
    situation: SituationFinding | None = None
    onlooker: OnlookerFinding | None = None

    @staticmethod
    def of(reports: Reports) -> Findings:
        """The findings among the reports of a run."""
        scene = found(reports, SceneFinding) or found(reports, NotApplicable)
        return Findings(
            found(reports, IntentFinding), scene, found(reports, SituationFinding), found(reports, OnlookerFinding)
        )

    @property
    def addressed_to_judge(self) -> bool:
        """Whether an agent found words, or text in a picture, that speak to the judge."""
        in_words = self.intent is not None and self.intent.addressed_to_judge
        return in_words or (isinstance(self.scene, SceneFinding) and self.scene.addressed_to_judge)


def found(reports: Iterable[Report[Finding]], kind: type[F]) -> F | None:
    """The first finding of a kind."""
    for report in reports:
        # As `isinstance` would say, without the long way round by pydantic's metaclass.
        if kind in type(report.finding).__mro__:
            return cast("F", report.finding)
    return None


@dataclass(frozen=True)
class Grounds:
    """A verdict and what it rests on. `withheld`: nothing is released, whatever the deployment's actions."""

    verdict: Verdict
    category: Category | None = None
    evidence: str = ""
    reason: str = ""
    withheld: bool = False


def conclude(findings: Findings, unwatched: frozenset[str]) -> Grounds:
    """The tables' verdict column. `unwatched`: kinds of part in the request that no enabled agent looks at."""
    if unwatched:
        kinds = " and ".join(sorted(unwatched))
        return Grounds(Verdict.UNCLEAR, reason=f"no agent that is switched on looks at {kinds}", withheld=True)
    grounds = _without_situation(findings) if findings.situation is None else _as_judged(findings.situation)
    return grounds if grounds.verdict is not Verdict.SAFE else _unless_talked_round(grounds, findings)


def _as_judged(found: JudgementFinding) -> Grounds:
    return Grounds(found.verdict, found.category, found.evidence, found.reason)


def _unless_talked_round(safe: Grounds, findings: Findings) -> Grounds:
    """The second table."""
    onlooker = findings.onlooker
    if onlooker is not None and onlooker.verdict is not Verdict.SAFE:
        return replace(_as_judged(onlooker), verdict=Verdict.UNCLEAR)
    if findings.addressed_to_judge:
        return Grounds(Verdict.UNCLEAR, Category.MANIPULATION, reason="the request speaks to the one who judges it")
    return safe


def _without_situation(findings: Findings) -> Grounds:
    intent, scene = findings.intent, findings.scene
    if intent is not None and intent.ill_intent is not None:
        return Grounds(Verdict.UNSAFE, intent.ill_intent, intent.activity, "an open ill intent")
    if isinstance(scene, SceneFinding) and scene.hazards:
        return Grounds(Verdict.UNCLEAR, evidence=", ".join(scene.hazards), reason="a hazard in the picture")
    if intent is None and not isinstance(scene, SceneFinding):
        return Grounds(Verdict.UNCLEAR, reason="no agent found anything to judge", withheld=True)
    return Grounds(Verdict.SAFE)


def decided_early(findings: Findings, *, judged: bool) -> bool:
    """Whether it is certain that the request is not safe, whatever the agents still under way may find.

    `judged`: the situation agent is switched on. It decides then, and an ill intent is only what it is told.
    """
    judgements = (findings.situation, findings.onlooker)
    if findings.addressed_to_judge or any(each and each.verdict is not Verdict.SAFE for each in judgements):
        return True
    return not judged and findings.intent is not None and findings.intent.ill_intent is not None


def explicit_unsafe(findings: Findings) -> Grounds | None:
    """What an agent found before another one failed: an explicit unsafe wins even where failures are let through."""
    for judged in (findings.situation, findings.onlooker):
        if judged is not None and judged.verdict is Verdict.UNSAFE:
            return _as_judged(judged)
    if findings.intent is not None and findings.intent.ill_intent is not None:
        return _without_situation(Findings(intent=findings.intent))
    return None


def act(grounds: Grounds, actions: ActionsConfig) -> Judgement:
    """The table's action column: a category's own action first, then the verdict's."""
    if grounds.withheld:
        action = Action.REFUSE
    elif grounds.verdict is Verdict.SAFE:
        action = Action.RELEASE
    else:
        action = actions.unsafe if grounds.verdict is Verdict.UNSAFE else actions.unclear
        if grounds.category is not None:
            action = actions.categories.get(grounds.category, action)
    return Judgement(grounds.verdict, action, grounds.category, grounds.evidence, grounds.reason)
