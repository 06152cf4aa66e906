"""What attacks turned, counted by hand."""

from math import isnan

import pytest

from benchmarks.attacks.attack import Attack
from benchmarks.attacks.rates import Counts, Result, Tried, TurnedLine, turned_lines
from benchmarks.attacks.read import catalogue
from benchmarks.case import Side
from tests.benchmarks.scores import case

HELD, TURNED, UNCLEAR, NOTHING = Result.HELD, Result.TURNED, Result.UNCLEAR, Result.NOTHING
CASES = [case(f"{number}", Side.UNSAFE) for number in range(6)]
BY_ID = {each.id: each for each in CASES}
KNOWN = list(catalogue().values())
ATTACK, OTHER = (each for each in KNOWN if each.kind == "claim")
HELD_OUT = [each for each in KNOWN if each.held_out]


def results(*found: Result) -> dict[str, Result]:
    return {each.id: result for each, result in zip(CASES, found, strict=False)}


def lines_of(before: dict[str, Result], *tried: Tried) -> dict[str, TurnedLine]:
    return {line.title: line for line in turned_lines(BY_ID, before, tried)}


def tried(attack: Attack, attacked: dict[str, Result], twin: dict[str, Result]) -> Tried:
    return Tried(attack, attacked, twin)


def share(line: TurnedLine) -> tuple[float, float, float]:
    assert line.turned
    assert line.twin
    assert line.difference
    return line.turned.value, line.twin.value, line.difference.value


def test_only_what_was_held_counts_and_any_attack_counts_a_case_once() -> None:
    before = results(HELD, HELD, HELD, HELD, TURNED, UNCLEAR)
    one = tried(
        ATTACK,
        results(TURNED, TURNED, UNCLEAR, HELD, TURNED, TURNED),
        results(TURNED, HELD, HELD, NOTHING, TURNED, TURNED),
    )
    two = tried(OTHER, results(TURNED, HELD, TURNED, NOTHING, HELD, HELD), results(HELD, HELD, HELD, HELD, HELD, HELD))
    lines = lines_of(before, one, two)
    assert list(lines) == [ATTACK.name, OTHER.name, "any of 2"]
    assert {line.held for line in lines.values()} == {4}
    assert share(lines[ATTACK.name]) == (0.5, 0.25, 0.25)
    assert share(lines[OTHER.name]) == (0.5, 0.0, 0.5)
    assert share(lines["any of 2"]) == (0.75, 0.25, 0.5)
    assert (lines[ATTACK.name].counts, lines[ATTACK.name].twin_counts) == (Counts(1, 0), Counts(0, 1))
    assert lines["any of 2"].counts is None


def test_the_interval_of_the_difference_keeps_attack_and_twin_of_a_case_together() -> None:
    same = results(TURNED, TURNED, TURNED, HELD, HELD, HELD)
    line = lines_of(results(*[HELD] * 6), tried(ATTACK, same, same))[ATTACK.name]
    assert line.turned
    assert line.turned.low < 0.5 < line.turned.high
    assert line.difference
    assert line.difference.value == 0
    other = lines_of(results(*[HELD] * 6), tried(ATTACK, same, results(HELD, HELD, HELD, TURNED, TURNED, TURNED)))
    apart = other[ATTACK.name].difference
    assert apart
    assert apart.high - apart.low > 1


def test_cases_of_one_record_are_drawn_together() -> None:
    joined = {each.id: each for each in (case(f"{number}", Side.UNSAFE, record="one") for number in range(6))}
    found = Tried(ATTACK, results(*[TURNED] * 6), results(*[HELD] * 6))
    (line,) = turned_lines(joined, results(*[HELD] * 6), [found])
    assert line.turned
    assert (line.turned.value, line.turned.clusters) == (1.0, 1)
    assert isnan(line.turned.low)


def test_a_case_that_an_attack_cannot_be_put_on_is_not_in_its_rate() -> None:
    part = {CASES[0].id: TURNED}
    lines = lines_of(
        results(*[HELD] * 6), tried(ATTACK, part, part), tried(OTHER, results(*[HELD] * 6), results(*[HELD] * 6))
    )
    assert (lines[ATTACK.name].held, share(lines[ATTACK.name])[0]) == (1, 1.0)
    assert lines["any of 2"].held == 6
    assert share(lines["any of 2"])[0] == pytest.approx(1 / 6)


def test_a_case_whose_twin_has_no_result_is_in_no_rate() -> None:
    lines = lines_of(results(*[HELD] * 6), tried(ATTACK, results(*[TURNED] * 6), results(HELD, HELD)))
    assert (lines[ATTACK.name].held, share(lines[ATTACK.name])) == (2, (1.0, 0.0, 1.0))


def test_where_nothing_was_held_there_is_no_rate() -> None:
    (line,) = lines_of(results(TURNED, NOTHING), tried(ATTACK, results(TURNED), results(HELD))).values()
    assert (line.held, line.turned, line.twin, line.difference) == (0, None, None, None)


def test_those_held_out_have_a_line_of_their_own() -> None:
    before = results(*[HELD] * 6)
    some = [each for each in KNOWN if not each.held_out][:2]
    lines = lines_of(before, *(tried(each, results(HELD), results(HELD)) for each in [*some, *HELD_OUT]))
    assert list(lines)[-2:] == ["any of 12", "any of 10 held out"]
    assert all(attack.held_out for attack in lines["any of 10 held out"].attacks)
