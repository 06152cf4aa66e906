"""The cases of a run, kept beside its results, so that they can be judged again and reported without the loader.

Pictures of a release stay where they are and are named by path and hash; drawn ones are written into the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from benchmarks.case import Case, Polarity, Role, Side, Turn
from benchmarks.errors import FileMissing
from benchmarks.pictures import Picture

FILE = "cases.jsonl"
PICTURES = "pictures"
SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"}


class StoredPicture(BaseModel):
    """Where a picture is, relative to the run where it belongs to it."""

    model_config = ConfigDict(frozen=True)

    path: str
    sha256: str
    media_type: str


class StoredTurn(BaseModel):
    """A turn with its pictures by path."""

    model_config = ConfigDict(frozen=True)

    role: Role
    parts: tuple[str | StoredPicture, ...]


class StoredCase(BaseModel):
    """A line of cases.jsonl."""

    model_config = ConfigDict(frozen=True)

    id: str
    benchmark: str
    setting: str
    side: Side
    turns: tuple[StoredTurn, ...]
    query: str
    category: str
    record: str
    subset: str
    pair: str | None
    polarity: Polarity | None
    metadata: dict[str, str]


def write_cases(folder: Path, cases: Iterable[Case]) -> None:
    """Write cases.jsonl, whole or not at all, and the pictures that have no file of their own."""
    lines = "".join(_stored(folder, case).model_dump_json() + "\n" for case in cases)
    unfinished = folder / f"{FILE}.part"
    unfinished.write_text(lines, encoding="utf-8")
    unfinished.replace(folder / FILE)


def read_cases(folder: Path) -> dict[str, Case]:
    """The cases by id. Their pictures are opened when they are sent or shown."""
    path = folder / FILE
    if not path.is_file():
        raise FileMissing(path, "a folder that `situguard-bench run` wrote")
    rows = (StoredCase.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {row.id: _case(folder, row) for row in rows}


def identity(cases: Sequence[Case]) -> str:
    """A hash over what is asked: ids, texts and pixels."""
    told = (f"{case.id}\0{case.text}\0{','.join(picture.sha256 for picture in case.pictures)}" for case in cases)
    return sha256("\n".join(told).encode()).hexdigest()


def _stored(folder: Path, case: Case) -> StoredCase:
    turns = tuple(
        StoredTurn(
            role=turn.role,
            parts=tuple(part if isinstance(part, str) else _put(folder, part) for part in turn.parts),
        )
        for turn in case.turns
    )
    return StoredCase(
        id=case.id,
        benchmark=case.benchmark,
        setting=case.setting,
        side=case.side,
        turns=turns,
        query=case.query,
        category=case.category,
        record=case.record,
        subset=case.subset,
        pair=case.pair,
        polarity=case.polarity,
        metadata=dict(case.metadata),
    )


def _put(folder: Path, picture: Picture) -> StoredPicture:
    if isinstance(picture.source, Path):
        path = str(picture.source.resolve())
    else:
        path = f"{PICTURES}/{picture.sha256}{SUFFIXES[picture.media_type]}"
        (folder / PICTURES).mkdir(exist_ok=True)
        (folder / path).write_bytes(picture.source)
    return StoredPicture(path=path, sha256=picture.sha256, media_type=picture.media_type)


def _case(folder: Path, row: StoredCase) -> Case:
    turns = tuple(
        Turn(turn.role, tuple(part if isinstance(part, str) else _picture(folder, part) for part in turn.parts))
        for turn in row.turns
    )
    fields = {name: getattr(row, name) for name in StoredCase.model_fields if name != "turns"}
    return Case(turns=turns, **fields)


def _picture(folder: Path, stored: StoredPicture) -> Picture:
    return Picture(folder / stored.path, stored.sha256, stored.media_type)
