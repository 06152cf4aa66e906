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
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from agents.findings import Category, Finding, IntentFinding, NotApplicable, SceneFinding, SituationFinding, Verdict
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

    @staticmethod
    def of(reports: Reports) -> Findings:
        """The findings among the reports of a run."""
        scene = found(reports, SceneFinding) or found(reports, NotApplicable)
        return Findings(found(reports, IntentFinding), scene, found(reports, SituationFinding))


def found(reports: Reports, kind: type[F]) -> F | None:
    """The first finding of a kind."""
    return next((report.finding for report in reports if isinstance(report.finding, kind)), None)


@dataclass(frozen=True)
class Grounds:
    """A verdict and what it rests on. `withheld`: nothing is released, whatever the deployment's actions."""

    verdict: Verdict
    category: Category | None = None
    evidence: str = ""
    reason: str = ""
    withheld: bool = False


def conclude(findings: Findings, unwatched: frozenset[str]) -> Grounds:
    """The table's verdict column. `unwatched`: kinds of part in the request that no enabled agent looks at."""
    if unwatched:
        kinds = " and ".join(sorted(unwatched))
        return Grounds(Verdict.UNCLEAR, reason=f"no agent that is switched on looks at {kinds}", withheld=True)
    if findings.situation is not None:
        found = findings.situation
        return Grounds(found.verdict, found.category, found.evidence, found.reason)
    return _without_situation(findings)


def _without_situation(findings: Findings) -> Grounds:
    intent, scene = findings.intent, findings.scene
    if intent is not None and intent.ill_intent is not None:
        return Grounds(Verdict.UNSAFE, intent.ill_intent, intent.activity, "an open ill intent")
    if isinstance(scene, SceneFinding) and scene.hazards:
        return Grounds(Verdict.UNCLEAR, evidence=", ".join(scene.hazards), reason="a hazard in the picture")
    if intent is None and not isinstance(scene, SceneFinding):
        return Grounds(Verdict.UNCLEAR, reason="no agent found anything to judge", withheld=True)
    return Grounds(Verdict.SAFE)


def explicit_unsafe(findings: Findings) -> Grounds | None:
    """What an agent found before another one failed: an explicit unsafe wins even where failures are let through."""
    if findings.situation is not None and findings.situation.verdict is Verdict.UNSAFE:
        return conclude(findings, frozenset())
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
