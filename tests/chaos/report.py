"""The report: every figure on a line of its own, with commits and seeds; made from what the parts have stored."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.chaos.store import Stored, load

HERE = Path(__file__).parent
RAW = "raw"
CONTROL = "leaking build"


def write(folder: Path, order: Sequence[str]) -> tuple[Path, bool]:
    """`report.md` from the parts in `raw/`, and whether everything in it holds."""
    found = {each.part: each for each in load(folder / RAW)}
    parts = [found[name] for name in order if name in found]
    path = folder / "report.md"
    path.write_text("\n".join(_lines(parts, [name for name in order if name not in found])) + "\n")
    return path, _holds(parts)


def _holds(parts: Sequence[Stored]) -> bool:
    return _is_valid(parts) and all(part.holds for part in parts)


def _is_valid(parts: Sequence[Stored]) -> bool:
    """A rig that does not see a leak proves nothing by seeing none: without its control the run is void."""
    return any(part.part == CONTROL and part.holds for part in parts)


def _lines(parts: Sequence[Stored], missing: Sequence[str]) -> Iterator[str]:
    commits = sorted({part.commit for part in parts})
    skipped = [section for part in parts for section in part.sections if section.skipped]
    yield from ("# Chaos: what was broken, and what held", "")
    yield f"- commit: {', '.join(commits)}{'' if len(commits) == 1 else ' (NOT ONE COMMIT)'}"
    yield f"- size: {', '.join(sorted({part.size for part in parts}))}; seed: {_seeds(parts)}"
    yield f"- machine: {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    yield f"- minutes, all parts added up: {sum(part.seconds for part in parts) / 60:.1f}"
    yield f"- the leaking build was caught: {'yes' if _is_valid(parts) else 'NO: THE RUN IS VOID'}"
    yield f"- all figures as they must be: {'yes' if _holds(parts) else 'NO'}"
    yield from (f"- NOT RUN: {name}" for name in missing)
    yield from (f"- SKIPPED: {section.title}: {section.skipped}" for section in skipped)
    yield f"- raw data: `{RAW}/*.jsonl.xz`, a line for each thing that was tried"
    for part in parts:
        for section in part.sections:
            yield from ("", f"## {section.title}", "")
            yield from (figure.line for figure in section.figures)
            yield from ([f"- SKIPPED: {section.skipped}"] if section.skipped else [])
            yield from ([f"- commit of this part: {part.commit}"] if len(commits) > 1 else [])
            yield f"- seconds for this part: {part.seconds:.0f}"


def _seeds(parts: Sequence[Stored]) -> str:
    return ", ".join(sorted({str(part.seed) for part in parts}))
