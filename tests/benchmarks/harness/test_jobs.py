"""Jobs straight against a scripted endpoint: shards and their merging, and what failures become."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.harness.arms import Arm
from benchmarks.harness.logs import RunIncomplete, check_complete, read_records
from benchmarks.harness.merge import ShardsMissing, merge
from benchmarks.harness.plan import Plan, RunDiffers
from benchmarks.harness.planning import Wanted
from benchmarks.harness.stored import read_cases, write_cases
from benchmarks.judges import Outcome
from benchmarks.mssbench import MSSBENCH_LAYOUT
from tests.benchmarks.folders import mssbench_folder
from tests.benchmarks.harness.runs import run_apart
from tests.benchmarks.harness.upstream import Body, Fails, text_of, upstream

ARM = Arm(name="raw", method="raw", configuration="hash")
CASES = 18


def job(folder: Path, wanted: Wanted) -> Plan:
    """Lay out a run in its folder."""
    cases = wanted.cases()
    plan = wanted.plan(cases, [ARM])
    plan.hold(folder)
    write_cases(folder, cases)
    return plan


def wanted(data: Path) -> Wanted:
    return Wanted(MSSBENCH_LAYOUT, mssbench_folder(data), setting="qc", wording="compact")


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two finished shards of one run."""
    root = tmp_path_factory.mktemp("shards")
    asked = wanted(root / "data")
    folders = (root / "first", root / "second")
    with upstream(lambda role, body: "Yes (safe).") as server:
        for index, folder in enumerate(folders, start=1):
            job(folder, replace(asked, shard=(index, 2)))
            assert run_apart(folder, server.url)
        assert server.calls == CASES
    return folders


def test_merged_shards_are_the_whole_run(shards: tuple[Path, Path], tmp_path: Path) -> None:
    plan = merge(tmp_path / "whole", [shards[1], shards[0]])
    assert (plan.shard, plan.cases) == ((1, 1), CASES)
    records = read_records(tmp_path / "whole")
    assert {record.case_id for record in records} == set(read_cases(tmp_path / "whole"))
    check_complete(tmp_path / "whole", plan, records, CASES)


def test_a_missing_shard_is_named_and_so_is_a_stranger(shards: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(ShardsMissing, match="2 shards make the run; found 1"):
        merge(tmp_path / "whole", [shards[0]])
    job(tmp_path / "other", replace(wanted(tmp_path / "data"), shard=(2, 2), seed=8))
    with pytest.raises(RunDiffers, match="another seed"):
        merge(tmp_path / "whole", [shards[0], tmp_path / "other"])


def test_a_shard_alone_is_not_the_run(shards: tuple[Path, Path]) -> None:
    plan = job(shards[0], replace(wanted(shards[0].parent / "data"), shard=(1, 2)))
    with pytest.raises(RunIncomplete, match="without a result: 8 of raw") as raised:
        check_complete(shards[0], plan, read_records(shards[0]), CASES)
    assert raised.value.missing == {"raw": 8}


def test_a_request_that_ends_in_an_error_is_wrong_on_both_sides_and_does_not_stop_the_run(tmp_path: Path) -> None:
    def say(role: str, body: Body) -> str:
        if "swing 0.0" in text_of(body):
            raise Fails(503, "guard_unavailable")
        return "No."

    job(tmp_path / "run", wanted(tmp_path / "data"))
    with upstream(say) as server:
        assert run_apart(tmp_path / "run", server.url)
        assert server.calls == CASES  # a failure is what was measured; it is not asked again
    failed = [record for record in read_records(tmp_path / "run") if record.error]
    assert {record.case_id.rpartition("/")[2] for record in failed} == {"safe", "unsafe"}
    assert {record.error for record in failed} == {"503 guard_unavailable"}
    judgements = [record.judgements["by rule"] for record in failed]
    assert {(each.outcome, each.right) for each in judgements} == {(Outcome.REQUEST_FAILED, False)}
