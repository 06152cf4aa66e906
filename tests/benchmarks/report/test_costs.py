"""What a request costs, and how long it takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.harness.endpoint import Tokens
from benchmarks.harness.forecast import TokenPrice
from benchmarks.harness.latency import ArmLatency
from benchmarks.judges import JudgeCall, Outcome, Transcript
from benchmarks.report.costs import RequestCost, cost_of, latency_line, spent_on, spent_on_judging
from tests.benchmarks.report.made import ACCOUNT, record


def test_a_request_costs_what_its_answer_and_every_agent_cost() -> None:
    spent = spent_on(record(guard=ACCOUNT))
    assert spent.calls == 1 + 2 + 2 + 1
    assert spent.tokens == Tokens(400, 40)
    assert spent.whole


def test_a_reply_that_the_method_wrote_itself_is_a_call_too() -> None:
    account = {name: value for name, value in ACCOUNT.items() if name != "reply"}
    assert spent_on(record(guard=account, tokens=Tokens(50, 5))).calls == 1 + 2 + 2 + 1
    assert spent_on(record(guard=account, tokens=Tokens(50, 5))).tokens == Tokens(350, 35)
    assert spent_on(record(guard=account)).calls == 1 + 2 + 2


def test_without_the_full_account_only_the_answer_is_counted_and_that_is_said() -> None:
    spent = spent_on(record(guard={"verdict": "safe"}, tokens=Tokens(7, 3)))
    assert (spent.calls, spent.tokens, spent.whole) == (1, Tokens(7, 3), False)


def test_an_account_of_every_call_counts_thrown_away_drafts_and_second_asks() -> None:
    usage = {"prompt_tokens": 800, "completion_tokens": 20}
    calls = [{"model": "m", "returned": ["m"], "calls": 7, "usage": usage, "estimated": True}]
    spent = spent_on(record(guard={**ACCOUNT, "calls": calls}, tokens=Tokens(1, 1)))
    assert (spent.calls, spent.tokens, spent.whole) == (7, Tokens(800, 20), True)


def test_judging_is_counted_for_each_judge_that_is_a_model() -> None:
    call = JudgeCall("gpt-4o", input_tokens=90, output_tokens=4)
    judged = replace(record().judgements["one"], transcript=Transcript((call,)))
    failed = replace(judged, outcome=Outcome.JUDGE_FAILED)
    by_rule = record().judgements["two"]
    records = [replace(record(), judgements={"one": each, "two": by_rule}) for each in (judged, judged, failed)]
    assert spent_on_judging(records) == {"one": RequestCost(2, Tokens(180, 8), whole=True)}


def test_costs_are_means_over_answered_requests_with_verdicts_and_steps() -> None:
    cost = cost_of([record(guard=ACCOUNT), record(guard={**ACCOUNT, "verdict": "safe"})], TokenPrice(10, 0))
    assert cost is not None
    assert (cost.calls, cost.input) == (6.0, 400.0)
    assert cost.dollars == pytest.approx(0.004)
    assert cost.verdicts == {"unsafe": 1, "safe": 1}
    assert cost.step_milliseconds == {"intent": 40.0, "situation": 60.0, "review": 60.0, "warning": 80.0}
    assert cost_of([], None) is None


def test_latencies_are_medians_and_ninetieth_percentiles() -> None:
    times = tuple(float(value) for value in range(1, 11))
    line = latency_line(ArmLatency(arm="a", first=times, total=times, failed=1))
    assert line is not None
    assert (line.first, line.count, line.failed) == ((5.5, 10.0), 10, 1)
    assert latency_line(ArmLatency(arm="a", first=(), total=(), failed=3)) is None
