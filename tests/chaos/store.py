"""What a part found, in a file of its own: a head with its figures, then a line of raw data for each thing tried."""

from __future__ import annotations

import json
import lzma
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.chaos.figures import Figure, Section
from tests.chaos.proxy import TREE

SUFFIX = ".jsonl.xz"
OURS = ("tests/chaos/report.md", "tests/chaos/raw")  # what the run itself writes makes no tree differ


@dataclass(frozen=True)
class Stored:
    """A part as it was run."""

    part: str
    size: str
    seed: int
    commit: str
    seconds: float
    sections: Sequence[Section]

    @property
    def holds(self) -> bool:
        return all(section.holds for section in self.sections)

    def save(self, folder: Path) -> None:
        """Write `PART.jsonl.xz`, in place of an earlier one; it appears whole, since the report is made meanwhile."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / file_of(self.part)
        begun = path.with_suffix(".begun")
        with lzma.open(begun, "wt", preset=9) as file:
            file.writelines(json.dumps(line) + "\n" for line in self._lines())
        begun.replace(path)

    def _lines(self) -> Iterator[dict[str, Any]]:
        bare = [{**asdict(section), "rows": []} for section in self.sections]
        yield {**vars(self), "sections": bare}
        for section in self.sections:
            yield from ({"section": section.title, **row} for row in section.rows)


def file_of(part: str) -> str:
    """The name of a part's file."""
    return f"{part.replace(' ', '-')}{SUFFIX}"


def load(folder: Path) -> list[Stored]:
    """All parts in a folder, without their raw data."""
    return [_load(path) for path in sorted(folder.glob(f"*{SUFFIX}"))]


def _load(path: Path) -> Stored:
    with lzma.open(path, "rt") as file:
        head = json.loads(file.readline())
    sections = [
        Section(each["title"], tuple(Figure(**figure) for figure in each["figures"]), skipped=each["skipped"])
        for each in head.pop("sections")
    ]
    return Stored(**head, sections=sections)


def commit() -> str:
    """The tree's commit, and whether files that are tested differ from it."""
    named = _git("rev-parse", "--short=12", "HEAD") or "unknown"
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", *(f":!{path}" for path in OURS))
    return f"{named}-dirty" if changed else named


def _git(*words: str) -> str:
    said = subprocess.run(["git", *words], cwd=TREE, capture_output=True, text=True, check=False)
    return said.stdout.strip()
