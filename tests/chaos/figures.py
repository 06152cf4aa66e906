"""Figures, each with what it must be, in sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Scalar = str | int | float | bool


@dataclass(frozen=True)
class Figure:
    """A figure. `must` is what it has to be, `most` and `least` are bounds; without any it is for information."""

    name: str
    value: Scalar
    must: Scalar | None = None
    most: float | None = None
    least: float | None = None

    @property
    def holds(self) -> bool:
        if self.must is not None and self.value != self.must:
            return False
        number = float(self.value) if self.most is not None or self.least is not None else 0.0
        return (self.most is None or number <= self.most) and (self.least is None or number >= self.least)

    @property
    def wanted(self) -> str:
        """The condition in words; empty where there is none."""
        words = (("", self.must), ("at most ", self.most), ("at least ", self.least))
        return ", ".join(f"{word}{bound}" for word, bound in words if bound is not None)

    @property
    def line(self) -> str:
        verdict = "" if not self.wanted else f" (must be {self.wanted}: {'holds' if self.holds else 'FAILS'})"
        return f"- {self.name}: {self.value}{verdict}"


@dataclass(frozen=True)
class Section:
    """Figures under a title, and raw data, a line for each thing that was tried. `skipped`: why there are none."""

    title: str
    figures: Sequence[Figure] = ()
    rows: Sequence[Mapping[str, Any]] = ()
    skipped: str = ""

    @property
    def holds(self) -> bool:
        return all(figure.holds for figure in self.figures)
