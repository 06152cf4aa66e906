"""Rows are read whole, and every row that cannot be is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.errors import FileInvalid, FileMissing
from benchmarks.training.errors import RowsRejected
from benchmarks.training.rows import digest_of, read_rows
from tests.benchmarks.training.conftest import STEPS, Folder


def test_a_file_is_read_with_its_pictures(small: Path) -> None:
    rows = read_rows(small)
    assert [row.number for row in rows] == list(range(1, 18))
    assert [row.unsafe for row in rows[:2]] == [False, True]
    assert rows[0].picture.width == 32
    assert rows[0].messages[0].text == "How?"
    assert rows[-1].line.pair is None
    assert digest_of(small, rows) == digest_of(small, read_rows(small))


def test_every_row_that_cannot_be_read_is_named_with_the_reason_and_without_its_words(folder: Folder) -> None:
    folder.pair(1, "train")
    good = json.dumps(folder.rows[0])
    (folder.folder / "text.png").write_text("no picture")
    broken = [
        "{",
        json.dumps({**folder.rows[0], "colour": "secret"}),
        json.dumps({**folder.rows[0], "reply": " "}),
        json.dumps({**folder.rows[0], "side": None}),
        json.dumps({**folder.rows[0], "pair": None, "side": None, "steps": STEPS}),
        json.dumps({**folder.rows[0], "picture": "absent.png"}),
        json.dumps({**folder.rows[0], "picture": "text.png"}),
    ]
    folder.path.write_text("\n".join([good, "", *broken]))
    with pytest.raises(RowsRejected) as caught:
        read_rows(folder.path)
    problems = caught.value.problems
    assert [problem.rows for problem in problems] == [(number,) for number in range(3, 10)]
    reasons = ["not JSON", "colour: Extra", "reply: ", "go together", "an anchor has none", "cannot be read", "picture"]
    assert all(reason in problem.reason for reason, problem in zip(reasons, problems, strict=True))
    assert "secret" not in str(caught.value)


def test_a_file_without_rows_or_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match="one JSON object a line"):
        read_rows(tmp_path / "pairs.jsonl")
    (tmp_path / "pairs.jsonl").write_text("\n")
    with pytest.raises(FileInvalid, match="no rows"):
        read_rows(tmp_path / "pairs.jsonl")
    (tmp_path / "pairs.jsonl").write_bytes(b"\xff")
    with pytest.raises(FileInvalid, match="UTF-8"):
        read_rows(tmp_path / "pairs.jsonl")
