"""Reading released files into checked rows. Knows no benchmark."""

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from benchmarks.errors import CountsDiffer, FileInvalid, FileMissing

T = TypeVar("T")


class ReleasedRow(BaseModel):
    """A row of a release: the documented fields are checked, others are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


def read_text(path: Path, layout: str) -> str:
    """The file as UTF-8 text; where it is missing, the error shows the expected `layout`."""
    if not path.is_file():
        raise FileMissing(path, layout)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileInvalid(path, f"not UTF-8 text: {error}") from error


def read_json(path: Path, shape: type[T], layout: str) -> T:
    """The JSON file as `shape`, checked; the error names the first field that does not fit."""
    text = read_text(path, layout)
    try:
        return TypeAdapter(shape).validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise FileInvalid(path, f"{where}: {first['msg']}") from error


def read_csv(path: Path, layout: str) -> list[dict[str, str]]:
    """The rows of a CSV file with a header line."""
    # Not `splitlines`: that also breaks at U+2028 and the like, which stand in questions.
    return list(csv.DictReader(StringIO(read_text(path, layout), newline="")))


def check_count(path: Path, what: str, expected: int, found: int) -> None:
    """An error unless the release holds what it is documented to hold."""
    if expected != found:
        raise CountsDiffer(path, what, str(expected), str(found))


def first_file(folder: Path, names: Sequence[str], layout: str) -> Path:
    """The first of several documented names that the folder has."""
    found = next((folder / name for name in names if (folder / name).is_file()), None)
    if found is None:
        raise FileMissing(folder / names[0], layout)
    return found
