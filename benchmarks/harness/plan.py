"""What a run is: which questions are asked of which arms, and how. Written beside its results, and never changed.

A folder holds one run. The same command resumes it; another one is refused, so that results of two settings never mix.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import (
    BaseModel,
    ConfigDict,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)

from benchmarks.attacks.attack import Attack, Injection
from benchmarks.attacks.put import attackable
from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, CaseSet
from benchmarks.controls import CONTROLS
from benchmarks.errors import BenchmarkError, FileInvalid, FileMissing, OptionInvalid
from benchmarks.harness.arms import Arm
from benchmarks.harness.case_file import identity
from benchmarks.registry import find_rubric
from benchmarks.rubric import Rubric
from benchmarks.sampling import shard, stratified

PLAN_FILE = "run.json"
NO_CONTROL = ""
NO_ATTACK = ""
RULE = "by rule"
TEXTS_FOR_PEOPLE = frozenset({"title", "note"})  # a run may be resumed after these were reworded
DEFAULT_CONTROLLED = ("situational", "raw")  # the arms that controls are run on unless others are named


class Condition(BaseModel):
    """Under which condition the cases are asked: an arm, perhaps with a control, or with an attack or its twin."""

    model_config = ConfigDict(frozen=True)

    arm: str
    control: str = NO_CONTROL
    attack: str = NO_ATTACK
    twin: bool = False

    @property
    def title(self) -> str:
        return ", ".join(word for word in (self.arm, self.control, self.attack, "twin" if self.twin else "") if word)

    @property
    def slug(self) -> str:
        """For file names."""
        return self.title.replace(", ", "--").replace(" ", "-")


class JudgeSpec(BaseModel):
    """Who judges: a model, where it is, and how it samples. Its key is in the environment, under `key_env`.
    Without a model, a rubric that judges by rule.
    """

    model_config = ConfigDict(frozen=True)

    model: str = ""
    url: str = ""
    key_env: str = ""
    temperature: float | None = 0.0
    max_tokens: int = 512
    rubric: str = ""

    @property
    def name(self) -> str:
        """The judge's name in tables."""
        judge = self.model or RULE
        return f"{judge} ({self.rubric})" if self.rubric else judge


class RunOptions(BaseModel):
    """Every choice that can change a result. `controlled` names the arms that the controls are run on; `attacks` are
    put on the unsafe cases of every arm; `origin` says where fetched data came from; `note` is a warning at the top of
    the report.
    """

    model_config = ConfigDict(frozen=True)

    benchmark: str
    setting: str
    wording: str = "default"
    limit: int | None = None
    seed: int = 7
    shard: tuple[int, int] = (1, 1)
    controls: tuple[str, ...] = ()
    controlled: tuple[str, ...] = ()
    attacks: tuple[Attack, ...] = ()
    judge: JudgeSpec | None = None
    temperature: float | None = 0.0
    max_tokens: int = 512
    origin: str = ""
    note: str = ""

    def for_arms(self, arms: Sequence[Arm]) -> RunOptions:
        """The same options with controls and controlled arms by name; raises `OptionInvalid` where one is unknown."""
        controls = CONTROLS if "all" in self.controls else tuple(dict.fromkeys(self.controls))
        for control in controls:
            if control not in CONTROLS:
                raise OptionInvalid(f"there is no control {control!r}; there are {', '.join(CONTROLS)}, and all")
        if not controls:
            return self.model_copy(update={"controlled": ()})
        names = [arm.name for arm in arms]
        for name in self.controlled:
            if name not in names:
                raise OptionInvalid(f"--control-arm {name!r} is not among the arms {', '.join(names)}")
        default = tuple(name for name in DEFAULT_CONTROLLED if name in names) or tuple(names)
        return self.model_copy(update={"controls": controls, "controlled": self.controlled or default})


class RunPlan(BaseModel):
    """A run: its options, and what they led to. `missing` counts pictures that the folder lacked, `prompts` has the
    hash of each judge's prompt by rubric.

    run.json is flat: the options stand beside the other fields.
    """

    model_config = ConfigDict(frozen=True)

    options: RunOptions
    title: str
    version: str
    missing: int
    cases: int
    arms: tuple[Arm, ...]
    prompts: dict[str, str]
    cases_sha256: str

    @model_validator(mode="before")
    @classmethod
    def _gather_options(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "options" in data:
            return data
        options = {name: value for name, value in data.items() if name in RunOptions.model_fields}
        return {**{name: value for name, value in data.items() if name not in options}, "options": options}

    @model_serializer(mode="wrap")
    def _flatten(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        data = dump(self)
        return {**data.pop("options"), **data}

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every arm, then every control of the controlled ones."""
        plain = (Condition(arm=arm.name) for arm in self.arms)
        options = self.options
        under = (Condition(arm=arm, control=control) for arm in options.controlled for control in options.controls)
        return (*plain, *under)

    @property
    def under_attack(self) -> tuple[Condition, ...]:
        """Every attack on each arm, before its twin. These ask only the cases that they can be put on."""
        return tuple(
            Condition(arm=arm.name, attack=attack.name, twin=twin)
            for arm in self.arms
            for attack in self.options.attacks
            for twin in (False, True)
        )

    def injection(self, condition: Condition) -> Injection | None:
        """What the condition's attack, or its twin, puts on a case; None where it has no attack."""
        found = (attack for attack in self.options.attacks if attack.name == condition.attack)
        return next((attack.twin if condition.twin else attack.attack for attack in found), None)

    def arm(self, name: str) -> Arm:
        """The arm of that name."""
        return next(arm for arm in self.arms if arm.name == name)

    def claim(self, folder: Path) -> None:
        """Make the folder this run's; raises `RunDiffers` where it holds another one."""
        path = folder / PLAN_FILE
        if path.is_file():
            if others := differing(read_plan(folder), self):
                raise RunDiffers(folder, others)
            return
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")


class RunDiffers(BenchmarkError):
    """`folder` holds a run that differs from the one asked for in `fields`."""

    def __init__(self, folder: Path, fields: Sequence[str]) -> None:
        super().__init__(f"{folder} holds another run (another {', '.join(fields)}); choose another --out")
        self.folder = folder
        self.fields = tuple(fields)


def load_cases(benchmark: Benchmark, options: RunOptions, folder: Path, *, partial: bool = False) -> CaseSet:
    """The chosen part of a benchmark: first the sample, then the shard of it. `partial` allows missing pictures."""
    loaded = benchmark.load(folder, options.setting, partial=partial, wording=options.wording)
    sample = loaded.cases if options.limit is None else stratified(loaded.cases, options.limit, options.seed)
    return CaseSet(shard(sample, *options.shard), loaded.version, loaded.missing)


def make_plan(benchmark: Benchmark, options: RunOptions, cases: CaseSet, arms: Sequence[Arm]) -> RunPlan:
    """The plan of a run; raises `OptionInvalid` where a judge is needed and none is named, or an option is unknown."""
    rubrics = map(rubric_chooser(benchmark, options.judge), cases)
    prompts = {rubric.name: rubric.prompt.sha256 for rubric in rubrics if rubric.prompt is not None}
    for attack in options.attacks:
        if not all(attackable(injection, cases.cases) for injection in (attack.attack, attack.twin)):
            raise OptionInvalid(
                f"--attack {attack.name}: {benchmark.name} has no unsafe case here that it can be put on"
            )
    if prompts and not (options.judge and options.judge.model):
        raise OptionInvalid(
            f"{benchmark.name} is judged by a model: name one with --judge and --judge-url, or judge by rule, "
            "which is cruder: --judge-rubric refusal-words"
        )
    return RunPlan(
        options=options.for_arms(arms),
        title=benchmark.title,
        version=cases.version,
        missing=len(cases.missing),
        cases=len(cases),
        arms=tuple(arms),
        prompts=prompts,
        cases_sha256=identity(cases.cases),
    )


def rubric_chooser(benchmark: Benchmark, judge: JudgeSpec | None) -> Callable[[Case], Rubric]:
    """Which rubric labels a case: the benchmark's own, or the one rubric that the judge was given."""
    if judge is None or not judge.rubric:
        return benchmark.rubric
    rubric = find_rubric(judge.rubric)
    return lambda case: rubric


def read_plan(folder: Path) -> RunPlan:
    """The plan of the run in a folder."""
    path = folder / PLAN_FILE
    if not path.is_file():
        raise FileMissing(path, "a folder that `situguard-bench run` wrote")
    try:
        return RunPlan.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        raise FileInvalid(path, str(error)) from error


def differing(one: RunPlan, other: RunPlan) -> list[str]:
    """The names of the fields that make two plans two runs."""
    first, second = one.model_dump(), other.model_dump()
    return [name for name in first if first[name] != second[name] and name not in TEXTS_FOR_PEOPLE]
