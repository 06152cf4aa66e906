"""A Dockerfile, read into stages and instructions: as much of its language as ours uses, and no more."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCKERFILE = Path(__file__).parents[2] / "deploy" / "Dockerfile"
KNOWN = frozenset(
    ["FROM", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "RUN", "USER", "VOLUME", "WORKDIR"]
)
FIELD = re.compile(r"\$\{?(\w+)\}?")


class NotUnderstood(Exception):
    """The Dockerfile has something that this reader does not know."""


@dataclass(frozen=True)
class Instruction:
    """Its name in capitals, its options (`--from=build`), and the rest of it as it stands."""

    name: str
    options: dict[str, str]
    value: str

    @property
    def words(self) -> list[str]:
        """The words of the rest, or those of its JSON form."""
        return list(json.loads(self.value)) if self.value.startswith("[") else shlex.split(self.value)

    @property
    def pairs(self) -> dict[str, str]:
        """What `NAME=value` words state."""
        return dict(word.split("=", 1) for word in self.words)


@dataclass(frozen=True)
class Stage:
    """What is done to an image, from its base to the end of the stage."""

    base: str
    name: str
    instructions: tuple[Instruction, ...]

    def all(self, name: str) -> list[Instruction]:
        return [each for each in self.instructions if each.name == name]

    def last(self, name: str) -> Instruction:
        """The last of that name, which is the one that counts."""
        return self.all(name)[-1]

    @property
    def environment(self) -> dict[str, str]:
        """What processes of the image are given, ARG among it while it is built."""
        found: dict[str, str] = {}
        for each in self.instructions:
            if each.name in {"ENV", "ARG"}:
                found |= {name: filled(value, found) for name, value in each.pairs.items()}
        return found


def filled(text: str, values: dict[str, str]) -> str:
    """A value with the variables that it names; `PATH` is Debian's where nothing states it."""
    known = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", **values}
    return FIELD.sub(lambda match: known[match[1]], text)


def read_dockerfile(text: str) -> list[Stage]:
    """Its stages, in order; raises `NotUnderstood`."""
    stages: list[Stage] = []
    for each in _instructions(text):
        if each.name == "FROM":
            base, *named = each.words
            stages.append(Stage(base, named[1] if named else "", ()))
        elif not stages:
            raise NotUnderstood(f"{each.name} before the first FROM")
        else:
            last = stages[-1]
            stages[-1] = Stage(last.base, last.name, (*last.instructions, each))
    return stages


def _instructions(text: str) -> Iterator[Instruction]:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        name, _, rest = line.strip().partition(" ")
        if name not in KNOWN:
            raise NotUnderstood(name)
        options = {}
        while match := re.match(r"\s*--([\w-]+)=(\S+)\s*", rest):
            options[match[1]] = match[2]
            rest = rest[match.end() :]
        yield Instruction(name, options, rest.strip().removeprefix("CMD "))  # HEALTHCHECK's
