"""Runs a plan: asks and judges every case under every condition, resuming where a killed run stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from inspect_ai import Task, eval_set, score
from inspect_ai.dataset import MemoryDataset
from inspect_ai.log import (
    EvalLog,
    EvalSample,
    ProvenanceData,
    invalidate_samples,
    read_eval_log,
    write_eval_log,
)
from inspect_ai.model import Model
from inspect_ai.scorer import Scorer

from benchmarks.attacks.draw import DrawnPictures
from benchmarks.attacks.put import put
from benchmarks.benchmark import Benchmark
from benchmarks.case import Case
from benchmarks.controls import controlled
from benchmarks.harness.arms import Arm
from benchmarks.harness.case_file import PICTURES, read_cases
from benchmarks.harness.endpoint import Address, complete
from benchmarks.harness.failures import Fuse
from benchmarks.harness.guards.arms import asking
from benchmarks.harness.judging import judge_model, later
from benchmarks.harness.logs import (
    LOGS,
    AnswerRecord,
    condition_of,
    every_log,
    finished_logs,
    is_labelled,
    judge_of,
    read_records,
)
from benchmarks.harness.plan import Condition, JudgeSpec, RunPlan, read_plan, rubric_chooser
from benchmarks.harness.progress import Tick, progress, silent
from benchmarks.harness.provider import Patience, cache_policy, endpoint_model
from benchmarks.harness.tasks import Cache, CachedJudge, Grader, ask_arm, label_answers, sample_of
from benchmarks.judges import JudgeModel
from benchmarks.official.protocols import benchmark_of

InspectDisplay = Literal["full", "rich", "plain", "none"]
Display = Literal["quiet"] | InspectDisplay
NO_MODEL = "none/none"  # judging stored answers asks no arm


@dataclass(frozen=True)
class Execution:
    """How a run goes about it. Nothing here changes a result."""

    patience: Patience = field(default_factory=Patience)
    cache: bool = True
    display: Display = "quiet"

    @property
    def inspect_display(self) -> InspectDisplay:
        """What Inspect shows: nothing where we show a line of our own."""
        return "none" if self.display == "quiet" else self.display


@dataclass(frozen=True)
class BenchmarkRun:
    """A plan with its cases, in its folder."""

    plan: RunPlan
    benchmark: Benchmark
    cases: Mapping[str, Case]
    folder: Path
    execution: Execution

    @classmethod
    def open(cls, folder: Path, execution: Execution) -> BenchmarkRun:
        """The run whose plan and cases are in a folder."""
        plan = read_plan(folder)
        benchmark = benchmark_of(folder, plan.options.benchmark, plan.options.protocol)
        return cls(plan, benchmark, read_cases(folder), folder, execution)

    def cases_under(self, condition: Condition) -> Mapping[str, Case]:
        """The cases as the condition's control leaves them, or with its attack on them."""
        if injection := self.plan.injection(condition):
            attacked = put(injection, tuple(self.cases.values()), DrawnPictures(self.folder / PICTURES))
            return {case.id: case for case in attacked}
        if not condition.control:
            return self.cases
        changed = controlled(tuple(self.cases.values()), condition.control, self.plan.options.seed)
        return {case.id: case for case in changed}

    def judged_under(self, condition: Condition) -> Mapping[str, Case]:
        """The cases as the judge reads them. An attack is on the arm, so that the judge never meets it."""
        return self.cases if condition.attack else self.cases_under(condition)

    @property
    def answers_wanted(self) -> int:
        """How many answers the whole run has."""
        plan, cases = self.plan, tuple(self.cases.values())
        return sum(len(plan.asked(condition, cases)) for condition in plan.every_condition)

    def records(self) -> list[AnswerRecord]:
        """What was asked so far."""
        return read_records(self.folder) if (self.folder / LOGS).is_dir() else []

    def worked(self) -> set[str]:
        """The arms and judges' models that have replied before."""
        answered = [record for record in self.records() if record.error is None]
        judged = (each for record in answered for each in record.judgements.values() if not each.pending)
        return {record.condition.arm for record in answered} | {each.model for each in judged if each.model}

    def arm_model(
        self, arm: Arm, proxy: Address, fuse: Fuse, patience: Patience, repeat: int = 1
    ) -> tuple[Model, Cache]:
        """An arm's model, and how its replies are cached: without the hash of its configuration not at all, as a cached
        reply may be another guard's, and never where the arm keeps a memory. Each repeat has its own replies.
        """
        sampling, outside = self.plan.options.sampling, arm.outside
        address = proxy if outside is None else Address.with_key(outside.url, outside.key_env)
        ask = complete if outside is None else asking(outside, proxy)
        model = endpoint_model(arm.name, address, sampling, patience, fuse, ask=ask)
        again = {} if repeat == 1 else {"repeat": str(repeat)}
        cached = self.execution.cache and bool(arm.configuration) and not arm.keeps_memory
        return model, cache_policy(cached, guard=arm.configuration, **again)

    def judges_cache(self, spec: JudgeSpec) -> Cache:
        """How a judge's replies are cached."""
        return cache_policy(self.execution.cache, judge=spec.url)

    def grader(self, spec: JudgeSpec | None, fuse: Fuse) -> Grader:
        """Who labels the answers: the model that is named, else the rubrics by rule."""
        rubric_of = rubric_chooser(self.benchmark, spec)
        if spec is None:
            return Grader(rubric_of)
        if not spec.model:
            return Grader(rubric_of, name=spec.name)
        model = judge_model(spec, self.execution.patience, fuse)
        cached = CachedJudge(model, self.judges_cache(spec))
        return Grader(rubric_of, JudgeModel(cached, spec.model, spec.sampling.named), spec.name)


def execute(run: BenchmarkRun, proxy: Address) -> None:
    """Ask and judge all that has no result yet. What fails stays without one, and the next call asks it again.

    Raises `RunStopped` where an endpoint refused everything in the same words.
    """
    execution, fuse, spec = run.execution, Fuse(run.worked()), run.plan.options.judge
    ask_again_what_failed(run.folder)
    grader = run.grader(spec, fuse)
    at_first = replace(grader, model=later(grader.model)) if spec and spec.batch and grader.model else grader
    answered = sum(record.error is None for record in run.records())
    quiet = execution.display == "quiet"
    with progress(run.answers_wanted, answered) if quiet else nullcontext(silent) as tick:
        eval_set(
            [_task(run, condition, proxy, at_first, fuse=fuse, tick=tick) for condition in run.plan.every_condition],
            log_dir=str(run.folder / LOGS),
            display=execution.inspect_display,
            max_tasks=1,
            max_samples=execution.patience.concurrency,
            retry_attempts=0,
            retry_immediate=False,
            fail_on_error=True,
            continue_on_fail=True,
            log_images=False,
            log_model_api=False,
            score_display=False,
            ctl_server=False,
            acp_server=False,
        )
    fuse.check()
    judge_stored(run, grader, batch=spec is not None and spec.batch)
    fuse.check()


def _task(run: BenchmarkRun, condition: Condition, proxy: Address, grader: Grader, *, fuse: Fuse, tick: Tick) -> Task:
    """The Inspect task of one condition."""
    options, arm, cases = run.plan.options, run.plan.arm(condition.arm), run.cases_under(condition)
    model, cache = run.arm_model(arm, proxy, fuse, run.execution.patience, condition.repeat)
    name = f"{options.benchmark}-{options.setting}"
    return Task(
        dataset=MemoryDataset([sample_of(case) for case in cases.values()], name=name),
        solver=ask_arm(cases, model, cache, title=condition.title, tick=tick, in_turn=arm.keeps_memory),
        scorer=label_answers(run.judged_under(condition), grader),
        model=model,
        name=f"{name}--{condition.slug}",
        metadata=condition.model_dump(),
    )


def rejudge(run: BenchmarkRun, spec: JudgeSpec) -> Judged:
    """Add a judge's labels to every stored answer that has none by it yet, without asking any arm again.

    Raises `RunStopped` where the judge refused everything in the same words.
    """
    fuse = Fuse(run.worked())
    done = judge_stored(run, run.grader(spec, fuse), batch=spec.batch)
    fuse.check()
    return done


@dataclass(frozen=True)
class Judged:
    """How many stored answers were judged, and for how many the judge failed."""

    labelled: int = 0
    failed: int = 0

    def __add__(self, other: Judged) -> Judged:
        return Judged(self.labelled + other.labelled, self.failed + other.failed)


def judge_stored(run: BenchmarkRun, grader: Grader, *, batch: bool) -> Judged:
    """Judge what this judge has not labelled in the logs yet. A batch needs all requests of a log at once."""
    total, at_once = Judged(), None if batch else run.execution.patience.concurrency
    known: set[tuple[Condition, str]] = set()
    for path in every_log(run.folder):
        log = read_eval_log(path)
        condition = condition_of(log)
        answered = [sample for sample in log.samples or [] if sample.error is None]
        fresh = [sample for sample in answered if (condition, str(sample.id)) not in known]
        known |= {(condition, str(sample.id)) for sample in fresh}
        waiting = [sample for sample in fresh if not is_labelled(sample, grader.name)]
        if waiting:
            scorer = label_answers(run.judged_under(condition), grader, at_once=at_once)
            total += _judge_samples(log, waiting, scorer, grader.name, run.execution.inspect_display)
            write_eval_log(log, path)
    return total


def _judge_samples(
    log: EvalLog, waiting: Sequence[EvalSample], scorer: Scorer, judge: str, display: InspectDisplay
) -> Judged:
    """Put the judge's labels into the log, in the place of its failures."""
    for sample in waiting:
        sample.scores = {key: each for key, each in (sample.scores or {}).items() if judge_of(each) != judge}
    part = score(
        log.model_copy(update={"samples": list(waiting)}), scorer, action="append", model=NO_MODEL, display=display
    )
    found = {sample.id: sample for sample in part.samples or []}
    log.samples = [found.get(sample.id, sample) for sample in log.samples or []]
    asked = [sample for sample in found.values() if sample.output.error is None]
    labelled = sum(is_labelled(sample, judge) for sample in asked)
    return Judged(labelled, len(asked) - labelled)


def ask_again_what_failed(folder: Path) -> None:
    """Mark the failed requests that earlier versions stored as answers, so that they are asked again."""
    for path in finished_logs(folder):
        log = read_eval_log(path)
        failed = [sample.uuid for sample in log.samples or [] if sample.output.error is not None and sample.uuid]
        if failed:
            because = ProvenanceData(author="situguard-bench", reason="the request failed")
            write_eval_log(invalidate_samples(log, failed, because), path)
