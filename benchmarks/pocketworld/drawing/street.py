"""Things in the street, on the ground and in the sky."""

from collections.abc import Mapping

from benchmarks.pocketworld.drawing.brush import INK, Brush, Painter


def balloon(brush: Brush, state: str | None) -> None:
    colour = brush.pick("#ff3860", "#3a86ff", "#9b5de5")
    brush.curve([(50, 70), (46, 80), (54, 90), (50, 99)], INK, 2)
    brush.shape([(50, 64), (42, 74), (58, 74)], colour)
    brush.oval(20, 2, 80, 68, colour, INK, 1.5)
    brush.oval(32, 12, 46, 32, "#ffffff")


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


def storm_cloud(brush: Brush, state: str | None) -> None:
    grey = brush.pick("#59616e", "#4b5563", "#6b7280")
    for x, y, radius in ((24, 40, 20), (46, 26, 24), (72, 36, 22), (86, 46, 13)):
        brush.dot(x, y, radius, grey)
    brush.box(10, 38, 96, 60, grey, 11)
    for x in (18, 30, 76, 88):
        brush.line([(x, 66), (x - 6, 82)], "#4aa3ff", 3.5)
    brush.shape([(52, 50), (34, 78), (48, 78), (40, 99), (68, 68), (54, 68), (64, 50)], "#ffdd00", INK, 1.5)


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


STREET: Mapping[str, Painter] = {
    "balloon": balloon,
    "banana peel": banana_peel,
    "fire hydrant": fire_hydrant,
    "ladder": ladder,
    "power line": power_line,
    "puddle": puddle,
    "rock": rock,
    "security camera": security_camera,
    "storm cloud": storm_cloud,
    "umbrella": umbrella,
}
