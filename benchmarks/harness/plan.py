"""What a run is: which questions are asked of which arms, and how. Written beside its results, and never changed.

A folder holds one run. The same command resumes it; another one is refused, so that results of two settings never mix.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from random import Random
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
from benchmarks.decoding import MAX_TOKENS, Sampling
from benchmarks.english import is_english
from benchmarks.errors import BenchmarkError, FileInvalid, FileMissing, NoCases, OptionInvalid
from benchmarks.harness.arms import Arm
from benchmarks.harness.case_file import identity
from benchmarks.harness.measured import Measured
from benchmarks.official.words import OWN, OfficialSource
from benchmarks.prompts import PromptTemplate
from benchmarks.registry import find_rubric
from benchmarks.rubric import Rubric
from benchmarks.sampling import shard, stratified

PLAN_FILE = "run.json"
NO_CONTROL = ""
NO_ATTACK = ""
RULE = "by rule"
OWN_PROMPT = "own"
FOR_PEOPLE = frozenset({"title", "note", "measured"})  # a run may be resumed after these changed
DEFAULT_CONTROLLED = ("situational", "raw")  # the arms that controls are run on unless others are named


class Condition(BaseModel):
    """Under which condition the cases are asked: an arm, perhaps with a control, or with an attack or its twin, for the
    first time or again. The repeats of an arm are one row of the results.
    """

    model_config = ConfigDict(frozen=True)

    arm: str
    control: str = NO_CONTROL
    attack: str = NO_ATTACK
    twin: bool = False
    repeat: int = 1

    @property
    def title(self) -> str:
        twin, again = "twin" if self.twin else "", f"repeat {self.repeat}" if self.repeat > 1 else ""
        return ", ".join(filter(None, (self.arm, self.control, self.attack, twin, again)))

    @property
    def row(self) -> Condition:
        """The condition that stands for all repeats."""
        return self.model_copy(update={"repeat": 1})

    @property
    def slug(self) -> str:
        """For file names."""
        return self.title.replace(", ", "--").replace(" ", "-")


class JudgeSpec(BaseModel):
    """Who judges: a model, where it is, and how it samples. Its key is in the environment, under `key_env`.
    Without a model, a rubric that judges by rule. `token_field` is the name under which the endpoint takes
    `max_tokens`, `extra` goes into each request as it is, `prompt` is a text in place of the rubric's own prompt.
    """

    model_config = ConfigDict(frozen=True)

    model: str = ""
    url: str = ""
    key_env: str = ""
    temperature: float | None = 0.0
    max_tokens: int | None = 512
    rubric: str = ""
    token_field: str = MAX_TOKENS
    reasoning_effort: str = ""
    extra: dict[str, Any] = {}
    prompt: str = ""
    batch: bool = False

    @property
    def sampling(self) -> Sampling:
        """What the judge is sent beside the messages."""
        effort = {"reasoning_effort": self.reasoning_effort} if self.reasoning_effort else {}
        return Sampling(self.temperature, self.max_tokens, self.token_field, {**effort, **self.extra})

    @property
    def name(self) -> str:
        """The judge's name in tables."""
        judge = self.model or RULE
        own = [self.rubric] if self.rubric else []
        own += [f"own prompt {sha256(self.prompt.encode()).hexdigest()[:8]}"] if self.prompt else []
        return f"{judge} ({', '.join(own)})" if own else judge


def judge_name(judge: JudgeSpec | None) -> str:
    """The name that a run's own judge has in tables."""
    return RULE if judge is None else judge.name


class RunOptions(BaseModel):
    """Every choice that can change a result. `order` is the seed by which the cases are shuffled. `controlled` names
    the arms that the controls are run on; `attacks` are put on the unsafe cases of every arm; `protocol` says whose
    words are used; `extra` goes into each request to an arm as it is; `origin` says where fetched data came from;
    `note` is a warning at the top of the report.
    """

    model_config = ConfigDict(frozen=True)

    benchmark: str
    setting: str
    wording: str = "default"
    limit: int | None = None
    seed: int = 7
    shard: tuple[int, int] = (1, 1)
    order: int | None = None
    repeats: int = 1
    controls: tuple[str, ...] = ()
    controlled: tuple[str, ...] = ()
    attacks: tuple[Attack, ...] = ()
    judge: JudgeSpec | None = None
    temperature: float | None = 0.0
    max_tokens: int | None = 512
    extra: dict[str, Any] = {}
    protocol: str = OWN
    origin: str = ""
    note: str = ""

    @property
    def sampling(self) -> Sampling:
        """What the arms are sent beside the messages."""
        return Sampling(self.temperature, self.max_tokens, extra=self.extra)

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
    hash of each judge's prompt by rubric, `official` where the paper's own words were read from, if they were,
    `release_sha256` the release's checksum.

    run.json is flat: the options stand beside the other fields. `measured` says by which models and with which
    software; it does not make two plans two runs.
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
    official: OfficialSource | None = None
    release_sha256: str = ""
    measured: Measured = Measured()

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
        """Every arm as often as it is repeated, then every control of the controlled ones, once."""
        options = self.options
        times = range(1, options.repeats + 1)
        plain = (Condition(arm=arm.name, repeat=repeat) for arm in self.arms for repeat in times)
        under = (Condition(arm=arm, control=control) for arm in options.controlled for control in options.controls)
        return (*plain, *under)

    @property
    def under_attack(self) -> tuple[Condition, ...]:
        """Every attack on each arm, before its twin, once. These ask only the cases that they can be put on."""
        return tuple(
            Condition(arm=arm.name, attack=attack.name, twin=twin)
            for arm in self.arms
            for attack in self.options.attacks
            for twin in (False, True)
        )

    @property
    def every_condition(self) -> tuple[Condition, ...]:
        """All of them, those with an attack last."""
        return (*self.conditions, *self.under_attack)

    def injection(self, condition: Condition) -> Injection | None:
        """What the condition's attack, or its twin, puts on a case; None where it has no attack."""
        found = (attack for attack in self.options.attacks if attack.name == condition.attack)
        return next((attack.twin if condition.twin else attack.attack for attack in found), None)

    def asked(self, condition: Condition, cases: Sequence[Case]) -> Sequence[Case]:
        """The cases that the condition asks: all, or those that its attack can be put on."""
        injection = self.injection(condition)
        return cases if injection is None else attackable(injection, cases)

    def arm(self, name: str) -> Arm:
        """The arm of that name."""
        return next(arm for arm in self.arms if arm.name == name)

    def check(self, folder: Path) -> bool:
        """Whether the folder holds this run already; raises `RunDiffers` where it holds another one."""
        if not (folder / PLAN_FILE).is_file():
            return False
        if others := differing(read_plan(folder), self):
            raise RunDiffers(folder, others)
        return True

    def claim(self, folder: Path) -> None:
        """Make the folder this run's; raises `RunDiffers` where it holds another one."""
        if self.check(folder):
            return
        path = folder / PLAN_FILE
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

    def choose(cases: tuple[Case, ...]) -> tuple[Case, ...]:
        sample = cases if options.limit is None else stratified(cases, options.limit, options.seed)
        part = shard(sample, *options.shard)
        return part if options.order is None else tuple(Random(options.order).sample(part, len(part)))

    return benchmark.load(folder, options.setting, partial=partial, wording=options.wording, choose=choose)


def make_plan(
    benchmark: Benchmark,
    options: RunOptions,
    cases: CaseSet,
    arms: Sequence[Arm],
    *,
    official: OfficialSource | None = None,
    release_sha256: str = "",
) -> RunPlan:
    """The plan of a run; raises `OptionInvalid` where a judge is needed and none is named, where a rubric does not fit
    the questions, or where an option is unknown, and `NoCases` where nothing is left to ask.
    """
    if not len(cases):
        raise NoCases(benchmark.name)
    rubrics = list(map(rubric_chooser(benchmark, options.judge), cases))
    check_language(rubrics, cases)
    check_fields(rubrics, cases)
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
        official=official,
        release_sha256=release_sha256,
    )


def check_language(rubrics: Sequence[Rubric], cases: CaseSet) -> None:
    """Raises `OptionInvalid` where a rubric reads English words and most questions are in another language."""
    words = {rubric.name for rubric in rubrics if rubric.english_only}
    if words and 2 * sum(is_english(case.query) for case in cases) < len(cases):
        raise OptionInvalid(
            f"{', '.join(sorted(words))} reads English words only, and most of these questions are not English: "
            "name a model that judges, with --judge and --judge-url"
        )


def check_fields(rubrics: Sequence[Rubric], cases: CaseSet) -> None:
    """Raises `OptionInvalid` where a judge's prompt names what the release does not say of a case."""
    for rubric, case in zip(rubrics, cases, strict=True):
        if rubric.prompt and (lacking := rubric.prompt.fields - {"response", "query", *case.metadata}):
            raise OptionInvalid(
                f"{rubric.name} needs {', '.join(sorted(lacking))}, which {case.benchmark} does not have"
            )


def rubric_chooser(benchmark: Benchmark, judge: JudgeSpec | None) -> Callable[[Case], Rubric]:
    """Which rubric labels a case: the benchmark's own, or the one rubric that the judge was given."""
    if judge is None:
        return benchmark.rubric
    named = find_rubric(judge.rubric) if judge.rubric else None
    if not judge.prompt:
        return benchmark.rubric if named is None else lambda case: named
    prompt = PromptTemplate(OWN_PROMPT, judge.prompt)
    return lambda case: with_own_prompt(named or benchmark.rubric(case), prompt)


def with_own_prompt(rubric: Rubric, prompt: PromptTemplate) -> Rubric:
    """The rubric with another text for its judge; the labels and how they are read stay. A rule has no prompt."""
    if rubric.prompt is None:
        return rubric
    if not prompt.valid or "response" not in prompt.fields or prompt.fields - {"query", "response"}:
        raise OptionInvalid(
            f"--judge-prompt names the fields {', '.join(sorted(prompt.fields)) or 'none'}; it must name $response, "
            "may name $query, and writes a dollar sign as $$"
        )
    return replace(rubric, prompt=prompt)


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
    return [name for name in first if first[name] != second[name] and name not in FOR_PEOPLE]
