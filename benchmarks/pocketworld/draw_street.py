"""Vehicles, and what stands in streets or hangs in the sky."""

from collections.abc import Mapping

from benchmarks.pocketworld.draw_brush import INK, Brush
from benchmarks.pocketworld.draw_painter import Painter

GLASS = "#c9ecff"


def wheel(brush: Brush, x: float, y: float, radius: float) -> None:
    brush.dot(x, y, radius, INK)
    brush.dot(x, y, radius * 0.5, "#c9ced6")


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


def storm_cloud(brush: Brush, state: str | None) -> None:
    grey = brush.pick("#59616e", "#4b5563", "#6b7280")
    for x, y, radius in ((24, 40, 20), (46, 26, 24), (72, 36, 22), (86, 46, 13)):
        brush.dot(x, y, radius, grey)
    brush.box(10, 38, 96, 60, grey, 11)
    for x in (18, 30, 76, 88):
        brush.line([(x, 66), (x - 6, 82)], "#4aa3ff", 3.5)
    brush.shape([(52, 50), (34, 78), (48, 78), (40, 99), (68, 68), (54, 68), (64, 50)], "#ffdd00", INK, 1.5)


def power_line(brush: Brush, state: str | None) -> None:
    steel = brush.pick("#5f6b7a", "#707b86", "#4d5866")
    brush.line([(34, 98), (46, 6), (54, 6), (66, 98)], steel, 4)
    for top, bottom, half in ((30, 50, 9), (50, 72, 12), (72, 96, 15)):
        brush.line([(50 - half * 0.6, top), (50 + half, bottom)], steel, 2.5)
        brush.line([(50 + half * 0.6, top), (50 - half, bottom)], steel, 2.5)
    for y, half in ((18, 34), (38, 42)):
        brush.line([(50 - half, y), (50 + half, y)], steel, 4.5)
        for x in (50 - half, 50 + half):
            brush.box(x - 3, y, x + 3, y + 9, "#c0392b", 2)
    for y in (27, 47):
        brush.curve([(0, y + 8), (12, y), (50, y + 9), (88, y), (100, y + 8)], INK, 2)
    brush.shape([(50, 52), (70, 88), (30, 88)], "#ffdd00", INK, 2)
    brush.shape([(53, 60), (44, 75), (50, 75), (47, 86), (57, 71), (51, 71)], INK)


def fire_hydrant(brush: Brush, state: str | None) -> None:
    red, dark = brush.pick("#d7263d", "#e63922", "#c81d25"), "#7d0f1c"
    brush.box(20, 88, 80, 98, dark, 3)
    for x in (8, 80):
        brush.box(x, 44, x + 12, 64, dark, 3)
    brush.box(16, 48, 84, 60, red, 2, dark, 1.5)
    brush.box(28, 28, 72, 90, red, 3, dark, 1.5)
    brush.pie(26, 8, 74, 52, 180, 360, red)
    brush.box(44, 2, 56, 12, dark, 3)
    brush.box(22, 28, 78, 36, dark, 3)
    brush.dot(50, 56, 13, "#ffd166")
    brush.dot(50, 56, 6, dark)


def security_camera(brush: Brush, state: str | None) -> None:
    shell = brush.pick("#f5f7fa", "#d8dee6", "#e9eef2")
    brush.box(4, 4, 16, 54, "#66707d", 3)
    brush.line([(14, 26), (40, 26), (48, 44)], "#66707d", 8)
    brush.shape([(22, 34), (86, 52), (78, 88), (12, 68)], shell, INK, 2)
    brush.shape([(18, 30), (96, 52), (93, 62), (16, 40)], "#9aa5b1", INK, 1.5)
    brush.oval(70, 56, 97, 90, INK)
    brush.oval(76, 62, 93, 84, "#2a6fbf")
    brush.dot(82, 69, 3, "#ffffff")
    brush.dot(30, 58, 5, "#ff1e1e")


def puddle(brush: Brush, state: str | None) -> None:
    water = brush.pick("#3fa7e8", "#57b5ef", "#2e95d3")
    brush.blob([(4, 62), (18, 46), (46, 48), (64, 38), (90, 48), (98, 64), (76, 80), (44, 76), (22, 84)], water)
    brush.blob([(22, 60), (44, 56), (60, 60), (44, 66)], "#a8dcff")
    brush.line([(70, 54), (84, 58)], "#ffffff", 3)
    for x, y in ((36, 32), (52, 22), (68, 30)):
        brush.shape([(x, y - 10), (x + 5, y), (x - 5, y)], water)
        brush.dot(x, y + 1, 5.2, water)


def rock(brush: Brush, state: str | None) -> None:
    grey = brush.pick("#8b8f96", "#9c8f82", "#74797f")
    brush.shape([(4, 90), (8, 54), (30, 26), (58, 16), (84, 40), (97, 88)], grey, INK, 2)
    brush.shape([(30, 26), (58, 16), (60, 46), (38, 56)], "#c2c6cb")
    brush.shape([(60, 46), (84, 40), (97, 88), (70, 90)], "#5c6066")
    brush.line([(38, 56), (60, 46), (70, 90)], INK, 1.5)
    brush.line([(38, 56), (28, 90)], INK, 1.5)


def banana_peel(brush: Brush, state: str | None) -> None:
    yellow = brush.pick("#ffd91a", "#ffe14d", "#f5c800")
    brush.curve([(50, 34), (24, 50), (8, 84)], "#a87f00", 17)
    brush.curve([(50, 34), (76, 50), (92, 84)], "#a87f00", 17)
    brush.curve([(50, 34), (24, 50), (8, 84)], yellow, 14)
    brush.curve([(50, 34), (76, 50), (92, 84)], yellow, 14)
    brush.blob([(40, 30), (60, 30), (64, 60), (52, 94), (38, 60)], "#fff3b0", "#a87f00", 1.5)
    brush.blob([(38, 34), (42, 16), (58, 16), (62, 34), (50, 44)], yellow)
    brush.line([(50, 18), (52, 6)], "#5d4411", 8)
    for x in (8, 92):
        brush.dot(x, 86, 4, "#5d4411")


def ladder(brush: Brush, state: str | None) -> None:
    rail = brush.pick("#ff8c1a", "#c9a227", "#c0c6ce")
    brush.line([(62, 6), (90, 96)], "#8b5a2b", 5)
    brush.line([(48, 6), (70, 96)], "#8b5a2b", 4)
    for rung in range(6):
        y = 18 + rung * 14
        spread = (y - 4) * 0.17
        brush.line([(36 - spread * 1.4, y), (58 - spread * 0.6, y)], rail, 5.5)
    brush.line([(38, 4), (12, 96)], rail, 7)
    brush.line([(60, 4), (44, 96)], rail, 7)
    brush.box(32, 2, 68, 9, INK, 3)


def umbrella(brush: Brush, state: str | None) -> None:
    first, second = brush.pick("#e63946", "#7b2cbf", "#2a9d8f"), brush.pick("#ffd166", "#ffffff", "#f4a261")
    brush.line([(50, 8), (50, 86)], "#6d4c2f", 4)
    brush.arc(50, 76, 68, 98, 0, 180, "#6d4c2f", 4)
    brush.line([(50, 2), (50, 10)], INK, 3)
    brush.pie(2, 8, 98, 100, 180, 360, first)
    brush.pie(22, 8, 78, 100, 180, 360, second)
    brush.pie(38, 8, 62, 100, 180, 360, first)
    for left, right in ((2, 26), (26, 50), (50, 74), (74, 98)):
        brush.arc(left, 46, right, 62, 180, 360, INK, 2)


def balloon(brush: Brush, state: str | None) -> None:
    colour = brush.pick("#ff3860", "#3a86ff", "#9b5de5")
    brush.curve([(50, 70), (46, 80), (54, 90), (50, 99)], INK, 2)
    brush.shape([(50, 64), (42, 74), (58, 74)], colour)
    brush.oval(20, 2, 80, 68, colour, INK, 1.5)
    brush.oval(32, 12, 46, 32, "#ffffff")


STREET: Mapping[str, Painter] = {
    "balloon": balloon,
    "banana peel": banana_peel,
    "bicycle": bicycle,
    "bus": bus,
    "car": car,
    "fire hydrant": fire_hydrant,
    "helicopter": helicopter,
    "ladder": ladder,
    "plane": plane,
    "power line": power_line,
    "puddle": puddle,
    "rock": rock,
    "security camera": security_camera,
    "storm cloud": storm_cloud,
    "train": train,
    "umbrella": umbrella,
}
