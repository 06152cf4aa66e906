"""Runs a plan: asks and judges every case under every condition, resuming where a killed run stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from inspect_ai import Task, eval_set, score
from inspect_ai.dataset import MemoryDataset
from inspect_ai.log import read_eval_log, write_eval_log

from benchmarks.attacks.draw import DrawnPictures
from benchmarks.attacks.put import put
from benchmarks.benchmark import Benchmark
from benchmarks.case import Case
from benchmarks.controls import controlled
from benchmarks.harness.case_file import PICTURES, read_cases
from benchmarks.harness.endpoint import Address
from benchmarks.harness.logs import LOGS, condition_of, finished_logs
from benchmarks.harness.plan import Condition, JudgeSpec, RunPlan, read_plan, rubric_chooser
from benchmarks.harness.provider import arm_model, cache_policy, judge_model
from benchmarks.harness.tasks import CachedJudge, Grader, ask_arm, label_answers, sample_of
from benchmarks.judges import JudgeModel
from benchmarks.registry import find_benchmark

Display = Literal["full", "rich", "plain", "none"]
NO_MODEL = "none/none"  # judging stored answers asks no arm


@dataclass(frozen=True)
class Execution:
    """How a run goes about it. Nothing here changes a result."""

    concurrency: int = 8
    cache: bool = True
    display: Display = "rich"


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
        return cls(plan, find_benchmark(plan.options.benchmark), read_cases(folder), folder, execution)

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

    def grader(self, spec: JudgeSpec | None) -> Grader:
        """Who labels the answers: the model that is named, else the rubrics by rule."""
        rubric_of = rubric_chooser(self.benchmark, spec)
        if spec is None:
            return Grader(rubric_of)
        if not spec.model:
            return Grader(rubric_of, name=spec.name)
        address = Address.with_key(spec.url, spec.key_env)
        model = judge_model(spec.model, address, temperature=spec.temperature, max_tokens=spec.max_tokens)
        cached = CachedJudge(model, cache_policy(self.execution.cache, judge=spec.url))
        sampling = (("temperature", str(spec.temperature)), ("max_tokens", str(spec.max_tokens)))
        return Grader(rubric_of, JudgeModel(cached, spec.model, sampling), spec.name)


def execute(run: BenchmarkRun, proxy: Address) -> bool:
    """Ask and judge all that has no result yet; whether everything has one now."""
    execution, grader = run.execution, run.grader(run.plan.options.judge)
    finished, _ = eval_set(
        [_task(run, condition, proxy, grader) for condition in (*run.plan.conditions, *run.plan.under_attack)],
        log_dir=str(run.folder / LOGS),
        display=execution.display,
        max_tasks=1,
        max_connections=execution.concurrency,
        max_samples=execution.concurrency,
        retry_attempts=0,
        fail_on_error=True,
        continue_on_fail=True,
        log_images=False,
        log_model_api=False,
        score_display=False,
        ctl_server=False,
        acp_server=False,
    )
    return finished


def _task(run: BenchmarkRun, condition: Condition, proxy: Address, grader: Grader) -> Task:
    """The Inspect task of one condition."""
    options, arm, cases = run.plan.options, run.plan.arm(condition.arm), run.cases_under(condition)
    model = arm_model(condition.arm, proxy, temperature=options.temperature, max_tokens=options.max_tokens)
    # Without the hash of its configuration, a cached reply may be another guard's.
    cache = cache_policy(run.execution.cache and bool(arm.configuration), guard=arm.configuration)
    name = f"{options.benchmark}-{options.setting}"
    return Task(
        dataset=MemoryDataset([sample_of(case) for case in cases.values()], name=name),
        solver=ask_arm(cases, model, cache),
        scorer=label_answers(run.judged_under(condition), grader),
        model=model,
        name=f"{name}--{condition.slug}",
        metadata=condition.model_dump(),
    )


def rejudge(run: BenchmarkRun, spec: JudgeSpec) -> int:
    """Add a judge's scores to every finished log without asking any arm again; how many answers were judged.

    Logs that this judge has scored already are left as they are.
    """
    grader, judged = run.grader(spec), 0
    for path in finished_logs(run.folder):
        log = read_eval_log(path)
        samples = log.samples or []
        judges = {(each.metadata or {}).get("judge") for sample in samples for each in (sample.scores or {}).values()}
        if grader.name not in judges:
            scorer = label_answers(run.judged_under(condition_of(log)), grader)
            display = run.execution.display
            write_eval_log(score(log, scorer, action="append", model=NO_MODEL, display=display), path)
            judged += len(samples)
    return judged
