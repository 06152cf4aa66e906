"""The report on fidelity: what is a difference, and that the committed one has none without a reason."""

import os
from pathlib import Path

import pytest

from benchmarks.official.fidelity import REPORT, Checked, Reading, check, main, render
from tests.benchmarks.official.clones import clone_of

REPOSITORY = Path(__file__).resolve().parents[3]


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
    checked = check("mossbench", tmp_path)
    assert "| mossbench | xirui-li/MOSSBench | not checked: no such clone |" in render([checked])


def test_other_words_than_the_known_ones_and_other_labels_are_said(tmp_path: Path) -> None:
    clone_of(tmp_path, "MSSBench")
    checked = check("mssbench-chat", tmp_path)
    text = render([checked])
    assert "utils/prompts.py: PROMPT_CHAT_IF | `" in text
    assert "(another is known)" in text
    unexplained = {reading.reply for reading in checked.readings if reading.unexplained}
    assert "2" in unexplained  # our small parser takes a bare digit, the paper's does not
    assert text.count("**unexplained**") == sum(not reading.alike and not reading.why for reading in checked.readings)


def test_a_reply_is_one_cell(tmp_path: Path) -> None:
    source = check("mossbench", clone_of(tmp_path, "MOSSBench").parent).source
    text = render([Checked("mossbench", "mossbench", source, (Reading("a|b\n`c`", "1", "1", ""),))])
    assert '| `` "a\\|b\\n`c`" `` | 1 | 1 |  |' in text


def test_the_committed_report_has_no_difference_without_a_reason_and_no_unknown_hash() -> None:
    text = REPORT.read_text(encoding="utf-8")
    assert "**unexplained**" not in text
    assert "(another is known)" not in text
    assert "not checked" not in text


def test_the_papers_repositories_have_the_known_hashes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clones = Path(os.environ.get("SITUGUARD_OFFICIAL", REPOSITORY.parent / "shared" / "official"))
    if not clones.is_dir():
        pytest.skip(f"needs the papers' repositories: none at {clones}; set SITUGUARD_OFFICIAL to where they lie")
    monkeypatch.setattr("benchmarks.official.fidelity.REPORT", tmp_path / "fidelity.md")
    assert main(clones) == 0
    assert (tmp_path / "fidelity.md").read_text(encoding="utf-8") == REPORT.read_text(encoding="utf-8")
