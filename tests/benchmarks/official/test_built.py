"""Comparing what a repository's code builds with what is sent here; the small repositories are our own."""

from pathlib import Path

import pytest

from benchmarks.official.built import Prompts, ReleasedCodeFailed, compare_prompts
from benchmarks.official.protocols import PROTOCOLS, under
from benchmarks.registry import find_benchmark
from tests.benchmarks.official.clones import clone_of, running_mssbench


def compared(benchmark: str, clone: Path) -> Prompts:
    official = under(find_benchmark(benchmark), PROTOCOLS[benchmark].read(clone))
    return compare_prompts(benchmark, clone, official)


def test_the_same_words_are_found_alike(tmp_path: Path) -> None:
    assert compared("mssbench", running_mssbench(tmp_path)) == Prompts(34, 34)  # 24 questions, 5 answers to two judges


@pytest.mark.parametrize(
    ("file", "before", "after", "alike"),
    [
        ("utils/gpt4_eval.py", '"{index}: {text}', '"{index} - {text}', 24),
        ("utils/infer_on_data.py", '+ seen(row["unsafe_image"])', "", 33),
    ],
)
def test_words_that_a_repositorys_code_puts_together_otherwise_are_found(
    tmp_path: Path, file: str, before: str, after: str, alike: int
) -> None:
    clone = running_mssbench(tmp_path)
    text = (clone / file).read_text(encoding="utf-8")
    assert before in text
    (clone / file).write_text(text.replace(before, after), encoding="utf-8")
    assert compared("mssbench", clone) == Prompts(alike, 34)


def test_a_benchmark_without_prompts_has_none_to_compare(tmp_path: Path) -> None:
    assert compared("mmsafeaware", clone_of(tmp_path, "MMSafetyAwareness")) == Prompts(0, 0)


def test_code_that_cannot_be_run_is_said_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(ReleasedCodeFailed, match="cannot be run by askers: this file was run"):
        compared("mssbench", clone_of(tmp_path, "MSSBench"))
