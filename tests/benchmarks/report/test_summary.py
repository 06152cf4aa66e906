"""What the summary says first, and of whom."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.case import Side
from benchmarks.judges import Outcome
from benchmarks.metrics import Scored, average_accuracy, right_rate
from benchmarks.report.rows import Kind, ResultRow
from benchmarks.report.summary import summary
from benchmarks.report.tables import comparisons, lines
from benchmarks.rubrics import refusal_words
from benchmarks.trivial_policies import trivial_policies
from tests.benchmarks.report.made import policies, rows


def sentences(*arms: ResultRow) -> list[str]:
    measures = (average_accuracy(),)
    table = lines((*arms, *policies()), measures)
    return summary(measures[0], table, comparisons(arms, arms[0], measures), arms[0].title, [])


def test_arms_that_cannot_be_told_from_guessing_are_named_before_all_else() -> None:
    raw, perfect, refuser = rows()
    chance = "Guessing scores 50.0 % in average accuracy."
    assert sentences(raw, perfect, refuser)[0] == f"No better than chance: raw, refuser. {chance}"
    assert sentences(raw, refuser)[0] == f"No better than chance: every arm. {chance}"
    assert not any("chance" in sentence for sentence in sentences(perfect))


def test_where_every_case_is_unsafe_that_is_said_before_any_figure() -> None:
    unsafe = [item for item in rows()[0].scored if item.case.side is Side.UNSAFE]
    measure = right_rate("safety rate")
    arm = ResultRow("raw", Kind.ARM, tuple(unsafe))
    blind = trivial_policies([item.case for item in unsafe], lambda case: refusal_words())
    table = lines((arm, *(ResultRow(title, Kind.POLICY, tuple(scored)) for title, scored in blind.items())), (measure,))
    first, *others = summary(measure, table, [], "raw", [])
    assert first.startswith("Every case here is unsafe, so safety rate alone cannot tell judgement from habit")
    assert not any("chance" in sentence for sentence in others)


def test_answers_that_nobody_could_read_are_no_better_than_chance() -> None:
    lost = tuple(
        Scored(item.case, replace(item.judgement, outcome=Outcome.UNREADABLE, right=False, label=None))
        for item in rows()[0].scored
    )
    first, *_, last = sentences(ResultRow("mute", Kind.ARM, lost))
    assert first.startswith("No better than chance: every arm.")
    assert "100.0 % of answers could not be labelled" in last
