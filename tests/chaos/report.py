"""The report: every figure on a line of its own, with commit and seeds; the raw data compressed beside it."""

from __future__ import annotations

import gzip
import json
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.proxy import TREE

HERE = Path(__file__).parent


@dataclass
class Report:
    """Figures under headings, in order; `holds` is whether each came out as it must."""

    size: str
    seed: int
    sections: list[tuple[str, list[Figure]]] = field(default_factory=list)
    raw: list[dict[str, Any]] = field(default_factory=list)

    def section(self, title: str, figures: Iterable[Figure], rows: Sequence[Mapping[str, Any]] = ()) -> None:
        self.sections.append((title, list(figures)))
        self.raw += [{"run": title, **row} for row in rows]

    @property
    def holds(self) -> bool:
        return all(figure.holds for _, figures in self.sections for figure in figures)

    def write(self, folder: Path = HERE) -> Path:
        """`report.md` and `raw.jsonl.gz`."""
        path = folder / "report.md"
        path.write_text(self._text())
        with gzip.GzipFile(folder / "raw.jsonl.gz", "wb", mtime=0) as file:
            for row in self.raw:
                file.write(json.dumps(row).encode() + b"\n")
        return path

    def _text(self) -> str:
        lines = [
            "# Chaos: what was broken, and what held",
            "",
            f"- commit: {commit()}",
            f"- size: {self.size}; seed: {self.seed}",
            f"- machine: {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}",
            f"- all figures as they must be: {'yes' if self.holds else 'NO'}",
        ]
        for title, figures in self.sections:
            lines += ["", f"## {title}", "", *(figure.line for figure in figures)]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Figure:
    """A figure, and what it must be; without that it is for information."""

    name: str
    value: object
    must: object = None

    @property
    def holds(self) -> bool:
        return self.must is None or self.value == self.must

    @property
    def line(self) -> str:
        verdict = "" if self.must is None else (" (holds)" if self.holds else f" (MUST BE {self.must})")
        return f"- {self.name}: {self.value}{verdict}"


def commit() -> str:
    """The tree's commit, and whether files differ from it."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=12"], cwd=TREE, capture_output=True, text=True, check=False
    )
    return described.stdout.strip() or "unknown"
