"""The report on fidelity: what is a difference, and that the committed one has none without a reason."""

from pathlib import Path

import pytest

from benchmarks.official.fidelity import REPORT, Checked, Reading, check, main, render
from benchmarks.official.figstep import FIGSTEP_OFFICIAL
from benchmarks.official.nasty import COMPARISONS, Comparison
from tests.benchmarks.folders import repository
from tests.benchmarks.official.clones import clone_of, running_mssbench


def of(benchmark: str) -> Comparison:
    return next(each for each in COMPARISONS if each.benchmark == benchmark)


@pytest.mark.parametrize(
    ("released", "ours", "why", "alike", "unexplained"),
    [
        ("1", "1", "", True, False),
        ("-1", "", "", True, False),
        ("raises ValueError", "", "", True, False),
        ("neither", "neither", "", True, False),
        ("2", "", "", False, True),
        ("2", "", "it is no class", False, False),
        ("1", "1", "it is no class", True, True),  # a reason without a difference
    ],
)
def test_a_difference_needs_a_reason(released: str, ours: str, why: str, alike: bool, unexplained: bool) -> None:
    reading = Reading("<answer>23</answer>", released, ours, why)
    assert reading.alike is alike
    assert reading.unexplained is unexplained


def test_a_clone_that_is_not_there_is_said(tmp_path: Path) -> None:
    checked = check(of("mossbench"), tmp_path)
    assert "| mossbench | xirui-li/MOSSBench | not checked: no such clone |" in render([checked])


def test_other_words_than_the_known_ones_and_other_labels_are_said(tmp_path: Path) -> None:
    running_mssbench(tmp_path)
    checked = check(of("mssbench"), tmp_path)
    text = render([checked])
    assert "utils/prompts.py: PROMPT_CHAT_IF | `" in text
    assert "(another is known)" in text
    unexplained = {reading.reply for reading in checked.readings if reading.unexplained}
    assert "2" in unexplained  # our small parser takes a bare digit, the paper's does not
    assert text.count("**unexplained**") == sum(not reading.alike and not reading.why for reading in checked.readings)


def test_a_reply_is_one_cell(tmp_path: Path) -> None:
    source = FIGSTEP_OFFICIAL.read(clone_of(tmp_path, "FigStep")).source
    text = render([Checked(of("figstep"), source, (Reading("a|b\n`c`", "1", "1", ""),))])
    assert '| `` "a\\|b\\n`c`" `` | 1 | 1 |  |' in text


def test_the_committed_report_has_no_difference_without_a_reason_and_no_unknown_hash() -> None:
    text = REPORT.read_text(encoding="utf-8")
    assert "**unexplained**" not in text
    assert "(another is known)" not in text
    assert "not checked" not in text


def test_the_papers_repositories_have_the_known_hashes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clones = repository("MSSBench").parent
    monkeypatch.setattr("benchmarks.official.fidelity.REPORT", tmp_path / "fidelity.md")
    assert main(clones) == 0
    assert (tmp_path / "fidelity.md").read_text(encoding="utf-8") == REPORT.read_text(encoding="utf-8")
