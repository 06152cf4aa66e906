"""A constitution: rules with the preconditions under which each is broken. A file that people write and review."""

from collections import Counter
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from benchmarks.errors import FileInvalid, FileMissing

LAYOUT = "a YAML file with name, version and rules, as `situguard-bench clue draft` writes it"
OWN = "constitution.yaml"


class Precondition(BaseModel):
    """One thing that is looked up: what is visible (`see`), or what the person wants to do (`wants`, which is read from
    the request alone). `object` is the thing itself in a word or two, for a detector that is to find it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    see: str = ""
    wants: str = ""
    object: str = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.see) is bool(self.wants):
            raise ValueError("a precondition says either `see` or `wants`")
        return self

    @property
    def what(self) -> str:
        """The words of the question."""
        return self.see or self.wants


Alternatives = tuple[Precondition, ...]  # one of them is enough


class Rule(BaseModel):
    """A rule. It is broken where of each line of `preconditions` at least one holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    rule: str = Field(min_length=1)
    preconditions: tuple[Alternatives, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _no_line_is_empty(self) -> Self:
        if empty := [str(place) for place, line in enumerate(self.preconditions, start=1) if not line]:
            raise ValueError(f"line {', '.join(empty)} of the preconditions names nothing")
        return self


class Constitution(BaseModel):
    """Rules that were reviewed by a person; those that a model wrote say `draft: true` until then."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    version: int = Field(ge=1)
    note: str = ""
    draft: bool = False
    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        if twice := [name for name, count in Counter(rule.id for rule in self.rules).items() if count > 1]:
            raise ValueError(f"more than one rule has the id {', '.join(twice)}")
        return self


def own_constitution() -> Constitution:
    """The small constitution that comes with the project."""
    with as_file(files("benchmarks").joinpath("panels", "clue", OWN)) as path:
        return read_constitution(path)


def read_constitution(path: Path) -> Constitution:
    """The constitution in a file. Raises `FileMissing`, and `FileInvalid`, which names the rule and the field."""
    if not path.is_file():
        raise FileMissing(path, LAYOUT)
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
        found = Constitution.model_validate(read)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FileInvalid(path, f"no YAML: {error}") from error
    except ValidationError as error:
        problems = (f"{_place(read, each['loc'])}: {_words(each['msg'])}" for each in error.errors(include_url=False))
        raise FileInvalid(path, "; ".join(problems)) from error
    if found.draft:
        raise FileInvalid(path, "it is a draft: read every rule, mend it, then take out `draft: true`")
    return found


def _words(message: str) -> str:
    return message.removeprefix("Value error, ")


def _place(read: Any, at: Sequence[str | int]) -> str:
    """Where something is wrong, as a person counts: rule 2 (no-fire), preconditions, line 1, alternative 2."""
    counted = {1: "rule", 3: "line", 4: "alternative"}
    named = [f"{counted[depth]} {step + 1}" if isinstance(step, int) else step for depth, step in enumerate(at)]
    if len(at) > 1:
        try:
            named[:2] = [f"{named[1]} ({read['rules'][at[1]]['id']})"]
        except (KeyError, TypeError):
            named[:2] = [named[1]]
    return ", ".join(named) or "the file"
