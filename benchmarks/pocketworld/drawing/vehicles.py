"""Vehicles, on the ground and in the air."""

from collections.abc import Mapping

from benchmarks.pocketworld.drawing.brush import INK, Brush, Painter

GLASS = "#c9ecff"


def wheel(brush: Brush, x: float, y: float, radius: float) -> None:
    brush.dot(x, y, radius, INK)
    brush.dot(x, y, radius * 0.5, "#c9ced6")


def bicycle(brush: Brush, state: str | None) -> None:
    frame = brush.pick("#e6399b", "#00a8cc", "#7d3cff")
    for x in (24, 76):
        brush.ring(x, 66, 22, INK, 4)
        brush.ring(x, 66, 17, "#b8bfc9", 1)
    for points in (
        [(24, 66), (40, 34), (68, 34), (48, 66), (24, 66)],
        [(48, 66), (37, 28)],
        [(76, 66), (66, 24)],
    ):
        brush.line(points, frame, 5)
    brush.line([(30, 27), (45, 27)], INK, 7)
    brush.line([(58, 20), (66, 23), (76, 18)], INK, 5)
    brush.dot(48, 66, 6, INK)


def bus(brush: Brush, state: str | None) -> None:
    brush.box(4, 8, 96, 84, brush.pick("#ffb400", "#ff8c1a", "#f7d038"), 8, INK, 1.5)
    for x in (10, 31, 52):
        brush.box(x, 18, x + 17, 40, GLASS, 2, INK, 1.2)
    brush.box(74, 18, 92, 76, "#7fb8d6", 2, INK, 1.2)
    brush.line([(83, 18), (83, 76)], INK, 1.5)
    brush.box(4, 52, 72, 56, INK)
    brush.box(4, 62, 72, 65, INK)
    for x in (24, 62):
        wheel(brush, x, 84, 12)


def car(brush: Brush, state: str | None) -> None:
    paint = brush.pick("#e63946", "#2a7fff", "#2fb344")
    brush.shape([(20, 50), (34, 26), (68, 26), (82, 50)], paint, INK, 1.5)
    brush.shape([(28, 48), (38, 31), (49, 31), (49, 48)], GLASS)
    brush.shape([(53, 48), (53, 31), (65, 31), (74, 48)], GLASS)
    brush.box(2, 46, 98, 72, paint, 9, INK, 1.5)
    brush.box(88, 52, 98, 60, "#ffe66d", 2)
    brush.box(2, 52, 8, 60, "#ff8787", 2)
    for x in (25, 76):
        wheel(brush, x, 72, 12)


def helicopter(brush: Brush, state: str | None) -> None:
    paint = brush.pick("#f39c12", "#27ae60", "#c0392b")
    brush.shape([(2, 34), (12, 34), (50, 48), (50, 58)], paint, INK, 1.5)
    brush.line([(4, 24), (10, 48)], INK, 4)
    brush.oval(38, 34, 96, 82, paint, INK, 1.5)
    brush.pie(56, 38, 93, 78, 270, 360, GLASS)
    brush.pie(56, 38, 93, 78, 355, 30, GLASS)
    brush.box(62, 18, 68, 36, INK)
    brush.box(28, 14, 100, 20, "#3d4250", 3)
    for x in (54, 80):
        brush.line([(x, 78), (x, 92)], INK, 3)
    brush.line([(42, 93), (94, 93), (98, 88)], INK, 4)


def plane(brush: Brush, state: str | None) -> None:
    trim = brush.pick("#1f6feb", "#d62828", "#f77f00")
    brush.shape([(6, 12), (18, 12), (30, 44), (10, 44)], trim, INK, 1.5)
    brush.shape([(44, 46), (62, 46), (50, 12), (40, 12)], "#d5dde6", INK, 1.5)
    brush.blob([(4, 42), (30, 38), (74, 38), (96, 48), (86, 60), (40, 62), (14, 54)], "#ffffff", INK, 1.5)
    brush.shape([(82, 40), (92, 45), (82, 48)], GLASS, INK, 1)
    for x in range(28, 78, 8):
        brush.dot(x, 46, 2, trim)
    brush.shape([(36, 54), (58, 54), (36, 90), (26, 90)], "#d5dde6", INK, 1.5)
    brush.box(38, 68, 52, 76, trim, 4)


def train(brush: Brush, state: str | None) -> None:
    body = brush.pick("#1e8449", "#34495e", "#7b241c")
    for x, y, radius in ((70, 12, 10), (54, 7, 8), (40, 10, 6)):
        brush.dot(x, y, radius, "#dfe4ea")
    brush.shape([(70, 46), (72, 24), (88, 24), (84, 46)], INK)
    brush.box(6, 18, 40, 76, body, 3, INK, 1.5)
    brush.box(2, 14, 44, 22, "#c0392b", 3)
    brush.box(12, 28, 34, 46, GLASS, 2, INK, 1.2)
    brush.box(36, 42, 92, 74, body, 8, INK, 1.5)
    for x in (50, 66):
        brush.box(x, 42, x + 4, 74, "#f1c40f")
    brush.box(2, 70, 94, 78, "#c0392b", 2)
    brush.shape([(88, 74), (99, 94), (84, 94)], "#f1c40f")
    for x, radius in ((22, 13), (52, 10), (74, 10)):
        brush.dot(x, 97 - radius, radius, INK)
        brush.ring(x, 97 - radius, radius * 0.65, "#c0392b", 3)


VEHICLES: Mapping[str, Painter] = {
    "bicycle": bicycle,
    "bus": bus,
    "car": car,
    "helicopter": helicopter,
    "plane": plane,
    "train": train,
}
