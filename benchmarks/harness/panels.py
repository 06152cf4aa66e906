"""Panels as a run's file describes them: which models, which seats, which rules. Stored whole in run.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Discriminator, Field, TypeAdapter, ValidationError, model_validator

from benchmarks.decoding import MAX_TOKENS, Sampling
from benchmarks.errors import FileInvalid, FileMissing
from benchmarks.judges import OneCall, Panel
from benchmarks.panels.clue.clue import MODEL, PROMPTS, RUBRIC, Clue, RelevanceCheck
from benchmarks.panels.clue.constitution import Constitution, own_constitution, read_constitution
from benchmarks.panels.clue.encoders import CONFIDENCE, ClipRelevance, Owlv2Detector, check_checkpoint
from benchmarks.panels.jury import REVIEW, Juror, Jury
from benchmarks.rubric import Rubric

LAYOUT = "a YAML file with kind (jury or clue) and what it needs, as benchmarks/README.md shows"
MOST_ROUNDS = 8
NO_KIND = frozenset({"union_tag_invalid", "union_tag_not_found", "model_attributes_type"})


class ModelSpec(BaseModel):
    """A model that judges: where it is, and how it samples. Its key is in the environment, under `key_env`.
    `token_field` is the name under which the endpoint takes `max_tokens`, `extra` goes into each request as it is.
    """

    model_config = ConfigDict(frozen=True)

    model: str = ""
    url: str = ""
    key_env: str = ""
    temperature: float | None = 0.0
    max_tokens: int | None = 512
    token_field: str = MAX_TOKENS
    reasoning_effort: str = ""
    extra: dict[str, Any] = {}

    @property
    def sampling(self) -> Sampling:
        """What the judge is sent beside the messages."""
        effort = {"reasoning_effort": self.reasoning_effort} if self.reasoning_effort else {}
        return Sampling(self.temperature, self.max_tokens, self.token_field, {**effort, **self.extra})


class PanelModel(ModelSpec):
    """One of a panel's models."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(min_length=1)
    url: str = Field(min_length=1)
    token_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"  # noqa: S105  a name


class JurySpec(BaseModel):
    """A jury: its models by name, and who sits where. An odd number sits, no two of them alike: two that are alike say
    the same.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["jury"]
    models: dict[str, PanelModel]
    jurors: tuple[Juror, ...] = Field(min_length=1)
    rounds: int = Field(default=2, ge=0, le=MOST_ROUNDS)
    shows_picture: bool = True

    @model_validator(mode="after")
    def _can_vote(self) -> JurySpec:
        for seat, juror in enumerate(self.jurors, start=1):
            if juror.model not in self.models:
                raise ValueError(f"juror {seat} has the model {juror.model!r}; `models` has {', '.join(self.models)}")
            if (first := self.jurors.index(juror) + 1) != seat:
                raise ValueError(f"jurors {first} and {seat} are alike; give one another model or another role")
        if len(self.jurors) % 2 == 0:
            raise ValueError(f"{len(self.jurors)} jurors can be tied; name an odd number")
        return self

    @property
    def title(self) -> str:
        """In tables, before its hash."""
        return f"jury of {len(self.jurors)}"

    @property
    def most_calls(self) -> int:
        """For one answer."""
        return len(self.jurors) * (1 + self.rounds)

    @property
    def prompts(self) -> Mapping[str, str]:
        """The hashes of its own prompts by name; the first round has the rubric's."""
        return {REVIEW.name: REVIEW.sha256} if self.rounds else {}

    def rubric(self, rubric: Rubric) -> Rubric:
        """The rubric as the jury sees it."""
        return replace(rubric, shows_picture=self.shows_picture)

    def panel(self, rubric: Rubric) -> Panel:
        """The jury over a rubric."""
        return Jury(self.rubric(rubric), self.jurors, self.rounds)


class RelevanceSpec(BaseModel):
    """A CLIP checkpoint's folder, and the cosine below which a rule is skipped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path
    least: float = Field(default=0.22, ge=-1, le=1)


class DetectorSpec(BaseModel):
    """An OWLv2 checkpoint's folder, and the confidence from which it has found something."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path
    confidence: float = Field(default=CONFIDENCE, ge=0, le=1)


class ClueSpec(BaseModel):
    """A constitution and the model that looks. Its endpoint must give log probabilities."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["clue"]
    model: PanelModel
    constitution: Constitution = Field(default_factory=own_constitution)
    relevance: RelevanceSpec | None = None
    detector: DetectorSpec | None = None

    @property
    def models(self) -> Mapping[str, PanelModel]:
        """By the names that the panel knows."""
        return {MODEL: self.model}

    @property
    def title(self) -> str:
        """In tables, before its hash."""
        return f"clue, {self.constitution.name} {self.constitution.version}"

    @property
    def most_calls(self) -> int:
        """For one picture, where the log probabilities decide everything and no rule stops early."""
        return 2 * len({each for rule in self.constitution.rules for line in rule.preconditions for each in line})

    @property
    def prompts(self) -> Mapping[str, str]:
        """The hashes of its prompts by name."""
        return {prompt.name: prompt.sha256 for prompt in PROMPTS}

    def rubric(self, rubric: Rubric) -> Rubric:
        """Its own, whatever the benchmark's is: it labels the case."""
        return RUBRIC

    def panel(self, rubric: Rubric) -> Panel:
        """The panel with its encoders. Raises `OptionInvalid` and `FileMissing` where one cannot be loaded."""
        check, box = self.relevance, self.detector
        return Clue(
            self.constitution,
            RelevanceCheck(ClipRelevance(check.path), check.least) if check else None,
            Owlv2Detector(box.path, box.confidence) if box else None,
        )


PanelSpec = Annotated[JurySpec | ClueSpec, Discriminator("kind")]
PANEL: TypeAdapter[JurySpec | ClueSpec] = TypeAdapter(PanelSpec)


def panel_name(spec: JurySpec | ClueSpec) -> str:
    """A panel's name in tables: what it is, and a hash of all that can change a label."""
    where = {"url", "key_env"}  # a judge that moved is the same judge
    told = spec.model_dump(mode="json", exclude={"models": {"__all__": where}, "model": where})
    return f"{spec.title}, {sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:8]}"


def read_panel(path: Path) -> JurySpec | ClueSpec:
    """The panel in a file, its constitution read with it. Raises `FileMissing`, `FileInvalid`, and `OptionInvalid`
    where an encoder needs what is not installed.
    """
    if not path.is_file():
        raise FileMissing(path, LAYOUT)
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
        if isinstance(read, dict) and isinstance(read.get("constitution"), str):
            read["constitution"] = read_constitution(path.parent / read["constitution"])
        spec = PANEL.validate_python(read)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FileInvalid(path, f"no YAML: {error}") from error
    except ValidationError as error:
        raise FileInvalid(path, "; ".join(map(_problem, error.errors(include_url=False)))) from error
    for encoder in (spec.relevance, spec.detector) if isinstance(spec, ClueSpec) else ():
        if encoder:
            check_checkpoint(encoder.path)
    return spec


def _problem(error: Any) -> str:
    if not error["loc"] and error["type"] in NO_KIND:
        return "kind: jury or clue is expected"
    place = ".".join(str(step) for step in error["loc"] if step not in {"jury", "clue"})
    return ": ".join(filter(None, (place, error["msg"].removeprefix("Value error, "))))


def one_or_panel(spec: JurySpec | ClueSpec | None, rubric: Rubric) -> Panel:
    """The panel over a rubric; one call where there is none."""
    return OneCall(rubric) if spec is None else spec.panel(rubric)
