"""Shards of one run, carried out separately and put together."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.harness.case_file import read_cases
from benchmarks.harness.logs import read_records
from benchmarks.harness.merge import ShardsMissing, merge
from benchmarks.harness.plan import RunDiffers, RunOptions
from benchmarks.pending import NOT_ASKED
from benchmarks.report.rows import FinishedRun
from tests.benchmarks.folders import mssbench_folder
from tests.benchmarks.harness.runs import lay_out, run_apart
from tests.benchmarks.harness.upstream import upstream

CASES = 18


def shard_of_two(index: int, seed: int = 7) -> RunOptions:
    return RunOptions(benchmark="mssbench-layout", setting="qc", wording="compact", shard=(index, 2), seed=seed)


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two finished shards of one run."""
    root = tmp_path_factory.mktemp("shards")
    data = mssbench_folder(root / "data")
    folders = (root / "first", root / "second")
    with upstream(lambda role, body: "Yes (safe).") as server:
        for index, folder in enumerate(folders, start=1):
            lay_out(folder, data, shard_of_two(index))
            assert run_apart(folder, server.url)
        assert server.calls == CASES
    return folders


def test_merged_shards_are_the_whole_run(shards: tuple[Path, Path], tmp_path: Path) -> None:
    plan = merge(tmp_path / "whole", [shards[1], shards[0]])
    assert (plan.options.shard, plan.cases) == ((1, 1), CASES)
    records = read_records(tmp_path / "whole")
    assert {record.case_id for record in records} == set(read_cases(tmp_path / "whole"))
    assert not FinishedRun.read(tmp_path / "whole").pending("by rule").left_out


def test_a_missing_shard_is_named_and_so_is_a_stranger(shards: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(ShardsMissing, match="2 shards make the run; found 1"):
        merge(tmp_path / "whole", [shards[0]])
    lay_out(tmp_path / "other", mssbench_folder(tmp_path / "data"), shard_of_two(2, seed=8))
    with pytest.raises(RunDiffers, match="another seed"):
        merge(tmp_path / "whole", [shards[0], tmp_path / "other"])


def test_what_no_log_holds_is_pending(shards: tuple[Path, Path], tmp_path: Path) -> None:
    merge(tmp_path / "whole", [shards[0], shards[1]])
    half = len(read_cases(shards[0]))
    for log in (shards[1] / "logs").glob("*.eval"):
        (tmp_path / "whole" / "logs" / log.name).unlink()
    pending = FinishedRun.read(tmp_path / "whole").pending("by rule")
    assert (pending.by_row, pending.reasons) == ({"raw": CASES - half}, {NOT_ASKED: CASES - half})
    assert pending.too_many
