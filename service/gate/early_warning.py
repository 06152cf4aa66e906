"""A warning that is begun before the verdict, where a probe is sure of unsafe. It goes out only on that very verdict.

Off unless a deployment asks for it: what decides is not known yet, so the warning names it less often.
"""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from dataclasses import replace

from agents.findings import Verdict
from agents.meter import Meters
from agents.models.base import JsonObject
from agents.situation import PROBE
from guard.verdict import Action, Composed, Judgement, Ruling
from service.gate.draft import stop
from service.gate.request_context import RequestContext

PRESUMED = Judgement(Verdict.UNSAFE, Action.WARN)  # all that is known by then


def bears_out(judgement: Judgement) -> bool:
    """Whether a verdict is the one that was presumed. On any other, the warning does not go out."""
    return (judgement.verdict, judgement.action) == (PRESUMED.verdict, PRESUMED.action)


class EarlyWarning:
    """At most one for each request. Its calls are added to `meters`, also where it does not go out."""

    def __init__(self, context: RequestContext, meters: Meters) -> None:
        self._context = context
        self._meters = meters
        self._may_begin = context.deployment.config.agents.situation.early_warning
        self._begun = False
        self._variables = copy_context()  # a probe tells from a thread that knows no request's log and trace
        self._task: asyncio.Task[Composed] | None = None

    @property
    def fields(self) -> JsonObject:
        """What the decision's record says of it."""
        return {"warning_begun": PROBE} if self._begun else {}

    def begin(self, why: str) -> None:
        """Write a warning and have it reviewed, if it is the probe that tells, and the verdict is still to come."""
        if why == PROBE and self._may_begin:
            deployment, conversation = self._context.deployment, self._context.request.conversation
            writing = deployment.compose(conversation, Ruling(PRESUMED), self._meters)
            self._task = asyncio.create_task(writing, context=self._variables)
            self._may_begin, self._begun = False, True

    def judged(self, judgement: Judgement) -> None:
        """The verdict is there: give the warning up unless it may go out."""
        self._may_begin = False
        if not bears_out(judgement):
            self.cancel()

    async def composed(self) -> Composed | None:
        """The warning, once it has passed its review; None where there is none that may go out."""
        if self._task is None:
            return None
        composed = await self._task
        return None if composed.fell_back else replace(composed, begun_early=True)

    def cancel(self) -> None:
        """Stop its calls and forget what came. None begins after that."""
        self._may_begin = False
        task, self._task = self._task, None
        if task is not None:
            stop(task)
