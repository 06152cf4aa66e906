"""From what was asked for on the command line to a plan and its cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, CaseSet
from benchmarks.controls import CONTROLS
from benchmarks.errors import BenchmarkError
from benchmarks.harness.arms import Arm
from benchmarks.harness.plan import JudgeSpec, Plan
from benchmarks.harness.stored import identity
from benchmarks.registry import find_rubric
from benchmarks.rubric import Rubric
from benchmarks.sampling import shard, stratified

DEFAULT_CONTROLLED = ("situational", "raw")


class OptionInvalid(BenchmarkError):
    """An option of a run does not go with the rest."""


@dataclass(frozen=True)
class Wanted:
    """What is asked of which arms, before anything is read."""

    benchmark: Benchmark
    folder: Path
    setting: str | None = None
    wording: str = "default"
    partial: bool = False
    limit: int | None = None
    seed: int = 7
    shard: tuple[int, int] = (1, 1)
    controls: tuple[str, ...] = ()
    controlled: tuple[str, ...] = ()
    judge: JudgeSpec | None = None
    temperature: float | None = 0.0
    max_tokens: int = 512
    origin: str = ""
    note: str = ""

    def cases(self) -> CaseSet:
        """The chosen part of the benchmark: first the sample, then the shard of it."""
        loaded = self.benchmark.load(self.folder, self.setting, partial=self.partial, wording=self.wording)
        kept = loaded.cases if self.limit is None else stratified(loaded.cases, self.limit, self.seed)
        return CaseSet(shard(kept, *self.shard), loaded.version, loaded.missing)

    def plan(self, cases: CaseSet, arms: Sequence[Arm]) -> Plan:
        """The plan of the run; raises where a judge is needed and none is named, or an option names nothing."""
        prompts = _judge_prompts(self.rubrics(cases.cases))
        if prompts and not (self.judge and self.judge.model):
            raise OptionInvalid(
                f"{self.benchmark.name} is judged by a model: name one with --judge and --judge-url, or judge by rule, "
                "which is cruder: --judge-rubric refusal-words"
            )
        return Plan(
            benchmark=self.benchmark.name,
            title=self.benchmark.title,
            setting=self.setting or self.benchmark.settings[0],
            wording=self.wording,
            version=cases.version,
            missing=len(cases.missing),
            cases=len(cases),
            limit=self.limit,
            seed=self.seed,
            shard=self.shard,
            arms=tuple(arms),
            controls=self._controls(),
            controlled=self._controlled(arms),
            judge=self.judge,
            temperature=self.temperature,
            max_tokens=self.max_tokens,
            prompts=prompts,
            cases_sha256=identity(cases.cases),
            origin=self.origin,
            note=self.note,
        )

    def rubrics(self, cases: Sequence[Case]) -> list[Rubric]:
        """The rubric of each case, or the one that the judge was told to use."""
        if self.judge and self.judge.rubric:
            return [find_rubric(self.judge.rubric)] * len(cases)
        return [self.benchmark.rubric(case) for case in cases]

    def _controls(self) -> tuple[str, ...]:
        chosen = CONTROLS if "all" in self.controls else self.controls
        for control in chosen:
            if control not in CONTROLS:
                raise OptionInvalid(f"there is no control {control!r}; there are {', '.join(CONTROLS)}, and all")
        return tuple(dict.fromkeys(chosen))

    def _controlled(self, arms: Sequence[Arm]) -> tuple[str, ...]:
        names = [arm.name for arm in arms]
        if not self.controls:
            return ()
        for name in self.controlled:
            if name not in names:
                raise OptionInvalid(f"--control-arm {name!r} is not among the arms {', '.join(names)}")
        return self.controlled or tuple(name for name in DEFAULT_CONTROLLED if name in names) or tuple(names)


def _judge_prompts(rubrics: Sequence[Rubric]) -> dict[str, str]:
    return {rubric.name: rubric.prompt.sha256 for rubric in rubrics if rubric.prompt is not None}
