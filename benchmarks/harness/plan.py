"""What a run is: which questions are asked of which arms, and how. Written beside its results, and never changed.

A folder holds one run; the same command goes on with it, another one is refused, so that results of two settings never
mix.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from benchmarks.errors import BenchmarkError, FileInvalid, FileMissing
from benchmarks.harness.arms import Arm

FILE = "run.json"
NO_CONTROL = ""
RULE = "by rule"


class Strand(BaseModel):
    """One row of the results: an arm, under a control or none."""

    model_config = ConfigDict(frozen=True)

    arm: str
    control: str = NO_CONTROL

    @property
    def title(self) -> str:
        return f"{self.arm}, {self.control}" if self.control else self.arm

    @property
    def slug(self) -> str:
        """For file names."""
        return self.title.replace(", ", "--").replace(" ", "-")


class JudgeSpec(BaseModel):
    """Who judges: the model, where it is, and how it samples. The key is in the environment, under `key_env`.
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
        """What tables call it."""
        judge = self.model or RULE
        return f"{judge} ({self.rubric})" if self.rubric else judge


class Plan(BaseModel):
    """The whole of a run."""

    model_config = ConfigDict(frozen=True)

    benchmark: str
    title: str
    setting: str
    wording: str
    version: str
    missing: int
    cases: int
    limit: int | None
    seed: int
    shard: tuple[int, int]
    arms: tuple[Arm, ...]
    controls: tuple[str, ...]
    controlled: tuple[str, ...]
    judge: JudgeSpec | None
    temperature: float | None
    max_tokens: int
    prompts: dict[str, str]
    cases_sha256: str
    origin: str = ""
    note: str = ""

    @property
    def strands(self) -> tuple[Strand, ...]:
        """Every arm, then every control of the controlled ones."""
        plain = (Strand(arm=arm.name) for arm in self.arms)
        under = (Strand(arm=arm, control=control) for arm in self.controlled for control in self.controls)
        return (*plain, *under)

    def arm(self, name: str) -> Arm:
        """The arm of that name."""
        return next(arm for arm in self.arms if arm.name == name)

    def hold(self, folder: Path) -> None:
        """Claim the folder for this run, or find that it is this run's already; else `RunDiffers`."""
        path = folder / FILE
        if path.is_file():
            held = read_plan(folder)
            if held != self:
                raise RunDiffers(folder, differing(held, self))
            return
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")


class RunDiffers(BenchmarkError):
    """`folder` holds a run that differs from the one asked for in `fields`."""

    def __init__(self, folder: Path, fields: Sequence[str]) -> None:
        super().__init__(f"{folder} holds another run (another {', '.join(fields)}); choose another --out")
        self.folder = folder
        self.fields = tuple(fields)


def read_plan(folder: Path) -> Plan:
    """The plan of the run in a folder."""
    path = folder / FILE
    if not path.is_file():
        raise FileMissing(path, "a folder that `situguard-bench run` wrote")
    try:
        return Plan.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        raise FileInvalid(path, str(error)) from error


def differing(one: Plan, other: Plan) -> list[str]:
    """The names of the fields in which two plans differ."""
    return [name for name in type(one).model_fields if getattr(one, name) != getattr(other, name)]
