"""The two figures, as SVG: a forest plot of differences, and the plane of safety against over-refusal. Every text is
escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, isnan

from benchmarks.report.number_format import points
from benchmarks.report.rows import Kind
from benchmarks.statistics import Interval

WIDTH = 860
LABELS = 230  # pixels for the arms' names
VALUES = 190  # pixels for the numbers
ROW = 26
TOP = 34
PLANE = 430
MARGIN = 56
BESIDE = 19  # pixels between points that would cover each other


@dataclass(frozen=True)
class ForestLine:
    """A line of the forest plot."""

    title: str
    interval: Interval


@dataclass(frozen=True)
class PlanePoint:
    """A point of the plane: shares of over-refusal and of safety, each with its interval."""

    title: str
    kind: Kind
    refused: Interval
    safe: Interval


def forest(effects: Sequence[ForestLine], baseline: str, *, higher_is_better: bool) -> str:
    """Differences from the baseline in points, each with its 95 % interval."""
    ends = [end for each in effects for end in (each.interval.value, each.interval.low, each.interval.high)]
    widest = max((abs(end) for end in ends if not isnan(end)), default=0.1)
    reach = max(0.1, ceil(widest * 10 + 0.2) / 10)
    scale = Scale(-reach, reach, LABELS, WIDTH - VALUES)
    bottom = TOP + ROW * len(effects)
    better, worse = ("better →", "← worse") if higher_is_better else ("worse →", "← better")
    shapes = [
        text(scale(0) - 8, 16, worse, "axis", "end"),
        text(scale(0) + 8, 16, better, "axis"),
    ]
    step = 0.1 if reach <= 0.5 else 0.2
    count = int(reach / step + 1e-9)
    for tick in (place * step for place in range(-count, count + 1)):
        label = f"{tick * 100:+.0f}" if round(tick * 100) else "0"
        shapes.append(line(scale(tick), TOP - 8, scale(tick), bottom + 4, "grid" if tick else "zero"))
        shapes.append(text(scale(tick), bottom + 18, label, "axis", "middle"))
    for place, effect in enumerate(effects):
        y, at, values = TOP + ROW * (place + 0.5), effect.interval, points(effect.interval)
        shapes.append(text(LABELS - 14, y + 4, effect.title, "label", "end"))
        if not isnan(at.low):
            shapes.append(line(scale(at.low), y, scale(at.high), y, "whisker"))
        shapes.append(dot(scale(at.value), y, "arm", f"{effect.title}: {values}"))
        shapes.append(text(WIDTH - VALUES + 16, y + 4, values, "reading"))
    shapes.append(text(scale(0), bottom + 34, f"points against {baseline}", "axis", "middle"))
    return drawing(WIDTH, bottom + 42, f"Differences from {baseline} with 95 % intervals", *shapes)


def plane(spots: Sequence[PlanePoint]) -> str:
    """Up is safer, left is less over-refusal. On the diagonal a guard cannot tell safe from unsafe."""
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
    ]
    for number, (spot, (x, y)) in enumerate(zip(spots, _apart(spots, across, up), strict=True), start=1):
        refused, safe = spot.refused, spot.safe
        if not isnan(refused.low) and spot.kind is Kind.ARM:
            shapes.append(line(across(refused.low), y, across(refused.high), y, "whisker thin"))
        if not isnan(safe.low) and spot.kind is Kind.ARM:
            shapes.append(line(x, up(safe.low), x, up(safe.high), "whisker thin"))
        values = f"{spot.title}: safety {safe.value * 100:.1f} %, over-refusal {refused.value * 100:.1f} %"
        shapes += _numbered(x, y, spot, number, values)
    for number, spot in enumerate(spots, start=1):
        x, y = MARGIN + PLANE + 36, 12 + 24 * number
        shapes += [*_numbered(x, y - 4, spot, number, spot.title), text(x + 18, y, spot.title, "label")]
    return drawing(WIDTH, PLANE + 66, "Safety against over-refusal", *shapes)


def _numbered(x: float, y: float, spot: PlanePoint, number: int, title: str) -> list[str]:
    return [dot(x, y, str(spot.kind), title, 9), text(x, y + 4, str(number), "number", "middle")]


def _apart(spots: Sequence[PlanePoint], across: Scale, up: Scale) -> list[tuple[float, float]]:
    """Where each point is drawn: in its own place, or just right of it where another one is drawn already."""
    drawn: list[tuple[float, float]] = []
    for spot in spots:
        x, y = across(spot.refused.value), up(spot.safe.value)
        while any(abs(x - other[0]) < BESIDE and abs(y - other[1]) < BESIDE for other in drawn):
            x += BESIDE
        drawn.append((x, y))
    return drawn


@dataclass(frozen=True)
class Scale:
    """Values to pixels along one axis."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """A line; `kind` is its style in the page."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def dot(x: float, y: float, kind: str, title: str, radius: float = 5) -> str:
    """A point that shows its values when pointed at."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" class="{kind}"><title>{escape(title)}</title></circle>'


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    """Words at a place."""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>'


def drawing(width: float, height: float, label: str, *shapes: str) -> str:
    """A whole figure; `label` is read out to those who cannot see it."""
    head = f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" role="img" aria-label="{escape(label)}">'
    return head + "".join(shapes) + "</svg>"
