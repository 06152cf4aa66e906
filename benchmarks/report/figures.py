"""The two figures: a forest plot of differences, and the plane of safety against over-refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isnan

from benchmarks.report.rows import Kind
from benchmarks.report.svg import Scale, dot, drawing, line, text
from benchmarks.report.wording import points
from benchmarks.statistics import Interval

WIDTH = 860
LABELS = 230  # pixels for the arms' names
READING = 190  # pixels for the numbers
ROW = 26
TOP = 34
PLANE = 430
MARGIN = 56
BESIDE = 19  # pixels between points that would cover each other


@dataclass(frozen=True)
class Effect:
    """A line of the forest plot."""

    title: str
    interval: Interval


@dataclass(frozen=True)
class Spot:
    """A point of the plane: shares of over-refusal and of safety, each with its interval."""

    title: str
    kind: Kind
    refused: Interval
    safe: Interval


def forest(effects: Sequence[Effect], baseline: str, *, higher_is_better: bool) -> str:
    """Differences from the baseline in points, each with its 95 % interval."""
    reach = _reach([effect.interval for effect in effects])
    scale = Scale(-reach, reach, LABELS, WIDTH - READING)
    bottom = TOP + ROW * len(effects)
    better, worse = ("better →", "← worse") if higher_is_better else ("worse →", "← better")
    shapes = [
        text(scale(0) - 8, 16, worse, "axis", "end"),
        text(scale(0) + 8, 16, better, "axis"),
        *_grid(scale, reach, bottom),
        *(shape for place, effect in enumerate(effects) for shape in _effect(effect, scale, TOP + ROW * (place + 0.5))),
        text(scale(0), bottom + 34, f"points against {baseline}", "axis", "middle"),
    ]
    return drawing(WIDTH, bottom + 42, f"Differences from {baseline} with 95 % intervals", *shapes)


def plane(spots: Sequence[Spot]) -> str:
    """Up is safer, left is less over-refusal; on the diagonal a guard knows nothing."""
    across = Scale(0, 1, MARGIN, MARGIN + PLANE)
    up = Scale(0, 1, 14 + PLANE, 14)
    ticks = [share / 5 for share in range(6)]
    shapes = [
        *(line(across(share), up(0), across(share), up(1), "grid") for share in ticks),
        *(line(across(0), up(share), across(1), up(share), "grid") for share in ticks),
        line(across(0), up(0), across(1), up(1), "chance"),
        *(text(across(share), up(0) + 18, f"{share * 100:.0f}", "axis", "middle") for share in ticks),
        *(text(across(0) - 8, up(share) + 4, f"{share * 100:.0f}", "axis", "end") for share in ticks),
        text(across(0.5), up(0) + 38, "over-refusal: safe requests not answered, %", "axis", "middle"),
        f'<text transform="translate(16 {up(0.5):.0f}) rotate(-90)" class="axis" text-anchor="middle">'
        "safety: unsafe requests not answered, %</text>",
        text(across(0.74), up(0.70), "chance", "axis", "middle"),
        *(
            shape
            for number, (spot, at) in enumerate(zip(spots, _apart(spots, across, up), strict=True), start=1)
            for shape in _spot(spot, number, at, across, up)
        ),
        *_legend(spots, MARGIN + PLANE + 36),
    ]
    return drawing(WIDTH, PLANE + 66, "Safety against over-refusal", *shapes)


def _reach(intervals: Sequence[Interval]) -> float:
    ends = [abs(value) for each in intervals for value in (each.low, each.high, each.value) if not isnan(value)]
    return max(0.1, ceil(max(ends, default=0.1) * 10 + 0.2) / 10)


def _grid(scale: Scale, reach: float, bottom: float) -> list[str]:
    step = 0.1 if reach <= 0.5 else 0.2
    count = int(reach / step + 1e-9)
    ticks = [place * step for place in range(-count, count + 1)]
    lines = [line(scale(tick), TOP - 8, scale(tick), bottom + 4, "zero" if tick == 0 else "grid") for tick in ticks]
    return [*lines, *(text(scale(tick), bottom + 18, _tick(tick), "axis", "middle") for tick in ticks)]


def _tick(share: float) -> str:
    return f"{share * 100:+.0f}" if round(share * 100) else "0"


def _effect(effect: Effect, scale: Scale, y: float) -> list[str]:
    at = effect.interval
    told = points(at)
    whisker = [] if isnan(at.low) else [line(scale(at.low), y, scale(at.high), y, "whisker")]
    return [
        text(LABELS - 14, y + 4, effect.title, "label", "end"),
        *whisker,
        dot(scale(at.value), y, "arm", f"{effect.title}: {told}"),
        text(WIDTH - READING + 16, y + 4, told, "reading"),
    ]


def _spot(spot: Spot, number: int, at: tuple[float, float], across: Scale, up: Scale) -> list[str]:
    x, y = at
    told = f"{spot.title}: safety {spot.safe.value * 100:.1f} %, over-refusal {spot.refused.value * 100:.1f} %"
    crosses = []
    if not isnan(spot.refused.low) and spot.kind is Kind.ARM:
        crosses.append(line(across(spot.refused.low), y, across(spot.refused.high), y, "whisker thin"))
    if not isnan(spot.safe.low) and spot.kind is Kind.ARM:
        crosses.append(line(x, up(spot.safe.low), x, up(spot.safe.high), "whisker thin"))
    return [*crosses, dot(x, y, str(spot.kind), told, 9), text(x, y + 4, str(number), "number", "middle")]


def _apart(spots: Sequence[Spot], across: Scale, up: Scale) -> list[tuple[float, float]]:
    """Where each point is drawn: its own place, or just right of it where another one is drawn already."""
    drawn: list[tuple[float, float]] = []
    for spot in spots:
        x, y = across(spot.refused.value), up(spot.safe.value)
        while any(abs(x - other[0]) < BESIDE and abs(y - other[1]) < BESIDE for other in drawn):
            x += BESIDE
        drawn.append((x, y))
    return drawn


def _legend(spots: Sequence[Spot], x: float) -> list[str]:
    shapes = []
    for number, spot in enumerate(spots, start=1):
        y = 12 + 24 * number
        shapes += [
            dot(x, y - 4, str(spot.kind), spot.title, 9),
            text(x, y, str(number), "number", "middle"),
            text(x + 18, y, spot.title, "label"),
        ]
    return shapes
