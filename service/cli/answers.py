"""A question and its answers, raw and guarded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answered:
    """One deployment's reply, as it came."""

    deployment: str
    text: str
    milliseconds: float
    headers: Mapping[str, str]
    guard: Mapping[str, Any]


@dataclass(frozen=True)
class Comparison:
    """A question with both answers. `raw` is None where no unguarded deployment of the same model is there."""

    question: str
    image: str | None
    raw: Answered | None
    guarded: Answered


class NoSuchDeployment(Exception):
    """The proxy has no deployment of that name; `names` are those that it has."""

    def __init__(self, name: str, names: list[str]) -> None:
        super().__init__(f"There is no deployment {name!r}; there are {', '.join(names) or 'none'}.")
        self.name = name
        self.names = names
