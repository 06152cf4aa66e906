"""What the figures say, in sentences: for a reader who reads nothing else."""

from __future__ import annotations

from math import isnan

from benchmarks.case import Side
from benchmarks.metrics import Measure, split
from benchmarks.report.number_format import p_in_words, percent, points, with_interval
from benchmarks.report.rows import Kind, ResultRow
from benchmarks.report.tables import ArmComparison, MetricLine
from benchmarks.statistics import Interval

SIGNIFICANT = 0.05
GUESSING = "random"  # the trivial policy that every arm has to beat


def summary(
    measure: Measure,
    lines: list[MetricLine],
    compared: list[ArmComparison],
    baseline: str,
    controls: list[tuple[ResultRow, Interval | None]],
) -> list[str]:
    """First what the figures cannot show: one side alone, or no more than guessing. Then every arm's headline figure
    against the baseline, controls and failures."""
    headline = {line.row.title: with_interval(line.cells[0]) for line in lines}
    sentences = [*one_sided(measure, lines), *no_better_than_chance(measure, lines)]
    sentences.append(f"{baseline}: {measure.name} {headline[baseline]} %.")
    for each in compared:
        change = each.differences[0]
        sentences.append(
            f"{each.row.title}: {headline[each.row.title]} %, {points(change)} points against {baseline}: "
            f"{in_words(change, measure, each.p_holm)}. McNemar, corrected: {p_in_words(each.p_holm)}."
        )
    named = [(row.condition, change) for row, change in controls if row.condition]
    for arm, changes in split(named, lambda item: item[0].arm).items():
        shown = ", ".join(f"{condition.control} {points(change)}" for condition, change in changes)
        sentences.append(f"{arm} without its own pictures, in points against itself: {shown}.")
    for line in lines:
        rates = line.rates
        if line.row.kind is Kind.ARM and (rates.filtered or rates.unreadable):
            sentences.append(
                f"{line.row.title}: the content filter of the model's host refused {percent(rates.filtered)} % of "
                f"requests, {percent(rates.unreadable)} % of answers could not be labelled."
            )
    return sentences


def one_sided(measure: Measure, lines: list[MetricLine]) -> list[str]:
    """Where every case is on one side, a blind policy is perfect, and that has to be said beside the figures."""
    sides = _sides(lines)
    if len(sides) > 1:
        return []
    policies = {line.row.title: line.cells[0] for line in lines if line.row.kind is Kind.POLICY}
    shown = ", ".join(f"{title} {percent(at.value)}" for title, at in policies.items() if at)
    return [
        f"Every case here is {sides.pop()}, so {measure.name} alone cannot tell judgement from habit ({shown} %): "
        "it needs a figure of the other side."
    ]


def no_better_than_chance(measure: Measure, lines: list[MetricLine]) -> list[str]:
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


def in_words(change: Interval | None, measure: Measure, p_holm: float) -> str:
    """Better, worse or neither. Where interval and corrected test disagree, both are given."""
    if change is None or isnan(change.low):
        return "too few questions to say"
    if change.low <= 0 <= change.high:
        return "no difference shown"
    word = "better" if (change.value > 0) is measure.higher_is_better else "worse"
    return word if p_holm < SIGNIFICANT else f"{word} by its interval, not shown by the corrected test"


def _sides(lines: list[MetricLine]) -> set[Side]:
    return {item.case.side for item in lines[0].row.scored}
