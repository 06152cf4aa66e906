"""The console's labelled set as a benchmark: read as it is exported, and refused by row and reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from agents.conversation import TextPart
from benchmarks.case import Side
from benchmarks.checksum import release_sha256
from benchmarks.errors import FileInvalid, FileMissing
from benchmarks.labelled import LABELLED
from service.audit.content_store import Content, ContentStore, Piece, today
from service.audit.labels import LabelStore, labelled_cases
from service.audit.reader import reading
from service.audit.record import Record
from tests.scripts import picture
from tests.service.storage import audit_log, opened

QUESTION = "How do I\u2028swing here?"
SHOWN = picture()

Row = dict[str, Any]


async def export(folder: Path, **labels: str) -> Path:
    """The file that an operator gets, of decisions about a picture and a question: what each should have been."""
    text, until = TextPart(QUESTION), today() + timedelta(days=3)
    kept = (Piece(text.digest, QUESTION.encode()), Piece(SHOWN.digest, SHOWN.data))
    ContentStore(folder).keep(Content(until, kept))
    parts = [{"kind": "image", "digest": SHOWN.digest}, {"kind": "text", "digest": text.digest}]
    body = {"deployment": "kitchen", "verdict": "safe", "category": None, "parts": parts, "kept_until": str(until)}
    with audit_log(folder) as log:
        for decision in labels:
            await log.commit(Record("decision", decision, body))
    with opened(folder) as database, reading(database) as reader:
        store = LabelStore(database)
        for decision, expected in labels.items():
            store.put(decision, expected, "ada")
        lines = [json.dumps(each) for each in labelled_cases(store.all(), reader, ContentStore(folder))]
    return written(folder, *lines)


def written(folder: Path, *lines: str) -> Path:
    path = folder / "labels.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def row(**changes: Any) -> Row:
    part = {"kind": "text", "digest": sha256(b"text\0How?").hexdigest(), "text": "How?"}
    return {"id": "dec_1", "expected": "unsafe", "parts": [part], **changes}


async def test_what_the_console_exports_is_a_benchmark(tmp_path: Path) -> None:
    path = await export(tmp_path, dec_1="unsafe", dec_2="safe", dec_3="unclear")
    loaded = LABELLED.load(path)
    assert [(case.record, case.side) for case in loaded] == [("dec_1", Side.UNSAFE), ("dec_2", Side.SAFE)]
    case = loaded.cases[0]
    assert (case.query, case.subset, dict(case.metadata)["decided"]) == (QUESTION, "kitchen", "safe")
    assert [shown.read() for shown in case.pictures] == [SHOWN.data]
    assert not isinstance(case.turns[0].parts[0], str)  # the picture came first
    whole = LABELLED.load(tmp_path, "all")
    assert [(case.record, case.side) for case in whole][2:] == [("dec_3", Side.UNSAFE)]
    assert release_sha256(path, LABELLED.files) == release_sha256(tmp_path, LABELLED.files) != ""


def test_rows_whose_content_was_not_kept_are_refused_or_left_out(tmp_path: Path) -> None:
    bare = row(id="dec_2", parts=[{"kind": "image", "digest": "b" * 64}])
    path = written(tmp_path, json.dumps(row()), "", json.dumps(bare))
    with pytest.raises(FileInvalid, match=r"line 3: parts\.0: its content is not in the file: export with --content"):
        LABELLED.load(path)
    loaded = LABELLED.load(path, partial=True)
    assert ([case.record for case in loaded], loaded.missing) == (["dec_1"], ("dec_2",))


def no_picture(made: Row) -> None:
    made["parts"] = [{"kind": "image", "digest": "b" * 64, "data": "data:image/png;base64,aGVsbG8="}]


def no_base64(made: Row) -> None:
    made["parts"] = [{"kind": "image", "digest": "b" * 64, "data": "data:image/png;base64,*"}]


def an_address(made: Row) -> None:
    made["parts"] = [{"kind": "image", "digest": "b" * 64, "data": "https://example.com/a.png"}]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda made: made.update(expected="fine"), "expected: Input should be 'safe', 'unsafe' or 'unclear'"),
        (lambda made: made.pop("id"), "id: Field required"),
        (lambda made: made.update(parts=[]), "parts: there is nothing to ask"),
        (lambda made: made["parts"][0].update(kind="sound"), "parts.0.kind: Input should be 'text' or 'image'"),
        (lambda made: made["parts"][0].update(text="Why?"), "parts.0: its content is not what was decided on"),
        (no_picture, "parts.0: not a PNG, JPEG, WebP or GIF"),
        (no_base64, "parts.0: its base64 cannot be read"),
        (an_address, "parts.0: a data URL of a picture is expected here"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_the_reason(
    tmp_path: Path, spoil: Callable[[Row], object], reason: str
) -> None:
    bad = row(id="dec_2")
    spoil(bad)
    with pytest.raises(FileInvalid) as refused:
        LABELLED.load(written(tmp_path, json.dumps(row()), json.dumps(bad)))
    assert f"line 2: {reason}" in str(refused.value)


def test_what_is_no_json_twice_there_or_absent_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileInvalid, match="line 1: the row: Invalid JSON"):
        LABELLED.load(written(tmp_path, "{"))
    with pytest.raises(FileInvalid, match="line 2: id: this decision has a line already"):
        LABELLED.load(written(tmp_path, json.dumps(row()), json.dumps(row())))
    with pytest.raises(FileMissing, match="situguard records labels --content"):
        LABELLED.load(tmp_path / "nothing.jsonl")
