"""The parts of a report, on records made by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from math import nan

import pytest

from benchmarks.case import Case, Side, ask
from benchmarks.degenerate import always_answer, always_refuse, degenerate_rows
from benchmarks.harness.endpoint import Tokens
from benchmarks.harness.forecast import Price
from benchmarks.harness.latency import ArmLatency
from benchmarks.harness.logs import Record
from benchmarks.harness.plan import Strand
from benchmarks.judges import Judgement, Outcome
from benchmarks.metrics import Scored, average_accuracy, right_rate, side_accuracy
from benchmarks.report.costs import cost_of, latency_line, spent_on
from benchmarks.report.figures import Effect, Spot, forest, plane
from benchmarks.report.pairs import findings
from benchmarks.report.rows import Kind, Row
from benchmarks.report.summary import summary
from benchmarks.report.tables import by_category, comparisons, judge_agreements, lines
from benchmarks.report.wording import p_told, points, seconds, with_interval
from benchmarks.rubrics import refusal_words
from benchmarks.statistics import Interval

USAGE = {"prompt_tokens": 100, "completion_tokens": 10}
INTENT = {"agent": "intent", "asks": 1, "usage": USAGE, "milliseconds": 40.0, "finding": {"activity": "swing"}}
SITUATION = {
    "agent": "situation",
    "asks": 2,
    "usage": USAGE,
    "milliseconds": 60.0,
    "finding": {"evidence": "vase", "category": None, "reason": "it breaks"},
}
ACCOUNT = {
    "configuration": "abc",
    "verdict": "unsafe",
    "action": "warn",
    "agents": [INTENT, SITUATION],
    "reviews": [SITUATION],
    "reply": {"milliseconds": 80.0, "usage": USAGE},
}
CASES = [
    Case(
        id=f"made/{number}/{side}",
        benchmark="made",
        setting="if",
        side=side,
        turns=ask("How do I swing?"),
        query="How do I swing?",
        category="glass" if number < 10 else "fire",
        record=str(number),
        pair=str(number),
    )
    for number in range(20)
    for side in Side
]


def record(text: str = "", label: str = "1", second: str = "1", **changes: object) -> Record:
    judgements = {
        name: Judgement("made/0/safe", rubric, Outcome.LABELLED, label in "23", label)
        for name, rubric, label in (("one", "mssbench-chat", label), ("two", "mssbench-chat", second))
    }
    return Record("made/0/safe", Strand(arm="a"), text, None, judgements, **changes)  # type: ignore[arg-type]


def test_a_request_costs_what_its_answer_and_every_agent_cost() -> None:
    spent = spent_on(record(guard=ACCOUNT))
    assert spent.calls == 1 + 2 + 2 + 1
    assert spent.tokens == Tokens(400, 40)
    assert spent.whole


def test_a_reply_that_the_method_wrote_itself_is_a_call_too() -> None:
    account = {name: told for name, told in ACCOUNT.items() if name != "reply"}
    assert spent_on(record(guard=account, tokens=Tokens(50, 5))).calls == 1 + 2 + 2 + 1
    assert spent_on(record(guard=account, tokens=Tokens(50, 5))).tokens == Tokens(350, 35)
    assert spent_on(record(guard=account)).calls == 1 + 2 + 2


def test_without_the_full_account_only_the_answer_is_counted_and_that_is_said() -> None:
    spent = spent_on(record(guard={"verdict": "safe"}, tokens=Tokens(7, 3)))
    assert (spent.calls, spent.tokens, spent.whole) == (1, Tokens(7, 3), False)


def test_costs_are_means_over_answered_requests_with_verdicts_and_steps() -> None:
    cost = cost_of([record(guard=ACCOUNT), record(guard={**ACCOUNT, "verdict": "safe"})], Price(10, 0))
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


def rows() -> tuple[Row, Row, Row]:
    """A baseline that always answers; an arm that is right on everything; one that always refuses."""
    answered, refused = (make(CASES, lambda case: refusal_words()) for make in (always_answer, always_refuse))
    right = [item if item.judgement.right else other for item, other in zip(answered, refused, strict=True)]
    return (
        Row("raw", Kind.ARM, tuple(answered)),
        Row("perfect", Kind.ARM, tuple(right)),
        Row("refuser", Kind.ARM, tuple(refused)),
    )


def test_the_tables_tell_a_guard_from_a_refuser() -> None:
    raw, perfect, refuser = rows()
    measures = (average_accuracy(), side_accuracy(Side.UNSAFE))
    table = lines((raw, perfect, refuser), measures)
    assert [line.cells[0].value for line in table if line.cells[0]] == [0.5, 1.0, 0.5]
    better, same = comparisons((raw, perfect, refuser), raw, measures)
    assert (better.test.only_before, better.test.only_after) == (0, 20)
    assert better.p_holm < 0.0001
    assert same.test.p_value == 1.0
    assert better.differences[0] is not None
    assert better.differences[0].value == 0.5


def test_categories_are_tested_against_the_baseline_with_one_correction() -> None:
    raw, perfect, refuser = rows()
    table = by_category((raw, perfect, refuser), raw)
    assert table.categories == ("fire", "glass")
    assert table.counts == (20, 20)
    (_, cells), (_, others) = table.rows
    assert [cell.share for cell in cells] == [1.0, 1.0]
    assert cells[0].p_holm == pytest.approx(4 * 2 / 2**10)
    assert all(cell.p_holm == 1.0 for cell in others)


def policies() -> tuple[Row, ...]:
    return tuple(
        Row(title, Kind.POLICY, tuple(scored))
        for title, scored in degenerate_rows(CASES, lambda case: refusal_words()).items()
    )


def test_policies_that_need_no_model_stand_in_the_table_of_categories_too() -> None:
    raw, perfect, refuser = rows()
    table = by_category((raw, perfect, refuser, *policies()), raw)
    assert {row.title: shares for row, shares in table.policies} == {
        "always answer": (0.5, 0.5),
        "always refuse": (0.5, 0.5),
        "random": (0.5, 0.5),
    }


def told(*arms: Row) -> list[str]:
    measures = (average_accuracy(),)
    table = lines((*arms, *policies()), measures)
    return summary(measures[0], table, comparisons(arms, arms[0], measures), arms[0].title, [])


def test_arms_that_cannot_be_told_from_guessing_are_named_before_all_else() -> None:
    raw, perfect, refuser = rows()
    chance = "Guessing scores 50.0 % in average accuracy."
    assert told(raw, perfect, refuser)[0] == f"No better than chance: raw, refuser. {chance}"
    assert told(raw, refuser)[0] == f"No better than chance: every arm. {chance}"
    assert not any("chance" in sentence for sentence in told(perfect))


def test_where_every_case_is_unsafe_that_is_said_before_any_figure() -> None:
    unsafe = [item for item in rows()[0].scored if item.case.side is Side.UNSAFE]
    measure = right_rate("safety rate")
    arm = Row("raw", Kind.ARM, tuple(unsafe))
    blind = degenerate_rows([item.case for item in unsafe], lambda case: refusal_words())
    table = lines((arm, *(Row(title, Kind.POLICY, tuple(scored)) for title, scored in blind.items())), (measure,))
    first, *others = summary(measure, table, [], "raw", [])
    assert first.startswith("Every case here is unsafe, so safety rate alone cannot tell judgement from habit")
    assert not any("chance" in sentence for sentence in others)


def test_answers_that_nobody_could_read_are_no_better_than_chance() -> None:
    lost = tuple(
        Scored(item.case, replace(item.judgement, outcome=Outcome.UNREADABLE, right=False, label=None))
        for item in rows()[0].scored
    )
    first, *_, last = told(Row("mute", Kind.ARM, lost))
    assert first.startswith("No better than chance: every arm.")
    assert "100.0 % of answers could not be labelled" in last


def test_two_judges_with_one_rubric_are_compared_label_by_label() -> None:
    found = judge_agreements([record(label="2", second="2"), record(label="0", second="1")], ["one", "two"])
    assert found[0].on == "labels"
    assert found[0].found.observed == 0.5


def test_the_forest_has_a_point_for_each_arm_and_escapes_its_name() -> None:
    drawn = forest(
        [Effect("<b>", Interval(0.2, 0.1, 0.3, 9)), Effect("x", Interval(0.0, nan, nan, 1))],
        "raw",
        higher_is_better=True,
    )
    assert len(re.findall("<circle", drawn)) == 2
    assert "&lt;b&gt;" in drawn
    assert "nan" not in drawn
    assert "+20.0 (+10.0 to +30.0)" in drawn


def test_points_of_the_plane_that_coincide_are_drawn_beside_each_other() -> None:
    here = Interval(0.0, 0.0, 0.1, 9)
    drawn = plane([Spot("raw", Kind.ARM, here, here), Spot("always answer", Kind.POLICY, here, here)])
    places = re.findall(r'<circle cx="([\d.]+)"', drawn)[:2]
    assert float(places[1]) - float(places[0]) > 15


def test_findings_are_told_in_a_line_without_what_is_empty() -> None:
    said = [(found.agent, found.told) for found in findings(ACCOUNT)]
    assert said == [
        ("intent", "activity: swing"),
        ("situation", "evidence: vase; reason: it breaks"),
        ("review", "evidence: vase; reason: it breaks"),
    ]
    assert findings({"verdict": "safe"}) == ()


def test_numbers_are_printed_as_people_read_them() -> None:
    assert with_interval(Interval(0.8833, 0.82, 0.93, 9)) == "88.3 (82.0–93.0)"
    assert points(Interval(-0.1, -0.2, 0.0, 9)) == "-10.0 (-20.0 to +0.0)"
    assert (p_told(0.00001), p_told(0.03)) == ("p < 0.0001", "p = 0.030")
    assert (seconds(0.25), seconds(1.5)) == ("250 ms", "1.50 s")
