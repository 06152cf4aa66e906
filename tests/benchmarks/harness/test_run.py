"""What a failed request becomes in a run: pending, asked again by the next command, and never wrong."""

from __future__ import annotations

from pathlib import Path

from benchmarks.harness.logs import read_records
from benchmarks.harness.plan import RunOptions
from benchmarks.judges import Outcome
from benchmarks.report.rows import FinishedRun
from tests.benchmarks.folders import mssbench_folder
from tests.benchmarks.harness.runs import lay_out, run_apart
from tests.benchmarks.harness.upstream import Body, Fails, text_of, upstream

CASES = 18


def test_a_request_that_fails_is_pending_and_the_same_command_asks_only_for_it(tmp_path: Path) -> None:
    broken = True

    def say(role: str, body: Body) -> str:
        if broken and "swing 0.0" in text_of(body):
            raise Fails(503, "guard_unavailable", retry_after=0.1)
        return "No."

    options = RunOptions(benchmark="mssbench-layout", setting="qc", wording="compact")
    lay_out(tmp_path / "run", mssbench_folder(tmp_path / "data"), options)
    with upstream(say) as server:
        assert not run_apart(tmp_path / "run", server.url)
        assert server.calls == CASES + 2  # each of the two was tried twice
        pending = FinishedRun.read(tmp_path / "run").pending("by rule")
        assert (pending.by_row, pending.reasons) == ({"raw": 2}, {"503 guard_unavailable": 2})
        assert {case_id.rpartition("/")[2] for case_id in pending.left_out} == {"safe", "unsafe"}
        broken = False
        assert run_apart(tmp_path / "run", server.url)
        assert server.calls == CASES + 4
    records = read_records(tmp_path / "run")
    assert len(records) == CASES
    assert {record.judgements["by rule"].outcome for record in records} == {Outcome.LABELLED}
