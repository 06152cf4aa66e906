"""Runs a plan: every row over every case, going on where a killed run stopped."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from inspect_ai import Task, eval_set

from benchmarks.benchmark import Benchmark
from benchmarks.case import Case
from benchmarks.controls import controlled
from benchmarks.harness.endpoint import Address
from benchmarks.harness.logs import FOLDER
from benchmarks.harness.plan import JudgeSpec, Plan, Strand
from benchmarks.harness.provider import arm_model, cache_policy, judge_model
from benchmarks.harness.tasks import Asked, CachedJudge, Judging, strand_task
from benchmarks.judges import JudgeModel
from benchmarks.registry import find_rubric

Display = Literal["full", "rich", "plain", "none"]


@dataclass(frozen=True)
class Manner:
    """How a run goes about it; nothing here changes a result."""

    concurrency: int = 8
    cache: bool = True
    display: Display = "rich"


@dataclass(frozen=True)
class Job:
    """A plan with its questions, in its folder."""

    plan: Plan
    benchmark: Benchmark
    cases: Mapping[str, Case]
    folder: Path
    manner: Manner

    def under(self, strand: Strand) -> Mapping[str, Case]:
        """The cases as a row's control has them."""
        if not strand.control:
            return self.cases
        return {case.id: case for case in controlled(tuple(self.cases.values()), strand.control, self.plan.seed)}


def run_job(job: Job, url: Address) -> bool:
    """Ask and judge all that has no result yet; whether everything has one now."""
    judging, manner = judging_of(job.plan.judge, job.benchmark, job.manner), job.manner
    tasks = [_task(job, strand, url, judging) for strand in job.plan.strands]
    finished, _ = eval_set(
        tasks,
        log_dir=str(job.folder / FOLDER),
        display=manner.display,
        max_tasks=1,
        max_connections=manner.concurrency,
        max_samples=manner.concurrency,
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


def judging_of(spec: JudgeSpec | None, benchmark: Benchmark, manner: Manner) -> Judging:
    """The benchmark's own rubrics, or the one that the judge was told to use; by rule where no model is named."""
    if spec is None:
        return Judging(benchmark.rubric)
    by = _judge(spec, manner) if spec.model else None
    if not spec.rubric:
        return Judging(benchmark.rubric, by, spec.name)
    rubric = find_rubric(spec.rubric)
    return Judging(lambda case: rubric, by, spec.name)


def _judge(spec: JudgeSpec, manner: Manner) -> JudgeModel:
    address = Address(spec.url, os.environ.get(spec.key_env, "none") if spec.key_env else "none")
    model = judge_model(spec.model, address, temperature=spec.temperature, max_tokens=spec.max_tokens)
    sampling = (("temperature", str(spec.temperature)), ("max_tokens", str(spec.max_tokens)))
    return JudgeModel(CachedJudge(model, cache_policy(manner.cache, judge=spec.url)), spec.model, sampling)


def _task(job: Job, strand: Strand, url: Address, judging: Judging) -> Task:
    plan = job.plan
    arm = plan.arm(strand.arm)
    model = arm_model(strand.arm, url, temperature=plan.temperature, max_tokens=plan.max_tokens)
    # Without the hash of its configuration, a kept reply may be another guard's.
    known = job.manner.cache and bool(arm.configuration)
    asked = Asked(model, cache_policy(known, guard=arm.configuration))
    return strand_task(f"{plan.benchmark}-{plan.setting}", strand, job.under(strand), asked, judging)
