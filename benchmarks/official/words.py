"""What was read from a clone of a paper's repository, each value beside the hash that is known for it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from benchmarks.benchmark import Benchmark
from benchmarks.errors import FileInvalid
from benchmarks.official.source import Code, NotThere, Place, SourceFile, Value
from benchmarks.released import read_text

OWN, OFFICIAL = "own", "official"  # the protocols
KNOWN_FILE = "known.json"
WORDS_FILE = "official.json"
GIT_SECONDS = 10  # naming a clone's commit takes a few milliseconds


@dataclass(frozen=True)
class Found:
    """Where a value of a repository is found: in which file, at which place."""

    file: str
    place: Place

    @property
    def name(self) -> str:
        """The file and the place, for reports."""
        return f"{self.file}: {self.place}"

    def read(self, clone: Path, layout: str) -> Value:
        """The value in the user's clone. Raises `FileMissing`, `FileInvalid`."""
        path = clone / self.file
        try:
            return self.place.read(SourceFile.parse(read_text(path, layout)))
        except SyntaxError as error:
            raise FileInvalid(path, f"is not Python: {error}") from error
        except NotThere as error:
            raise FileInvalid(path, f"does not have {error}, which the official protocol reads") from error


class OfficialSource(BaseModel):
    """Where official words were read from: the hash of each value by key, and by name those that are `differing` from
    the known ones. `apart` says what a run still does otherwise than the repository.
    """

    model_config = ConfigDict(frozen=True)

    repository: str
    commit: str
    hashes: dict[str, str]
    differing: tuple[str, ...]
    apart: tuple[str, ...] = ()

    def __str__(self) -> str:
        at = f" at {self.commit[:12]}" if self.commit else ""
        known = "each with the known hash" if not self.differing else f"not as known: {'; '.join(self.differing)}"
        return f"the paper's own, {self.repository}{at}, {len(self.hashes)} values, {known}"


class OfficialWords(BaseModel):
    """The values of one repository by key, with their source.

    A run keeps them in its folder, so that it can be judged again and reported without the clone.
    """

    model_config = ConfigDict(frozen=True)

    source: OfficialSource
    values: dict[str, Any]

    def write(self, folder: Path) -> None:
        """Keep them in a run's folder."""
        (folder / WORDS_FILE).write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> OfficialWords:
        """Those of a run. Raises `FileMissing`, `FileInvalid`."""
        path = folder / WORDS_FILE
        try:
            return cls.model_validate_json(read_text(path, "a run with --protocol official"))
        except ValidationError as error:
            raise FileInvalid(path, str(error)) from error


@dataclass(frozen=True)
class OfficialProtocol:
    """How one paper's repository asks and judges. `apply` puts its words into the benchmark.

    `apart` says, one sentence each, what a run under this protocol still does otherwise than the repository.
    """

    repository: str
    places: Mapping[str, Found]
    apply: Callable[[Benchmark, Mapping[str, Value]], Benchmark]
    apart: tuple[str, ...] = ()

    def read(self, clone: Path) -> OfficialWords:
        """Everything that the protocol needs, from the user's clone. Raises `FileMissing`, `FileInvalid`."""
        layout = f"a clone of https://github.com/{self.repository}"
        known = known_hashes()[self.repository]
        values = {key: found.read(clone, layout) for key, found in self.places.items()}
        hashes = {key: value_sha256(value) for key, value in values.items()}
        differing = tuple(found.name for key, found in self.places.items() if hashes[key] != known.get(key))
        needed = {key: value for key, value in values.items() if not isinstance(self.places[key].place, Code)}
        source = OfficialSource(
            repository=self.repository,
            commit=commit_of(clone),
            hashes=hashes,
            differing=differing,
            apart=self.apart,
        )
        return OfficialWords(source=source, values=needed)


@cache
def known_hashes() -> Mapping[str, Mapping[str, str]]:
    """The SHA-256 of every value in the version that was checked, by repository and key."""
    file = files("benchmarks").joinpath("official", KNOWN_FILE)
    hashes: dict[str, dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))
    return hashes


def value_sha256(value: Value) -> str:
    """A text's hash, or that of any other value's JSON with sorted keys."""
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def commit_of(clone: Path) -> str:
    """The commit that a clone is at; "" for a folder that is none (also inside of one), or where git is missing."""
    command = ["git", "-C", str(clone), "rev-parse", "--show-prefix", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=GIT_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    prefix, _, commit = done.stdout.partition("\n")
    return commit.strip() if done.returncode == 0 and not prefix else ""
