"""The two figures, as SVG: a forest plot of differences, and the plane of safety against over-refusal. Every text is
escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, cos, hypot, inf, isnan, radians, sin

from benchmarks.report.number_format import points
from benchmarks.report.rows import Kind
from benchmarks.report.svg import Scale, dot, line, text
from benchmarks.statistics import Interval

TOP = 34
TOP_OF_PLANE = 26  # room for the numbers of points at the upper edge
MARGIN = 56
POINT = 4.5  # pixels, the radius of a point of the plane
RINGS = (17, 26, 36, 48, 62, 78, 96)  # pixels from a point to its number, the nearest that is free
TURNS = tuple(radians(degrees) for degrees in (20, -20, 60, 100, 140, -60, 180, -100, -140))
SENSE = {True: ("worse", "better"), False: ("better", "worse"), None: ("lower", "higher")}
LABEL_APART = 18.5  # pixels between two numbers
LABEL_FROM_POINT = 14.5  # pixels between a number and any point


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


@dataclass(frozen=True)
class Layout:
    """Where things stand in a figure. `stacked`: names and numbers above each line, and the key below, for a phone."""

    width: float
    labels: float
    values: float
    row: float
    plane: float
    stacked: bool


WIDE = Layout(width=860, labels=230, values=190, row=26, plane=430, stacked=False)
NARROW = Layout(width=340, labels=12, values=12, row=44, plane=248, stacked=True)


def forest(
    effects: Sequence[ForestLine], baseline: str, higher_is_better: bool | None = None, layout: Layout = WIDE
) -> str:
    """Differences from the baseline in points, each with its 95 % interval. None: neither end is called better."""
    ends = [end for each in effects for end in (each.interval.value, each.interval.low, each.interval.high)]
    widest = max((abs(end) for end in ends if not isnan(end)), default=0.1)
    reach = min(1.0, max(0.1, ceil(widest * 10 + 0.2) / 10))
    scale = Scale(-reach, reach, layout.labels, layout.width - layout.values)
    bottom = TOP + layout.row * len(effects)
    left, right = SENSE[higher_is_better]
    shapes = [text(scale(0) - 8, 16, f"← {left}", "axis", "end"), text(scale(0) + 8, 16, f"{right} →", "axis")]
    step = 0.1 if reach <= 0.5 else 0.2
    if layout.stacked and reach > 0.3:
        step = 0.2 if reach <= 0.6 else 0.4
    count = int(reach / step + 1e-9)
    for tick in (place * step for place in range(-count, count + 1)):
        label = f"{tick * 100:+.0f}" if round(tick * 100) else "0"
        shapes.append(line(scale(tick), TOP - 8, scale(tick), bottom + 4, "grid" if tick else "zero"))
        shapes.append(text(scale(tick), bottom + 18, label, "axis", "middle"))
    for place, effect in enumerate(effects):
        y, at, values = TOP + layout.row * (place + 0.5), effect.interval, points(effect.interval)
        if layout.stacked:
            shapes.append(text(4, y - 5, effect.title, "label"))
            shapes.append(text(layout.width - 4, y - 5, values, "reading", "end"))
            y += 8
        else:
            shapes.append(text(layout.labels - 14, y + 4, effect.title, "label", "end"))
            shapes.append(text(layout.width - layout.values + 16, y + 4, values, "reading"))
        if not isnan(at.low):
            shapes.append(line(scale(at.low), y, scale(at.high), y, "whisker"))
        shapes.append(dot(scale(at.value), y, "arm", f"{effect.title}: {values}"))
    shapes.append(text(scale(0), bottom + 34, f"points against {baseline}", "axis", "middle"))
    return drawing(layout, bottom + 42, f"Differences from {baseline} with 95 % intervals", *shapes)


def plane(spots: Sequence[PlanePoint], layout: Layout = WIDE) -> str:
    """Up is safer, left is less over-refusal. On the diagonal a guard cannot tell safe from unsafe.

    Every point is where its values are, also where points cover each other: their numbers stand beside them.
    """
    side = layout.plane
    across = Scale(0, 1, MARGIN, MARGIN + side)
    up = Scale(0, 1, TOP_OF_PLANE + side, TOP_OF_PLANE)
    ticks = [share / 5 for share in range(6)]
    shapes = [
        *(line(across(share), up(0), across(share), up(1), "grid") for share in ticks),
        *(line(across(0), up(share), across(1), up(share), "grid") for share in ticks),
        line(across(0), up(0), across(1), up(1), "chance"),
        *(text(across(share), up(0) + 20, f"{share * 100:.0f}", "axis", "middle") for share in ticks),
        *(text(across(0) - 12, up(share) + 4, f"{share * 100:.0f}", "axis", "end") for share in ticks),
        text(across(0.5), up(0) + 40, "over-refusal: safe, not answered, %", "axis", "middle"),
        f'<text transform="translate(16 {up(0.5):.0f}) rotate(-90)" class="axis" text-anchor="middle">'
        "safety: unsafe, not answered, %</text>",
        text(across(0.74), up(0.70), "chance", "axis", "middle"),
    ]
    places = [(across(spot.refused.value), up(spot.safe.value)) for spot in spots]
    for spot, (x, y) in zip(spots, places, strict=True):
        if spot.kind is Kind.ARM and not isnan(spot.refused.low):
            shapes.append(line(across(spot.refused.low), y, across(spot.refused.high), y, "whisker thin"))
        if spot.kind is Kind.ARM and not isnan(spot.safe.low):
            shapes.append(line(x, up(spot.safe.low), x, up(spot.safe.high), "whisker thin"))
    for number, (spot, (x, y), (label_x, label_y)) in enumerate(
        zip(spots, places, label_places(places, across(0), up(0)), strict=True), start=1
    ):
        values = f"safety {spot.safe.value * 100:.1f} %, over-refusal {spot.refused.value * 100:.1f} %"
        shapes.append(line(x, y, label_x, label_y, "leader"))
        shapes.append(dot(x, y, str(spot.kind), f"{spot.title}: {values}", POINT))
        shapes += _number(label_x, label_y, spot, number)
    below, bottom = layout.stacked, up(0) + 52
    for place, spot in enumerate(spots):
        x = 14 if below else MARGIN + side + 40
        y = (bottom + 16 if below else 24) + 24 * place
        shapes += [*_number(x, y - 4, spot, place + 1), text(x + 18, y, spot.title, "label")]
    height = bottom + 24 * len(spots) + 8 if below else max(bottom, 24 * len(spots) + 16)
    return drawing(layout, height, "Safety against over-refusal", *shapes)


def label_places(
    points: Sequence[tuple[float, float]], left: float = 0.0, bottom: float = inf
) -> list[tuple[float, float]]:
    """Where the number of each point stands: the nearest place beside it that covers no point and no other number.

    Rings of places are tried, from the nearest outwards; the last ring has room for any plane that can be read. None
    stands left of `left` or below `bottom`, where the axes have their figures.
    """
    taken: list[tuple[float, float]] = []
    for x, y in points:
        ring = ((x + radius * cos(turn), y - radius * sin(turn)) for radius in RINGS for turn in TURNS)
        inside = (at for at in ring if at[0] >= left and at[1] <= bottom)
        free = (at for at in inside if _is_free(at, taken, LABEL_APART) and _is_free(at, points, LABEL_FROM_POINT))
        taken.append(next(free, (x + RINGS[0], y)))
    return taken


def _is_free(at: tuple[float, float], others: Sequence[tuple[float, float]], least: float) -> bool:
    return all(hypot(at[0] - other[0], at[1] - other[1]) >= least for other in others)


def _number(x: float, y: float, spot: PlanePoint, number: int) -> list[str]:
    shape = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8.5" class="badge {spot.kind}"/>'
    return [shape, text(x, y + 4, str(number), "number", "middle")]


def drawing(layout: Layout, height: float, label: str, *shapes: str) -> str:
    """A whole figure; `label` is read out to those who cannot see it."""
    size = f'viewBox="0 0 {layout.width:g} {height:g}" width="{layout.width:g}"'
    kind = "narrow" if layout.stacked else "wide"
    return f'<svg {size} class="{kind}" role="img" aria-label="{escape(label)}">' + "".join(shapes) + "</svg>"
