"""What a failed request becomes in a run."""

from __future__ import annotations

from pathlib import Path

from benchmarks.harness.logs import read_records
from benchmarks.harness.plan import RunOptions
from benchmarks.judges import Outcome
from tests.benchmarks.folders import mssbench_folder
from tests.benchmarks.harness.runs import lay_out, run_apart
from tests.benchmarks.harness.upstream import Body, Fails, text_of, upstream

CASES = 18


def test_a_request_that_ends_in_an_error_is_wrong_on_both_sides_and_does_not_stop_the_run(tmp_path: Path) -> None:
    def say(role: str, body: Body) -> str:
        if "swing 0.0" in text_of(body):
            raise Fails(503, "guard_unavailable")
        return "No."

    options = RunOptions(benchmark="mssbench-layout", setting="qc", wording="compact")
    lay_out(tmp_path / "run", mssbench_folder(tmp_path / "data"), options)
    with upstream(say) as server:
        assert run_apart(tmp_path / "run", server.url)
        assert server.calls == CASES  # a failure is what was measured; it is not asked again
    failed = [record for record in read_records(tmp_path / "run") if record.error]
    assert {record.case_id.rpartition("/")[2] for record in failed} == {"safe", "unsafe"}
    assert {record.error for record in failed} == {"503 guard_unavailable"}
    judgements = [record.judgements["by rule"] for record in failed]
    assert {(each.outcome, each.right) for each in judgements} == {(Outcome.REQUEST_FAILED, False)}
