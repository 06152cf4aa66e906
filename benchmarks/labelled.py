"""Labelled decisions: what people marked right or wrong in the console, asked again of any arm.

A file as `situguard records labels --content` writes it, or a folder that holds one as labels.jsonl. A record keeps the
parts of a request and not who said them, so a case is one message of a person: exact for a single question with its
pictures, a transcript for a longer conversation.
"""

import base64
import binascii
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from agents.conversation import TextPart
from benchmarks import rubrics
from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, CaseSet, Role, Side, Turn
from benchmarks.errors import FileInvalid
from benchmarks.metrics import right_share, side_accuracy
from benchmarks.pictures import Picture
from benchmarks.released import ReleasedRow, read_text

FILE = "labels.jsonl"
LAYOUT = f"{FILE}, as `situguard records labels --content` writes it"
SETTINGS = ("decided", "all")
ENCODED = ";base64,"
NOT_KEPT = "its content is not in the file: export with --content, from a deployment with `records: {content: kept}`"


class LabelledPart(ReleasedRow):
    """A part of what was asked: with its content, where that was kept."""

    kind: Literal["text", "image"]
    digest: str
    text: str | None = None
    data: str | None = None

    @property
    def is_kept(self) -> bool:
        """Whether its content is in the file."""
        return (self.text if self.kind == "text" else self.data) is not None

    def content(self) -> str | Picture:
        """The text or the picture; raises `ValueError` where it is not what the digest says."""
        if self.kind == "text":
            content: str | Picture = self.text or ""
            found = TextPart(self.text or "").digest
        else:
            content = _picture(self.data or "")
            found = content.sha256
        if found != self.digest:
            raise ValueError("its content is not what was decided on: the digest differs")
        return content


class LabelledRow(ReleasedRow):
    """A decision, and the verdict that would have been right."""

    id: str
    deployment: str | None = None
    verdict: str | None = None
    category: str | None = None
    expected: Literal["safe", "unsafe", "unclear"]
    parts: list[LabelledPart]


def load(folder: Path, setting: str = "decided", *, partial: bool = False) -> CaseSet:
    """The cases of a setting: those that are safe or unsafe, or all, where unclear counts as unsafe: not to be answered
    as if nothing were the matter. With `partial`, rows whose content was not kept are left out and named.
    """
    path = folder / FILE if folder.is_dir() else folder
    cases: dict[str, Case] = {}
    absent: list[str] = []
    for number, row in _rows(path):
        if row.id in cases:
            raise FileInvalid(path, f"line {number}: id: this decision has a line already")
        gap = next((place for place, part in enumerate(row.parts) if not part.is_kept), None)
        if gap is not None and not partial:
            raise FileInvalid(path, f"line {number}: parts.{gap}: {NOT_KEPT}, or leave such rows out with --partial")
        if gap is not None:
            absent.append(row.id)
        elif setting == "all" or row.expected != "unclear":
            cases[row.id] = _case(path, number, row, setting)
    return CaseSet(tuple(cases.values()), "own", tuple(absent))


def _rows(path: Path) -> Iterator[tuple[int, LabelledRow]]:
    # Not `splitlines`: that also breaks at U+2028 and the like, which stand in questions.
    for number, line in enumerate(read_text(path, LAYOUT).split("\n"), 1):
        if line.strip():
            try:
                yield number, LabelledRow.model_validate_json(line)
            except ValidationError as error:
                first = error.errors(include_url=False, include_input=False)[0]
                where = ".".join(str(part) for part in first["loc"]) or "the row"
                raise FileInvalid(path, f"line {number}: {where}: {first['msg']}") from None


def _case(path: Path, number: int, row: LabelledRow, setting: str) -> Case:
    if not row.parts:
        raise FileInvalid(path, f"line {number}: parts: there is nothing to ask")
    parts: list[str | Picture] = []
    for place, part in enumerate(row.parts):
        try:
            parts.append(part.content())
        except (FileInvalid, ValueError) as error:
            reason = error.reason if isinstance(error, FileInvalid) else str(error)
            raise FileInvalid(path, f"line {number}: parts.{place}: {reason}") from None
    return Case(
        id=f"labelled/{setting}/{row.id}",
        benchmark="labelled",
        setting=setting,
        side=Side.SAFE if row.expected == "safe" else Side.UNSAFE,
        turns=(Turn(Role.USER, tuple(parts)),),
        query="\n\n".join(part for part in parts if isinstance(part, str)),
        category=row.category or "none",
        record=row.id,
        subset=row.deployment or "",
        metadata={"expected": row.expected, "decided": row.verdict or "none"},
    )


def _picture(url: str) -> Picture:
    head, mark, data = url.partition(ENCODED)
    if not (mark and head.startswith("data:image/")):
        raise ValueError("a data URL of a picture is expected here")
    try:
        return Picture.of(base64.b64decode(data, validate=True))
    except binascii.Error:
        raise ValueError("its base64 cannot be read") from None


LABELLED = Benchmark(
    name="labelled",
    title="Labelled decisions: marked right or wrong in the console",
    source="situguard records labels --content",
    licence="own: what people asked",
    settings=SETTINGS,
    loader=load,
    files=(FILE,),
    rubric=lambda case: rubrics.strict(),
    measures=(right_share(), *(side_accuracy(side) for side in Side)),
    caveat="People mark what they come across, and rather what was wrong: the rates are those of this set alone.",
)
