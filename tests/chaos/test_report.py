"""The report says what does not hold, what was skipped, and that a run without its control is void."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from tests.chaos.figures import Figure, Section
from tests.chaos.parts.catalogue import ALL, PARTS
from tests.chaos.report import CONTROL, RAW, write
from tests.chaos.run import missing, outcome, run
from tests.chaos.size import SIZES, Size
from tests.chaos.store import Stored, load
from tests.chaos.store import commit as commit_now

ORDER = (CONTROL, "one", "two")
CAUGHT = Section("control", [Figure("caught", value=True, must=True)])
FINE = Section(
    "fine",
    (
        Figure("leaks", 0, 0),
        Figure("seconds", 0.5, most=1.0),
    ),
    [{"request": 1}],
)


def stored(part: str, *sections: Section, commit: str = "abc") -> Stored:
    return Stored(part, "small", 7, commit, 1.5, sections)


def report(folder: Path, *parts: Stored) -> tuple[str, bool]:
    for part in parts:
        part.save(folder / RAW)
    path, holds = write(folder, ORDER)
    return path.read_text(), holds


@pytest.mark.parametrize(
    ("figure", "holds"),
    [
        (Figure("for information", 7), True),
        (Figure("leaks", 0, 0), True),
        (Figure("leaks", 1, 0), False),
        (Figure("seconds", 1.1, most=1.0), False),
        (Figure("of the peak", 0.9, least=0.9), True),
        (Figure("of the peak", 0.89, least=0.9), False),
    ],
)
def test_a_figure_holds_within_its_bounds(figure: Figure, *, holds: bool) -> None:
    assert figure.holds is holds
    assert ("FAILS" in figure.line) is not holds


def test_what_was_stored_is_what_is_read(tmp_path: Path) -> None:
    stored("one", FINE, Section("none", skipped="needs strace")).save(tmp_path)
    (again,) = load(tmp_path)
    assert again.sections == [Section(FINE.title, FINE.figures), Section("none", skipped="needs strace")]
    lines = lzma.decompress((tmp_path / "one.jsonl.xz").read_bytes()).splitlines()
    assert lines[1:] == [b'{"section": "fine", "request": 1}']


def test_a_part_is_read_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        stored("one", Section("half", rows=[{"request": 1}, {"request": object()}])).save(tmp_path)
    assert load(tmp_path) == []


def test_every_figure_has_a_line_and_the_whole_holds(tmp_path: Path) -> None:
    text, holds = report(tmp_path, stored(CONTROL, CAUGHT), stored("one", FINE))
    assert holds
    assert "- leaks: 0 (must be 0: holds)\n" in text
    assert "- NOT RUN: two\n" in text
    assert "- commit: abc\n" in text


def test_without_the_control_the_run_is_void(tmp_path: Path) -> None:
    text, holds = report(tmp_path, stored("one", FINE))
    assert not holds
    assert "THE RUN IS VOID" in text
    text, holds = report(tmp_path, stored(CONTROL, Section("control", [Figure("caught", value=False, must=True)])))
    assert not holds
    assert "THE RUN IS VOID" in text


def test_skips_and_other_commits_are_said_aloud(tmp_path: Path) -> None:
    skipped = stored("one", Section("disk full", skipped="needs strace"), commit="def")
    text, _ = report(tmp_path, stored(CONTROL, CAUGHT), skipped)
    assert "- SKIPPED: disk full: needs strace\n" in text
    assert "- commit: abc, def (NOT ONE COMMIT)\n" in text
    assert "- commit of this part: def\n" in text


def test_a_size_takes_its_share_of_everything() -> None:
    assert [SIZES[name].of(20_000) for name in SIZES] == [120, 400, 20_000]
    assert SIZES["sample"].some(list(range(100))) == list(range(0, 100, 50))
    assert SIZES["full"].some("abc") == ["a", "b", "c"]
    assert len(SIZES["small"].some(list(range(40)), 5)) == 5


def test_where_times_count_nothing_runs_beside_it() -> None:
    assert {size.lanes for size in SIZES.values() if size.slack == 1} == {1}


def test_parts_that_run_side_by_side_are_all_in_the_report(tmp_path: Path) -> None:
    run(("verdicts", "urls"), SIZES["sample"], tmp_path)
    assert {each.part for each in load(tmp_path / RAW)} == {"verdicts", "urls"}
    assert all(each.holds for each in load(tmp_path / RAW))
    assert "NOT RUN: verdicts" not in (tmp_path / "report.md").read_text()


def test_a_part_that_breaks_off_does_not_hold_and_says_why() -> None:
    async def breaks(_: Size) -> list[Section]:
        raise OSError("no such port")

    (section,) = outcome(breaks, SIZES["small"])
    assert not section.holds
    assert "- error: OSError: no such port" in [figure.line for figure in section.figures]


def test_a_run_is_resumed_with_what_is_missing_or_does_not_hold(tmp_path: Path) -> None:
    now = commit_now()
    failing = Section("control", [Figure("caught", value=False, must=True)])
    for part in (stored("one", FINE, commit=now), stored("two", failing, commit=now), stored("three", FINE)):
        part.save(tmp_path / RAW)
    assert missing(("one", "two", "three", "four"), SIZES["small"], tmp_path) == ["two", "three", "four"]
    assert missing(("one",), SIZES["full"], tmp_path) == ["one"]


def test_the_soak_runs_only_where_it_is_named() -> None:
    assert set(ALL) - set(PARTS) == {"soak"}
