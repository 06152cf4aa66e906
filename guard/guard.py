"""The guard, for use in process: from a conversation to a ruling, and from a ruling to what goes out instead.

    guard = Guard(config, models)
    await guard.start()
    ruling = await guard.deployment("demo").rule(conversation)

Whether a failure blocks or releases is decided only here, in `GuardedDeployment._failed`, by the table of
`guard.failure`.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache

from agents.agent import Brief, Report, unheard
from agents.conversation import Conversation
from agents.errors import AgentError, forget_frames, severity
from agents.findings import Finding, SceneFinding, SituationFinding, Verdict
from agents.loop_lag import LoopLag
from agents.meter import Meters
from agents.models.base import ChatModel, Json, ModelRequest
from agents.prompts import PROMPT_SETS, PromptSet
from agents.writer import Writer, Written
from guard.config import Config, Deployment
from guard.draft_rule import DraftRule
from guard.errors import NotJudged, UnknownDeployment
from guard.failure import INTERNAL, Failure, read_failure
from guard.methods.base import HasFiles
from guard.methods.build import build_method, build_reviewer
from guard.model_pool import ModelPool
from guard.plugins import versions
from guard.policy import Findings, act, conclude, explicit_unsafe, found
from guard.verdict import Action, Composed, Judgement, Released, Reports, ReportsSoFar, Ruling

logger = logging.getLogger(__name__)


class GuardedDeployment:
    """One deployment, ready to judge. It holds no state of any request but what its visual agent saw in pictures.

    Every call to a model is added to `meters`, where they are given, also one that comes to nothing.
    """

    def __init__(
        self,
        name: str,
        config: Deployment,
        models: Mapping[str, ChatModel],
        prompts: PromptSet,
        lag: LoopLag | None = None,
        *,
        version: int = 0,
    ) -> None:
        self.name = name
        self.config = config
        self.version = version
        self.model = models[config.model]
        self._lag = lag or LoopLag()
        self._prompts = prompts
        self._tokens = config.agents.token_limits
        self._models = ModelPool.of(models, {})
        self._method = build_method(config, models, prompts)
        self._writer = Writer(self.model, prompts)
        self._reviewer = build_reviewer(config, models, prompts)
        self.draft_rule = DraftRule(config.draft_after / 100) if config.draft == "auto" else None

    @property
    def digest(self) -> str:
        """SHA-256 over the setting, its prompts, its method's files and its models with their weights: what records and
        caches know this deployment by. Models are part of it once they have started; keys never are.
        """
        return _digest(self._setting_digest, *map(self._models.identity, self.config.model_names))

    @cached_property
    def _setting_digest(self) -> str:
        files = (self._method.digest,) if isinstance(self._method, HasFiles) and self._method.digest else ()
        return "\0".join((self.config.digest, *self._prompts.digests.values(), *versions(self.config), *files))

    def check_method(self) -> None:
        """Refuse what the method brings for another model, once the models have started. Raises `MethodUnusable`."""
        if isinstance(self._method, HasFiles):
            self._method.check(self._models.identity)

    def draft_request(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        """What the answering model is asked beside the judgement; None if the method writes the reply itself."""
        return self._method.draft(conversation, options)

    @property
    def begins_draft_beside(self) -> bool:
        """Whether the answer is begun beside the judgement, as the traffic is now."""
        return self.config.draft == "beside" or (self.draft_rule is not None and not self.draft_rule.is_late)

    async def rule(
        self, conversation: Conversation, meters: Meters | None = None, so_far: ReportsSoFar | None = None
    ) -> Ruling:
        """Judge a request within the deployment's deadline. Raises `NotJudged` where that fails closed.

        Each report is added to `so_far` as it comes.
        """
        so_far = [] if so_far is None else so_far
        try:
            return await self.hear_out(await self.rule_early(conversation, meters, so_far))
        finally:
            cancel_rests(so_far)

    async def rule_early(
        self,
        conversation: Conversation,
        meters: Meters | None,
        so_far: ReportsSoFar,
        hold: Callable[[str], object] = unheard,
    ) -> Ruling:
        """The same, as soon as there is a verdict: its reason may still be under way. Then `hear_out` waits for it,
        and whoever does not calls `cancel_rests`. `hold` is told once it looks as if the answer will not go out.
        """
        if self.config.mode == "off":
            return Ruling(Judgement(None, Action.RELEASE), released=Released.OFF)
        return await self._judged(self._method.rule(self._brief(conversation, meters, hold), so_far), so_far)

    async def hear_out(self, ruling: Ruling) -> Ruling:
        """A ruling with the reason that came after its verdict. Fails as `rule` does."""
        if not ruling.is_early:
            return ruling
        return await self._judged(self._heard_out(ruling), list(ruling.reports))

    async def _heard_out(self, ruling: Ruling) -> Ruling:
        reports = [report if report.rest is None else await report.rest for report in ruling.reports]
        judgement, situation = ruling.judgement, found(tuple(reports), SituationFinding)
        if situation is not None and judgement.verdict is situation.verdict:  # else it rests on another agent's look
            judgement = replace(judgement, evidence=situation.evidence, reason=situation.reason)
        return replace(ruling, judgement=judgement, reports=tuple(reports))

    async def review_calls(
        self, conversation: Conversation, ruling: Ruling, calls: str, meters: Meters | None = None
    ) -> Ruling:
        """Judge the tool calls that a reply proposes, as actions, against the scene (law 6). Fails as `rule` does."""
        findings = Findings.of(ruling.reports)
        scene = findings.scene if isinstance(findings.scene, SceneFinding) else None
        brief = self._brief(conversation, meters)
        return await self._judged(
            self._concluded(self._reviewer.review_calls(brief, findings.intent, scene, calls)), []
        )

    async def review_reply(
        self, conversation: Conversation, ruling: Ruling, reply: str, meters: Meters | None = None
    ) -> Ruling:
        """Judge the model's own reply before it goes out (`judge_reply: all`). Fails as `rule` does."""
        brief = self._brief(conversation, meters)
        situation = _as_situation(ruling.judgement)
        return await self._judged(self._concluded(self._reviewer.review_reply(brief, situation, reply)), [])

    async def _concluded(self, review: Awaitable[Report[SituationFinding]]) -> Ruling:
        report = await review
        grounds = conclude(Findings(situation=report.finding), frozenset())
        return Ruling(act(grounds, self.config.actions), (report,))

    async def _judged(self, ruling: Awaitable[Ruling], so_far: ReportsSoFar) -> Ruling:
        """Wait for a ruling within the deployment's deadline, and decide what a failure means."""
        began = time.monotonic()
        try:
            # A judgement in shadow mode may outlive its request, so it holds the models open itself.
            with self._models.lease():
                async with asyncio.timeout(self.config.limits.judge_seconds):
                    return await ruling

        except NotJudged:
            raise
        except Exception as error:
            failure = read_failure(error, held_up=self._lag.held_since(began))
            if failure.cause == INTERNAL:
                logger.exception("deployment %s could not judge", self.name)
            forget_frames(error)
            return self._failed(failure, so_far, error)

    async def compose(self, conversation: Conversation, ruling: Ruling, meters: Meters | None = None) -> Composed:
        """What goes out in place of the model's answer: guidance or a warning that was judged, else the fixed text."""
        judgement = ruling.judgement
        if judgement.action is Action.REFUSE or judgement.verdict is None:
            return self._fixed(judgement)
        brief, situation = self._brief(conversation, meters), _as_situation(judgement)
        write = self._writer.warn if judgement.action is Action.WARN else self._writer.guide
        try:
            async with asyncio.timeout(self.config.limits.answer_seconds):
                written = await write(brief, situation)
                if not written.text:
                    return self._fixed(judgement, written)
                review = await self._reviewer.review_reply(brief, situation, written.text)
        except (TimeoutError, AgentError) as failure:
            logger.log(
                severity(failure), "deployment %s could not write a reply: %s", self.name, str(failure) or "timeout"
            )
            return self._fixed(judgement)
        if review.finding.verdict is not Verdict.SAFE:
            return self._fixed(judgement, written, (review,))
        return Composed(written.text, (review,), written)

    def _brief(
        self, conversation: Conversation, meters: Meters | None, hold: Callable[[str], object] = unheard
    ) -> Brief:
        meters = [] if meters is None else meters
        return Brief(conversation, self.config.policy, meters=meters, hold=hold, tokens=self._tokens)

    def _fixed(self, judgement: Judgement, written: Written | None = None, reports: Reports = ()) -> Composed:
        texts = self.config.texts
        text = texts.unsafe if judgement.verdict is Verdict.UNSAFE else texts.unclear
        return Composed(text, reports, written, fell_back=True)

    def _failed(self, failure: Failure, so_far: ReportsSoFar, error: Exception) -> Ruling:
        reports = tuple(so_far)
        failed = error if isinstance(error, AgentError) else None
        fault = None if failed is None else failed.facts
        logger.log(severity(error), "deployment %s could not judge: %s", self.name, failed or failure.cause)
        if self.config.on_failure == "closed":
            raise NotJudged(failure.cause, reports, failed) from error
        unsafe = explicit_unsafe(Findings.of(reports))
        if unsafe is not None:
            return Ruling(act(unsafe, self.config.actions), reports, failure=failure.cause, fault=fault)
        if not failure.opens:
            raise NotJudged(failure.cause, reports, failed) from error
        return Ruling(
            Judgement(None, Action.RELEASE), reports, Released.FAILED_OPEN, failure=failure.cause, fault=fault
        )


class Guard:
    """All deployments of a configuration over a pool of models. It never changes: another version is another guard.

    `version` is the configuration's number, for records; 0 where versions are not kept.
    """

    def __init__(self, config: Config, models: Mapping[str, ChatModel], version: int = 0) -> None:
        prompts = {name: PromptSet.load(name) for name in PROMPT_SETS}
        self.config = config
        self.version = version
        self.prices = config.prices
        self.moderating = config.moderations.deployment
        self.models = ModelPool.of(models, config.models)
        self.lag = LoopLag()
        self.deployments: Mapping[str, GuardedDeployment] = {
            name: GuardedDeployment(name, setting, self.models, prompts[setting.prompts], self.lag, version=version)
            for name, setting in config.deployments.items()
        }

    @property
    def ready(self) -> bool:
        """Whether its models have started, and any deployment can answer: each of its models gets calls."""
        resting = {name for name, health in self.models.health().items() if health.state == "open"}
        return self.models.ready and any(
            resting.isdisjoint(each.config.model_names) for each in self.deployments.values()
        )

    def deployment(self, name: str) -> GuardedDeployment:
        """The deployment of that name; raises `UnknownDeployment`."""
        try:
            return self.deployments[name]
        except KeyError:
            raise UnknownDeployment(name) from None

    async def start(self) -> None:
        """Start the models. Raises `MethodUnusable` where a method's files were made for another one."""
        self.lag.start()
        await self.models.start()
        for deployment in self.deployments.values():
            deployment.check_method()

    async def close(self) -> None:
        """Let go of the models."""
        self.lag.close()
        await self.models.close()

    async def retire(self) -> None:
        """Close once no request uses the models any more."""
        await self.models.idle()
        await self.close()


def cancel_rests(reports: Iterable[Report[Finding]]) -> None:
    """Give up what is still to come of replies that were acted on before their end."""
    for report in reports:
        if report.rest is not None:
            report.rest.cancel()


@lru_cache(maxsize=1024)
def _digest(*parts: str) -> str:
    """A deployment's digest, kept because every record has it."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _as_situation(judgement: Judgement) -> SituationFinding:
    return SituationFinding(
        evidence=judgement.evidence,
        category=judgement.category,
        verdict=judgement.verdict or Verdict.UNCLEAR,
        reason=judgement.reason,
    )
