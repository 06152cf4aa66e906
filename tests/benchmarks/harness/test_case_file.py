"""Cases come back from a run's folder as they were."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from benchmarks.case import Case, CaseSet, ask
from benchmarks.harness.case_file import CASES_FILE, identity, read_cases, write_cases
from benchmarks.mssbench import MSSBENCH_LAYOUT
from benchmarks.pictures import Picture
from tests.benchmarks.folders import mssbench_folder


def test_stored_cases_come_back_as_they_were_with_their_pixels(tmp_path: Path) -> None:
    loaded = MSSBENCH_LAYOUT.load(mssbench_folder(tmp_path / "data"), "qc")
    drawn = list(loaded)[:2]
    (tmp_path / "run").mkdir()
    write_cases(tmp_path / "run", [*drawn, *_in_memory(loaded)])
    back = list(read_cases(tmp_path / "run").values())
    assert [case.id for case in back[:2]] == [case.id for case in drawn]
    assert identity(back[:2]) == identity(drawn)
    assert back[2].pictures[0].read() == loaded.cases[2].pictures[0].read()
    assert (back[2].polarity, back[2].side, dict(back[2].metadata)) == (
        loaded.cases[2].polarity,
        loaded.cases[2].side,
        dict(loaded.cases[2].metadata),
    )


def _in_memory(loaded: CaseSet) -> list[Case]:
    """A case whose picture has no file of its own, as a drawn one."""
    case = loaded.cases[2]
    return [replace(case, turns=ask(case.text, Picture.of(case.pictures[0].read())))]


def test_a_line_is_one_object_with_every_field_and_pictures_by_path(tmp_path: Path) -> None:
    """The format that runs of earlier versions are stored in."""
    loaded = MSSBENCH_LAYOUT.load(mssbench_folder(tmp_path / "data"), "qc")
    write_cases(tmp_path, list(loaded)[:1])
    line = json.loads((tmp_path / CASES_FILE).read_text(encoding="utf-8"))
    picture = loaded.cases[0].pictures[0]
    assert [*line] == [
        *("id", "benchmark", "setting", "side", "turns", "query", "category", "record", "subset", "pair"),
        *("polarity", "metadata"),
    ]
    assert line["turns"] == [
        {
            "role": "user",
            "parts": [
                loaded.cases[0].text,
                {"path": str(picture.source), "sha256": picture.sha256, "media_type": "image/png"},
            ],
        }
    ]
    assert (line["side"], line["polarity"]) == ("safe", "yes-is-safe")
