"""What a failed request becomes in a run: pending, asked again by the next command, and never wrong."""

from __future__ import annotations

import time
from pathlib import Path

from inspect_ai.log import read_eval_log, write_eval_log
from inspect_ai.model import ModelOutput

from benchmarks.attacks.read import chosen_attacks
from benchmarks.harness.case_file import read_cases
from benchmarks.harness.failures import SAME_REFUSALS
from benchmarks.harness.logs import finished_logs, read_records
from benchmarks.harness.plan import JudgeSpec, RunOptions
from benchmarks.judges import Outcome
from benchmarks.report.attacks import arms_under_attack
from benchmarks.report.rows import FinishedRun
from tests.benchmarks.folders import mssbench_folder
from tests.benchmarks.harness.runs import bench, lay_out, run_apart
from tests.benchmarks.harness.upstream import Body, Fails, text_of, upstream

CASES = 18
(CLAIM,) = chosen_attacks(["claim-owner-permission"])
UNDER_WAY = 4


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


def test_an_arm_that_keeps_a_memory_is_asked_one_question_at_a_time_in_the_chosen_order(tmp_path: Path) -> None:
    asked: list[str] = []
    under_way: list[str] = []
    most = 0

    def say(role: str, body: Body) -> str:
        nonlocal most
        text = text_of(body)
        under_way.append(text)
        most = max(most, len(under_way))
        asked.append(text)
        time.sleep(0.02)
        under_way.remove(text)
        return "No."

    options = RunOptions(benchmark="mssbench-layout", setting="qc", wording="compact", order=3)
    lay_out(tmp_path / "run", mssbench_folder(tmp_path / "data"), options, "echosafe")
    with upstream(say) as server:
        assert run_apart(tmp_path / "run", server.url)
    assert most == 1
    assert asked == [case.text for case in read_cases(tmp_path / "run").values()]


def test_a_request_under_attack_is_pending_by_itself_and_asked_again(tmp_path: Path) -> None:
    broken = True

    def say(role: str, body: Body) -> str:
        if broken and CLAIM.attack.text in text_of(body) and "swing 0.0" in text_of(body):
            raise Fails(503, "guard_unavailable", retry_after=0.1)
        return "No."

    options = RunOptions(
        benchmark="mssbench-layout",
        setting="qc",
        wording="compact",
        repeats=2,
        controls=("blank picture",),
        attacks=(CLAIM,),
    )
    plan = lay_out(tmp_path / "run", mssbench_folder(tmp_path / "data"), options)
    titles = [each.title for each in plan.every_condition]
    assert titles[:3] == ["raw", "raw, repeat 2", "raw, blank picture"]
    assert titles[-2:] == [f"raw, {CLAIM.name}", f"raw, {CLAIM.name}, twin"]
    assert len({each.slug for each in plan.every_condition}) == len(titles) == 5
    with upstream(say) as server:
        assert not run_apart(tmp_path / "run", server.url)
        run = FinishedRun.read(tmp_path / "run")
        assert (run.pending("by rule").count, run.pending("by rule").left_out) == (0, frozenset())
        pending = run.pending_under_attack("by rule")
        assert (pending.by_row, pending.asked) == (
            dict(zip(titles[-2:], (1, 0), strict=True)),
            dict.fromkeys(titles[-2:], CASES // 2),
        )
        assert pending.too_many
        (found,) = arms_under_attack(run, "by rule")
        assert (found.missing, found.too_many) == (1, True)
        reported = bench(tmp_path, "report", str(tmp_path / "run"))
        assert (reported.returncode, "Too much under attack has no result yet" in reported.stdout) == (1, True)
        assert (tmp_path / "run" / "metrics.csv").is_file()  # the other rates are shown
        assert not (tmp_path / "run" / "attacks.csv").exists()
        broken, before = False, server.calls
        assert run_apart(tmp_path / "run", server.url)
        assert server.calls == before + 1
    run = FinishedRun.read(tmp_path / "run")
    assert arms_under_attack(run, "by rule")[0].missing == 0
    assert len(run.records) == CASES * (len(titles) - 2) + CASES


def test_a_run_whose_endpoint_refuses_everything_stops_asking_and_is_finished_later(tmp_path: Path) -> None:
    refusing = True

    def say(role: str, body: Body) -> str:
        if refusing:
            raise Fails(400, "unsupported_parameter", "Unsupported parameter: 'max_tokens'")
        return "No."

    options = RunOptions(benchmark="mssbench-layout", setting="qc", wording="compact")
    lay_out(tmp_path / "run", mssbench_folder(tmp_path / "data"), options)
    with upstream(say) as server:
        assert not run_apart(tmp_path / "run", server.url)
        assert server.calls <= SAME_REFUSALS + UNDER_WAY
        assert FinishedRun.read(tmp_path / "run").pending("by rule").too_many
        refused, refusing = server.calls, False
        assert run_apart(tmp_path / "run", server.url)
        assert server.calls == CASES + refused


def test_failures_that_earlier_versions_stored_as_answers_are_asked_again(tmp_path: Path) -> None:
    options = RunOptions(benchmark="mssbench-layout", setting="qc", wording="compact")
    lay_out(tmp_path / "run", mssbench_folder(tmp_path / "data"), options)
    with upstream(lambda role, body: "No.") as server:
        assert run_apart(tmp_path / "run", server.url)
        (path,) = finished_logs(tmp_path / "run")
        log = read_eval_log(path)
        assert log.samples
        for sample in log.samples[:2]:
            sample.output = ModelOutput(model="raw", error="429 rate_limit_exceeded")
            assert sample.scores
            score = sample.scores["judged"]
            assert score.metadata
            score.metadata["judgement"] |= {"outcome": "request-failed", "right": False, "label": None}
        write_eval_log(log, path)
        assert FinishedRun.read(tmp_path / "run").pending("by rule").by_row == {"raw": 2}
        assert run_apart(tmp_path / "run", server.url)
        assert server.calls == CASES + 2


def test_a_failed_judgement_is_made_again_without_asking_the_arm(tmp_path: Path) -> None:
    broken = True

    def say(role: str, body: Body) -> str:
        if body["model"] == "a-judge" and broken and "swing 0.0" in text_of(body):
            raise Fails(500, "internal_error")
        return "<answer>1</answer>" if body["model"] == "a-judge" else text_of(body)

    data = mssbench_folder(tmp_path / "data")
    with upstream(say) as server:
        judge = JudgeSpec(model="a-judge", url=server.url)
        lay_out(tmp_path / "run", data, RunOptions(benchmark="mssbench-layout", setting="if", judge=judge))
        assert not run_apart(tmp_path / "run", server.url)
        failed = [record for record in read_records(tmp_path / "run") if record.judgements["a-judge"].pending]
        assert 0 < len(failed) < CASES
        assert {record.judgements["a-judge"].error for record in failed} == {"RequestFailed: 500 internal_error"}
        broken, before = False, server.calls
        assert run_apart(tmp_path / "run", server.url)
        assert server.calls == before + len(failed)
