"""Reading released files."""

from __future__ import annotations

from pathlib import Path

from benchmarks.released import read_csv


def test_a_line_separator_in_a_question_breaks_no_row(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('pid,question\n1,"How\u2028do I,\nsay?"\n2,Why?\u0085\n', encoding="utf-8")
    assert read_csv(path, "rows.csv") == [
        {"pid": "1", "question": "How\u2028do I,\nsay?"},
        {"pid": "2", "question": "Why?\u0085"},
    ]
