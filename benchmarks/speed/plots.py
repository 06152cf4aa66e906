"""Plots as SVG files that stand by themselves: bars for what each takes, and lines for how a cost grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from math import ceil, floor, log10

from benchmarks.report.svg import Scale, dot, line, text
from benchmarks.speed.growth import Curve

STYLE = """
svg { background: #ffffff; }
text { font: 12.5px system-ui, "DejaVu Sans", sans-serif; fill: #1c2430; }
.axis { fill: #56637a; font-size: 12px; } .grid { stroke: #dfe4ea; } .linear { stroke: #6c7886; stroke-dasharray: 5 4; }
.ours { fill: #1f6feb; stroke: #1f6feb; } .other { fill: #6c7886; stroke: #6c7886; } line.ours { stroke-width: 2; }
"""
WIDTH, LABELS, VALUES, ROW = 860.0, 250.0, 90.0, 26.0
SIDE, MARGIN = 200.0, 52.0  # of one of the small plots of growth


def bars(title: str, values: Mapping[str, float], ours: Sequence[str], unit: str) -> str:
    """A bar for each; the shortest is the best."""
    scale = Scale(0, max(values.values()), LABELS, WIDTH - VALUES)
    shapes = [text(4, 18, title)]
    for place, (name, value) in enumerate(values.items()):
        top, kind = 30 + ROW * place, "ours" if name in ours else "other"
        length = max(scale(value) - LABELS, 1)
        shapes.append(text(LABELS - 10, top + 13, name, "", "end"))
        shapes.append(f'<rect x="{LABELS:g}" y="{top:g}" width="{length:.1f}" height="17" class="{kind}"/>')
        shapes.append(text(scale(value) + 8, top + 13, f"{value:.3g} {unit}", "axis"))
    return svg(WIDTH, 40 + ROW * len(values), title, shapes)


def growth(curves: Sequence[Curve]) -> str:
    """How CPU time per request grows, each curve on axes of its own, both logarithmic; the broken line is linear."""
    shapes = [shape for place, curve in enumerate(curves) for shape in _curve(curve, place * (SIDE + MARGIN))]
    width = len(curves) * (SIDE + MARGIN) + 12
    return svg(width, SIDE + 92, "CPU per guarded request as one thing grows", shapes)


def svg(width: float, height: float, label: str, shapes: Sequence[str]) -> str:
    """A whole file; `label` is read out to those who cannot see it."""
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(label)}">'
    return "\n".join((head, f"<style>{STYLE}</style>", *shapes, "</svg>\n"))


def _curve(curve: Curve, left: float) -> list[str]:
    points = [(log10(point.amount), log10(point.cpu), point) for point in curve.points]
    low, high = floor(min(y for _, y, _ in points)), ceil(max(y for _, y, _ in points) + 1e-9)
    across = Scale(points[0][0], points[-1][0], left + MARGIN, left + SIDE + MARGIN - 8)
    up = Scale(low, high, SIDE + 30, 40)
    shapes = [
        text(left + MARGIN, 16, f"{curve.title}"),
        text(left + MARGIN, 31, f"exponent {curve.exponent:.2f}", "axis"),
    ]
    for power in range(low, high + 1):
        shapes.append(line(across(points[0][0]), up(power), across(points[-1][0]), up(power), "grid"))
        shapes.append(text(left + MARGIN - 6, up(power) + 4, f"{10.0**power:g} ms", "axis", "end"))
    for (x, _, point), anchor in ((points[0], "start"), (points[-1], "end")):
        shapes.append(text(across(x), SIDE + 48, f"{point.amount:,}", "axis", anchor))
    # From the last point back: where a linear cost would have come from.
    begin = max(points[0][0], points[-1][0] - (points[-1][1] - low))
    linear = points[-1][1] - (points[-1][0] - begin)
    shapes.append(line(across(begin), up(linear), across(points[-1][0]), up(points[-1][1]), "linear"))
    for (x1, y1, _), (x2, y2, _) in pairwise(points):
        shapes.append(line(across(x1), up(y1), across(x2), up(y2), "ours"))
    shapes += [dot(across(x), up(y), "ours", f"{point.amount}: {point.cpu:.2f} ms", 3.5) for x, y, point in points]
    return shapes
