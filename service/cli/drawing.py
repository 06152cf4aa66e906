"""Draws a graph of agents in the terminal: one row for each step, lines for what waits for what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

GAP = 3  # columns between two boxes

# Which ways a line goes from a place: up, down, left, right.
LINES = {
    (True, True, False, False): "│",
    (False, False, True, True): "─",
    (True, False, True, True): "┴",
    (False, True, True, True): "┬",
    (True, True, True, True): "┼",
    (True, False, False, True): "└",
    (True, False, True, False): "┘",
    (False, True, False, True): "┌",
    (False, True, True, False): "┐",
    (True, True, False, True): "├",
    (True, True, True, False): "┤",
}


def draw_text(waits_for: Mapping[str, Sequence[str]]) -> str:
    """Boxes in rows, from the names in each box to those that it waits for, in an order where these come first."""
    place: dict[str, int] = {}
    for name, before in waits_for.items():
        place[name] = 1 + max((place[each] for each in before), default=-1)
    rows = [[name for name in place if place[name] == row] for row in range(max(place.values()) + 1)]
    width = max(sum(len(name) + 4 for name in row) + GAP * (len(row) - 1) for row in rows)
    lines: list[str] = []
    above: list[int] = []
    for row in rows:
        centres = _centres(row, width)
        if above:
            lines += _joined(above, centres)
        lines += _boxes(row, centres)
        above = centres
    return "\n".join(line.rstrip() for line in lines)


def _centres(row: Sequence[str], width: int) -> list[int]:
    start = (width - sum(len(name) + 4 for name in row) - GAP * (len(row) - 1)) // 2
    centres = []
    for name in row:
        centres.append(start + (len(name) + 4) // 2)
        start += len(name) + 4 + GAP
    return centres


def _boxes(row: Sequence[str], centres: Sequence[int]) -> list[str]:
    top, middle, bottom = [], [], []
    for name, centre in zip(row, centres, strict=True):
        start, edge = centre - (len(name) + 4) // 2, "─" * (len(name) + 2)
        top.append((start, f"┌{edge}┐"))
        middle.append((start, f"│ {name} │"))
        bottom.append((start, f"└{edge}┘"))
    return [_placed(top), _placed(middle), _placed(bottom)]


def _joined(above: Sequence[int], below: Sequence[int]) -> list[str]:
    """The lines from one row of boxes to the next: each box below waits for all above."""
    first, last = min(*above, *below), max(*above, *below)
    middle = [(x, LINES[x in above, x in below, x > first, x < last]) for x in range(first, last + 1)]
    return [_placed(middle), _placed((x, "▼") for x in below)]


def _placed(pieces: Iterable[tuple[int, str]]) -> str:
    line = ""
    for start, text in pieces:
        line = line.ljust(start) + text
    return line
