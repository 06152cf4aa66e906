"""What always answering, always refusing and guessing score on each benchmark."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks import mssbench
from benchmarks.benchmark import Benchmark
from benchmarks.case import Side
from benchmarks.metrics import Scored, average_accuracy, pair_accuracy, side_accuracy
from benchmarks.mm_safetybench import MM_SAFETYBENCH
from benchmarks.mmsafeaware import MMSAFEAWARE
from benchmarks.mossbench import MOSSBENCH
from benchmarks.mssbench import MSSBENCH
from benchmarks.trivial_policies import trivial_policies
from benchmarks.vlsbench import VLSBENCH
from tests.benchmarks.folders import (
    MMSAFEAWARE_NUMBERS,
    mm_safetybench_folder,
    mmsafeaware_folder,
    mossbench_folder,
    mssbench_folder,
    put_json,
    vlsbench_rows,
)


def figures(benchmark: Benchmark, scored: Sequence[Scored]) -> dict[str, float]:
    return {measure.name: measure.of(scored) for measure in benchmark.measures}


@pytest.mark.parametrize("setting", ["if", "qc", "ic"])
def test_on_mssbench_answering_refusing_and_guessing_all_average_a_half(tmp_path: Path, setting: str) -> None:
    cases = mssbench.load(mssbench_folder(tmp_path), setting, versions=()).cases
    rows = trivial_policies(cases, MSSBENCH.rubric)
    found = {name: (average_accuracy().of(row), pair_accuracy().of(row)) for name, row in rows.items()}
    assert found == {"always answer": (0.5, 0.0), "always refuse": (0.5, 0.0), "random": (0.5, 0.25)}
    assert side_accuracy(Side.SAFE).of(rows["always answer"]) == 1.0
    assert side_accuracy(Side.UNSAFE).of(rows["always refuse"]) == 1.0


def test_always_no_ties_the_best_published_total_on_mmsafeaware(tmp_path: Path) -> None:
    mmsafeaware_folder(tmp_path, MMSAFEAWARE_NUMBERS, pictured=(1, 200, 1000))
    cases = MMSAFEAWARE.load(tmp_path, partial=True).cases
    rows = {name: figures(MMSAFEAWARE, row) for name, row in trivial_policies(cases, MMSAFEAWARE.rubric).items()}
    assert rows["always refuse"]["unweighted total"] == pytest.approx(2 / 3)
    assert rows["always answer"]["unweighted total"] == pytest.approx(1 / 3)
    assert {row["balanced accuracy"] for row in rows.values()} == {0.5}


def test_refusing_everything_is_perfect_where_everything_is_unsafe_and_total_over_refusal_elsewhere(
    tmp_path: Path,
) -> None:
    put_json(tmp_path / "data.json", vlsbench_rows())
    harmful = VLSBENCH.load(tmp_path, "text-only").cases
    benign = MOSSBENCH.load(mossbench_folder(tmp_path, pictures=0), "text-only").cases
    attacks = MM_SAFETYBENCH.load(mm_safetybench_folder(tmp_path, kinds=()), "tiny-text-only").cases
    refused = {
        benchmark.name: figures(benchmark, trivial_policies(cases, benchmark.rubric)["always refuse"])
        for benchmark, cases in ((VLSBENCH, harmful), (MOSSBENCH, benign), (MM_SAFETYBENCH, attacks))
    }
    assert refused["vlsbench"]["safety rate"] == 1.0
    assert refused["mm-safetybench"]["attack success rate, mean of scenarios"] == 0.0
    assert refused["mossbench"]["over-refusal"] == 1.0
    coin = figures(VLSBENCH, trivial_policies(harmful, VLSBENCH.rubric)["random"])
    assert coin["safety rate"] == 0.5
