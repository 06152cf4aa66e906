"""What the report says first, and of whom."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.case import Side
from benchmarks.judges import Outcome
from benchmarks.metrics import Measure, Scored, average_accuracy, right_rate, wrong_rate
from benchmarks.report.costs import ArmCost
from benchmarks.report.judged import JudgedTables
from benchmarks.report.rows import Kind, ResultRow
from benchmarks.report.summary import Answer, answer, in_words
from benchmarks.rubrics import refusal_words
from benchmarks.statistics import Interval
from benchmarks.trivial_policies import trivial_policies
from tests.benchmarks.report.made import policies, rows

COSTS = {name: ArmCost(calls, 0, 0, None, True, {}, {}, {}) for name, calls in (("raw", 1.0), ("perfect", 4.5))}


def said(*arms: ResultRow, measure: Measure | None = None, known: tuple[ResultRow, ...] = ()) -> Answer:
    measures = (measure or average_accuracy(),)
    tables = JudgedTables.of_rows("rule", (*arms, *(known or policies())), arms[0].title, measures)
    return answer(measures[0], tables, arms[0].title, COSTS)


def only_unsafe(*arms: ResultRow) -> tuple[ResultRow, ...]:
    return tuple(
        replace(arm, scored=tuple(each for each in arm.scored if each.case.side is Side.UNSAFE)) for arm in arms
    )


def test_the_best_arm_comes_first_with_its_gain_and_what_it_costs() -> None:
    found = said(*rows())
    assert found.headline.startswith("perfect does best: average accuracy 100.0 (")
    assert found.headline.endswith("better than raw.")
    gain, refusals, safety, calls = found.tiles
    assert gain.value == "+50.0 points"
    assert gain.beside.endswith("p < 0.0001")
    assert (refusals.value, refusals.beside) == ("0.0 %", "raw: 0.0 %")
    assert (safety.value, safety.beside) == ("100.0 %", "raw: 0.0 %")
    assert (calls.value, calls.beside) == ("4.5", "raw: 1.0")


def test_arms_that_cannot_be_told_from_guessing_are_named_and_never_called_better() -> None:
    raw, perfect, refuser = rows()
    chance = "Guessing scores 50.0 % in average accuracy."
    assert said(raw, perfect, refuser).warnings[0] == f"No better than chance: raw, refuser. {chance}"
    level = said(raw, refuser)
    assert level.warnings[0] == f"No better than chance: every arm. {chance}"
    assert "better" not in level.headline
    assert not any("chance" in sentence for sentence in said(perfect).warnings)


def test_where_every_case_is_unsafe_nothing_is_better_however_large_the_difference() -> None:
    raw, _, refuser = only_unsafe(*rows())
    blind = trivial_policies([item.case for item in raw.scored], lambda case: refusal_words())
    known = tuple(ResultRow(title, Kind.POLICY, tuple(scored)) for title, scored in blind.items())
    for measure, word in ((right_rate("safety rate"), "higher"), (wrong_rate("attack success"), "lower")):
        found = said(raw, refuser, measure=measure, known=known)
        assert found.headline.endswith(f"Against raw: {word}.")
        assert "better" not in found.headline
        assert found.warnings[0].startswith(f"Every case here is unsafe, so {measure.name} alone cannot tell judgement")


def test_the_best_of_several_is_set_against_those_that_it_is_not_told_apart_from() -> None:
    raw, perfect, refuser = rows()
    twin = replace(perfect, title="twin")
    assert said(raw, perfect, twin, refuser).notes == ("Not told apart from perfect: twin (p = 1.00).",)


def test_fewer_than_twenty_records_are_warned_about() -> None:
    few = tuple(replace(arm, scored=arm.scored[:24]) for arm in rows())
    assert any("Only 12 independent groups" in warning for warning in said(*few).warnings)
    assert not any("independent groups" in warning for warning in said(*rows()).warnings)


def test_answers_that_nobody_could_read_are_no_better_than_chance() -> None:
    lost = tuple(
        Scored(item.case, replace(item.judgement, outcome=Outcome.UNREADABLE, right=False, label=None))
        for item in rows()[0].scored
    )
    first, *_, last = said(ResultRow("mute", Kind.ARM, lost)).warnings
    assert first.startswith("No better than chance: every arm.")
    assert "100.0 % of answers could not be labelled" in last


def test_a_difference_in_words_is_as_sure_as_its_interval_and_its_test() -> None:
    measure, gain = average_accuracy(), Interval(0.1, 0.02, 0.18, 40)
    assert in_words(gain, measure, 0.01) == "better"
    assert in_words(gain, measure, 0.01, doubtful=True) == "higher"
    assert in_words(gain, measure, 0.2) == "better by its interval, not shown by the corrected test"
    assert in_words(Interval(-0.1, -0.2, -0.02, 40), measure, 0.01) == "worse"
    assert in_words(Interval(0.1, -0.02, 0.2, 40), measure, 0.2) == "no difference shown"
    assert in_words(None, measure, 0.2) == "too few questions to say"
