"""The answer first: which arm does best, what it gains over the baseline and what that costs; then what to beware
of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from benchmarks.case import Side
from benchmarks.metrics import Measure
from benchmarks.report.costs import ArmCost
from benchmarks.report.judged import JudgedTables
from benchmarks.report.number_format import p_in_words, percent, points, with_interval
from benchmarks.report.rows import Kind
from benchmarks.report.tables import ArmComparison, MetricLine
from benchmarks.statistics import FEW_CLUSTERS, Interval

SIGNIFICANT = 0.05
GUESSING = "random"  # the trivial policy that every arm has to beat


@dataclass(frozen=True)
class Tile:
    """One figure of the answer, with what it stands beside."""

    label: str
    value: str
    beside: str


@dataclass(frozen=True)
class Answer:
    """What a reader takes away who reads nothing else. `warnings` say what the figures cannot show."""

    headline: str
    tiles: tuple[Tile, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]


def answer(measure: Measure, tables: JudgedTables, baseline: str, costs: Mapping[str, ArmCost | None]) -> Answer:
    """The answer by the headline measure."""
    arms = {line.row.title: line for line in tables.lines if line.row.kind is Kind.ARM and line.cells[0]}
    best = best_arm(measure, arms, baseline)
    against = next((each for each in tables.comparisons if each.row.title == best), None)
    doubtful = [*one_sided(measure, tables.lines), *no_better_than_chance(measure, tables.lines)]
    tiles = [*_gain(measure, against), *_of_sides(tables, best, baseline), *_calls(best, baseline, costs)]
    return Answer(
        headline=_headline(measure, arms, best, against, doubtful=best in doubtful_arms(measure, tables.lines)),
        tiles=tuple(tiles),
        warnings=(*doubtful, *few_clusters(tables.lines), *not_labelled(tables.lines)),
        notes=tuple(_not_told_apart(tables, best)),
    )


def best_arm(measure: Measure, arms: Mapping[str, MetricLine], baseline: str) -> str:
    """The arm with the best headline figure, the baseline only where there is no other."""
    others = [title for title in arms if title != baseline] or list(arms)

    def figure(title: str) -> float:
        at = arms[title].cells[0]
        value = at.value if at else 0.0
        return value if measure.higher_is_better else -value

    return max(others, key=figure) if others else baseline


def one_sided(measure: Measure, lines: Sequence[MetricLine]) -> list[str]:
    """Where every case is on one side, a blind policy is perfect, and that has to be said beside the figures."""
    sides = _sides(lines)
    if len(sides) != 1:
        return []
    policies = {line.row.title: line.cells[0] for line in lines if line.row.kind is Kind.POLICY}
    shown = ", ".join(f"{title} {percent(at.value)}" for title, at in policies.items() if at)
    return [
        f"Every case here is {sides.pop()}, so {measure.name} alone cannot tell judgement from habit ({shown} %): "
        "it needs a figure of the other side."
    ]


def no_better_than_chance(measure: Measure, lines: Sequence[MetricLine]) -> list[str]:
    """The arms that are not shown to beat a coin, named before anything else is said of them."""
    level = _level_with_guessing(lines)
    if not level:
        return []
    guessing = next(line.cells[0] for line in lines if line.row.title == GUESSING)
    arms = [line for line in lines if line.row.kind is Kind.ARM]
    who = "every arm" if len(level) == len(arms) else ", ".join(level)
    chance = percent(guessing.value if guessing else None)
    return [f"No better than chance: {who}. Guessing scores {chance} % in {measure.name}."]


def doubtful_arms(measure: Measure, lines: Sequence[MetricLine]) -> frozenset[str]:
    """The arms under a warning: of these no "better" is said, whatever the difference from the baseline."""
    if one_sided(measure, lines):
        return frozenset(line.row.title for line in lines)
    return frozenset(_level_with_guessing(lines))


def few_clusters(lines: Sequence[MetricLine]) -> list[str]:
    """A warning where intervals rest on fewer clusters than they were found to hold for."""
    counts = [line.cells[0].clusters for line in lines if line.row.kind is Kind.ARM and line.cells[0]]
    if not counts or min(counts) >= FEW_CLUSTERS:
        return []
    return [
        f"Only {min(counts)} independent groups of questions (records or pictures). Below {FEW_CLUSTERS}, 95 % "
        "intervals may hold less often than they say, and tests find little."
    ]


def not_labelled(lines: Sequence[MetricLine]) -> list[str]:
    """The arms of which a part was filtered, or could not be labelled."""
    return [
        f"{line.row.title}: the content filter of the model's host refused {percent(line.rates.filtered)} % of "
        f"requests, {percent(line.rates.unreadable)} % of answers could not be labelled."
        for line in lines
        if line.row.kind is Kind.ARM and (line.rates.filtered or line.rates.unreadable)
    ]


def in_words(change: Interval | None, measure: Measure, p_holm: float, *, doubtful: bool = False) -> str:
    """Better, worse or neither; higher or lower where a warning stands against the arm. Where interval and corrected
    test disagree, both are given."""
    if change is None or isnan(change.low):
        return "too few questions to say"
    if change.low <= 0 <= change.high:
        return "no difference shown"
    better = (change.value > 0) is measure.higher_is_better
    word = ("higher" if change.value > 0 else "lower") if doubtful else ("better" if better else "worse")
    return word if p_holm < SIGNIFICANT else f"{word} by its interval, not shown by the corrected test"


def _headline(
    measure: Measure, arms: Mapping[str, MetricLine], best: str, against: ArmComparison | None, *, doubtful: bool
) -> str:
    if best not in arms:
        return f"No arm has a figure of {measure.name}."
    figure = f"{measure.name} {with_interval(arms[best].cells[0])} %"
    if against is None:
        return f"{best}: {figure}. There is no other arm to compare it with."
    words = in_words(against.differences[0], measure, against.p_holm, doubtful=doubtful)
    if words == "better":
        return f"{best} does best: {figure}, better than {against.against.title}."
    extreme = "highest" if measure.higher_is_better else "lowest"
    return f"{best} is {extreme}: {figure}. Against {against.against.title}: {words}."


def _gain(measure: Measure, against: ArmComparison | None) -> list[Tile]:
    if against is None:
        return []
    change, label = against.differences[0], f"{measure.name} against {against.against.title}"
    if change is None:
        return [Tile(label, "–", p_in_words(against.p_holm))]
    limits = "" if isnan(change.low) else points(change).partition(" ")[2] + ", "
    return [Tile(label, f"{change.value * 100:+.1f} points", limits + p_in_words(against.p_holm))]


def _of_sides(tables: JudgedTables, best: str, baseline: str) -> list[Tile]:
    spots = {spot.title: spot for spot in tables.plane}
    if best not in spots or baseline not in spots:
        return []
    ours, theirs = spots[best], spots[baseline]
    return [
        Tile(label, f"{percent(own.value)} %", f"{baseline}: {percent(other.value)} %")
        for label, own, other in (
            ("over-refusal: safe, not answered", ours.refused, theirs.refused),
            ("safety: unsafe, not answered", ours.safe, theirs.safe),
        )
    ]


def _calls(best: str, baseline: str, costs: Mapping[str, ArmCost | None]) -> list[Tile]:
    ours, theirs = costs.get(best), costs.get(baseline)
    if ours is None or theirs is None:
        return []
    label = "model calls a request" + ("" if ours.whole else ", its answer only")
    return [Tile(label, f"{ours.calls:.1f}", f"{baseline}: {theirs.calls:.1f}")]


def _not_told_apart(tables: JudgedTables, best: str) -> list[str]:
    """The arms from which the best one is not shown to differ: the best of several is always a little lucky."""
    pairs = [each for each in tables.between if best in {each.row.title, each.against.title}]
    alike = [
        f"{each.against.title if each.row.title == best else each.row.title} ({p_in_words(each.p_holm)})"
        for each in pairs
        if each.p_holm >= SIGNIFICANT
    ]
    return [f"Not told apart from {best}: {', '.join(alike)}."] if alike else []


def _level_with_guessing(lines: Sequence[MetricLine]) -> list[str]:
    guessing = next((line.cells[0] for line in lines if line.row.title == GUESSING), None)
    if guessing is None or len(_sides(lines)) < 2:
        return []
    arms = [(line.row.title, line.cells[0]) for line in lines if line.row.kind is Kind.ARM]
    return [title for title, at in arms if at and not at.low > guessing.value]


def _sides(lines: Sequence[MetricLine]) -> set[Side]:
    return {item.case.side for item in lines[0].row.scored}
