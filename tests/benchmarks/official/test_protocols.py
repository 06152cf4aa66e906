"""Choosing a protocol, and finding a run's words again."""

from pathlib import Path

import pytest

from benchmarks.errors import FileMissing, OptionInvalid
from benchmarks.mossbench import MOSSBENCH
from benchmarks.official.protocols import benchmark_of, read_official, under
from benchmarks.pocketworld.evaluation.benchmark import POCKETWORLD
from tests.benchmarks.official.clones import clone_of


def test_the_own_protocol_needs_no_clone() -> None:
    assert read_official(MOSSBENCH, "own", None) is None
    assert under(MOSSBENCH, None) is MOSSBENCH


@pytest.mark.parametrize(
    ("benchmark", "protocol", "clone", "words"),
    [
        (MOSSBENCH, "paper", None, "'paper': there are own, and official"),
        (MOSSBENCH, "own", Path(), "'own'"),
        (MOSSBENCH, "official", None, "your own clone of https://github.com/xirui-li/MOSSBench: --official PATH"),
        (POCKETWORLD, "official", Path(), "pocketworld has no official protocol here; there is one for mssbench"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    benchmark: object, protocol: str, clone: Path | None, words: str
) -> None:
    with pytest.raises(OptionInvalid, match=words):
        read_official(benchmark, protocol, clone)  # type: ignore[arg-type]


def test_a_runs_folder_holds_its_words(tmp_path: Path) -> None:
    words = read_official(MOSSBENCH, "official", clone_of(tmp_path, "MOSSBench"))
    assert words is not None
    with pytest.raises(FileMissing):
        benchmark_of(tmp_path, "mossbench", "official")
    words.write(tmp_path)
    kept = benchmark_of(tmp_path, "mossbench", "official")
    assert kept.sampling == under(MOSSBENCH, words).sampling
    assert benchmark_of(tmp_path, "mossbench", "own") is MOSSBENCH
