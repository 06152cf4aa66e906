"""The cases of a run, kept beside its results, so that they can be judged again and reported without the loader.

Pictures of a release stay where they are and are named by path and hash. Drawn ones are written into the run's folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter
from pydantic_core import from_json, to_json

from benchmarks.case import Case
from benchmarks.errors import FileMissing
from benchmarks.pictures import Picture

CASES_FILE = "cases.jsonl"
PICTURES = "pictures"
SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"}
CASE = TypeAdapter(Case)


def write_cases(folder: Path, cases: Iterable[Case]) -> None:
    """Write cases.jsonl, whole or not at all, and the pictures that have no file yet."""
    unfinished = folder / f"{CASES_FILE}.part"
    unfinished.write_bytes(b"".join(_to_line(folder, case) for case in cases))
    unfinished.replace(folder / CASES_FILE)


def read_cases(folder: Path) -> dict[str, Case]:
    """The cases by id. Their pictures are opened when they are sent or shown."""
    path = folder / CASES_FILE
    if not path.is_file():
        raise FileMissing(path, "a folder that `situguard-bench run` wrote")
    cases = [_from_line(folder, line) for line in path.read_bytes().splitlines()]
    return {case.id: case for case in cases}


def identity(cases: Sequence[Case]) -> str:
    """A hash over what is asked: ids, texts and pixels."""
    lines = (f"{case.id}\0{case.text}\0{','.join(picture.sha256 for picture in case.pictures)}" for case in cases)
    return sha256("\n".join(lines).encode()).hexdigest()


def _to_line(folder: Path, case: Case) -> bytes:
    """A case as one line of JSON: its fields as they are, each picture by path, hash and type."""

    def stored(part: str | Picture) -> str | dict[str, str]:
        if isinstance(part, str):
            return part
        if isinstance(part.source, Path):
            path = str(part.source.resolve())
        else:
            path = f"{PICTURES}/{part.sha256}{SUFFIXES[part.media_type]}"
            (folder / PICTURES).mkdir(exist_ok=True)
            (folder / path).write_bytes(part.source)
        return {"path": path, "sha256": part.sha256, "media_type": part.media_type}

    turns = [{"role": turn.role, "parts": [stored(part) for part in turn.parts]} for turn in case.turns]
    return to_json({**{field.name: getattr(case, field.name) for field in fields(case)}, "turns": turns}) + b"\n"


def _from_line(folder: Path, line: bytes) -> Case:
    """The case that `_to_line` wrote, checked."""

    def opened(part: str | dict[str, str]) -> str | Picture:
        return part if isinstance(part, str) else Picture(folder / part["path"], part["sha256"], part["media_type"])

    case = from_json(line)
    turns = [{"role": turn["role"], "parts": [opened(part) for part in turn["parts"]]} for turn in case["turns"]]
    return CASE.validate_python({**case, "turns": turns})
