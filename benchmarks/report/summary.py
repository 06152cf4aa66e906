"""What the figures say, in sentences: for a reader who reads nothing else."""

from __future__ import annotations

from math import isnan

from benchmarks.case import Side
from benchmarks.metrics import Measure, split
from benchmarks.report.rows import Kind, Row
from benchmarks.report.tables import Comparison, Line
from benchmarks.report.wording import p_told, percent, points, with_interval
from benchmarks.statistics import Interval

SIGNIFICANT = 0.05
GUESSING = "random"  # the policy's name among the rows that need no model


def summary(
    measure: Measure,
    lines: list[Line],
    compared: list[Comparison],
    baseline: str,
    controls: list[tuple[Row, Interval | None]],
) -> list[str]:
    """First what the figures cannot show: one side alone, or no more than guessing. Then every arm's headline against
    the baseline, controls and failures."""
    told = [*_one_sided(measure, lines), *_chance(measure, lines), _baseline(measure, lines, baseline)]
    told += [_arm(measure, each, lines, baseline) for each in compared]
    told += [_controls(arm, found) for arm, found in split(controls, _arm_of).items()]
    failed = [line for line in lines if line.rates.request_failed or line.rates.unreadable or line.rates.judge_failed]
    told += [_failures(line) for line in failed if line.row.kind is Kind.ARM]
    return told


def _chance(measure: Measure, lines: list[Line]) -> list[str]:
    """The arms that are not shown to beat a coin, named before anything else is said of them."""
    guessing = next((line.cells[0] for line in lines if line.row.title == GUESSING), None)
    if guessing is None or len(_sides(lines)) < 2:
        return []
    arms = [(line.row.title, line.cells[0]) for line in lines if line.row.kind is Kind.ARM]
    level = [title for title, at in arms if at and not at.low > guessing.value]
    if not level:
        return []
    who = "every arm" if len(level) == len(arms) else ", ".join(level)
    return [f"No better than chance: {who}. Guessing scores {percent(guessing.value)} % in {measure.name}."]


def _sides(lines: list[Line]) -> set[Side]:
    return {item.case.side for item in lines[0].row.scored}


def _baseline(measure: Measure, lines: list[Line], baseline: str) -> str:
    line = next(line for line in lines if line.row.title == baseline)
    return f"{baseline}: {measure.name} {with_interval(line.cells[0])} %."


def _arm(measure: Measure, each: Comparison, lines: list[Line], baseline: str) -> str:
    line = next(line for line in lines if line.row.title == each.row.title)
    return (
        f"{each.row.title}: {with_interval(line.cells[0])} %, {points(each.differences[0])} points against {baseline}: "
        f"{_reading(each.differences[0], measure, each.p_holm)}. McNemar, corrected: {p_told(each.p_holm)}."
    )


def _reading(at: Interval | None, measure: Measure, p_holm: float) -> str:
    """In words; where interval and corrected test part, both are said."""
    if at is None or isnan(at.low):
        return "too few questions to say"
    if at.low <= 0 <= at.high:
        return "no difference shown"
    word = "better" if (at.value > 0) is measure.higher_is_better else "worse"
    return word if p_holm < SIGNIFICANT else f"{word} by its interval, not shown by the corrected test"


def _controls(arm: str, found: list[tuple[Row, Interval | None]]) -> str:
    told = ", ".join(f"{row.strand.control} {points(at)}" for row, at in found if row.strand)
    return f"{arm} without its own pictures, in points against itself: {told}."


def _arm_of(control: tuple[Row, Interval | None]) -> str:
    strand = control[0].strand
    return strand.arm if strand else ""


def _one_sided(measure: Measure, lines: list[Line]) -> list[str]:
    """Where every case is on one side, one blind policy is perfect, and that has to be said beside the figures."""
    sides = _sides(lines)
    if len(sides) > 1:
        return []
    best = {line.row.title: line.cells[0] for line in lines if line.row.kind is Kind.POLICY}
    told = ", ".join(f"{title} {percent(at.value)}" for title, at in best.items() if at)
    return [
        f"Every case here is {sides.pop()}, so {measure.name} alone cannot tell judgement from habit ({told} %): "
        "it needs a figure of the other side."
    ]


def _failures(line: Line) -> str:
    rates = line.rates
    return (
        f"{line.row.title}: {percent(rates.request_failed)} % of requests failed, "
        f"{percent(rates.unreadable)} % of answers could not be labelled, "
        f"{percent(rates.judge_failed)} % of judge calls failed."
    )
