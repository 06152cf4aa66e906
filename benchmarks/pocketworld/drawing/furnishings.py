"""Furniture and furnishings."""

from collections.abc import Mapping

from benchmarks.pocketworld.drawing.brush import INK, Brush, Painter


def aquarium(brush: Brush, state: str | None) -> None:
    brush.box(2, 14, 98, 92, "#39b7e6", 3, "#444b57", 5)
    brush.box(5, 17, 95, 28, "#d9f3ff")
    brush.box(5, 78, 95, 88, "#e0b872")
    for x in (18, 26):
        brush.curve([(x, 78), (x - 5, 64), (x + 5, 52), (x, 42)], "#1e9e4a", 5)
    fish = brush.pick("#ff7a00", "#ff3d5a", "#ffd000")
    brush.shape([(40, 44), (40, 66), (54, 55)], fish)
    brush.oval(46, 42, 84, 68, fish, INK, 1.5)
    brush.dot(74, 52, 3.5, "#ffffff")
    brush.dot(75, 52, 1.8, INK)
    for x, y, radius in ((88, 44, 3), (86, 35, 2.4), (34, 36, 2.4)):
        brush.ring(x, y, radius, "#ffffff", 1.4)


def books(brush: Brush, state: str | None) -> None:
    colours = ("#c1121f", "#2a6fdb", "#2b9348", "#f48c06")
    for index, (left, right) in enumerate(((8, 90), (14, 96), (4, 84), (18, 88))):
        top = 76 - index * 21
        brush.box(left, top, right, top + 20, colours[(index + brush.variant) % 4], 3, INK, 1.5)
        brush.box(right - 12, top + 4, right, top + 16, "#fff8e7")
        brush.box(left + 8, top + 1, left + 12, top + 19, "#ffe066")
        brush.box(left + 22, top + 8, left + 46, top + 12, "#ffe066")


def chair(brush: Brush, state: str | None) -> None:
    wood = brush.pick("#a5672f", "#c98b4b", "#6f4423")
    for x in (24, 72):
        brush.line([(x, 58), (x, 97)], wood, 8)
    for x in (36, 84):
        brush.line([(x, 50), (x, 84)], wood, 6)
    brush.line([(24, 4), (24, 58)], wood, 8)
    brush.line([(38, 4), (38, 50)], wood, 6)
    for y in (10, 24, 38):
        brush.line([(24, y + 2), (38, y)], wood, 6)
    brush.shape([(20, 62), (36, 50), (90, 50), (78, 62)], "#d64545", INK, 2)
    brush.box(20, 60, 78, 67, "#9e2b2b", 2)


def curtain(brush: Brush, state: str | None) -> None:
    cloth, fold = brush.pick("#c9184a", "#7209b7", "#0b7a75"), brush.pick("#800f2f", "#480873", "#054a47")
    brush.box(2, 4, 98, 11, "#c49a3a", 3)
    for x in (3, 97):
        brush.dot(x, 7.5, 4, "#8a6a1e")
    brush.shape([(8, 10), (50, 10), (46, 40), (24, 62), (32, 97), (6, 97)], cloth, fold, 1.5)
    brush.shape([(92, 10), (50, 10), (54, 40), (76, 62), (68, 97), (94, 97)], cloth, fold, 1.5)
    for top, bottom in ((16, 12), (26, 18), (36, 22)):
        brush.curve([(top, 12), (bottom + 4, 40), (bottom, 60)], fold, 2.5)
        brush.curve([(100 - top, 12), (96 - bottom, 40), (100 - bottom, 60)], fold, 2.5)
    for x in (7, 72):
        brush.box(x, 59, x + 21, 66, "#ffd23f", 2)
    for x in (14, 24, 76, 86):
        brush.line([(x, 70), (x, 95)], fold, 2.5)


def hay_bale(brush: Brush, state: str | None) -> None:
    straw, dark = brush.pick("#e6bf4a", "#f0cd62", "#d8ad35"), "#9c741b"
    brush.shape([(4, 40), (24, 20), (98, 20), (80, 40)], "#f6dd8b", dark, 2)
    brush.shape([(80, 40), (98, 20), (98, 68), (80, 90)], dark, dark, 2)
    brush.box(4, 40, 80, 90, straw, 1, dark, 2)
    for row in range(5):
        for column in range(6):
            x, y = 10 + column * 12 + (row % 2) * 4, 46 + row * 9
            brush.line([(x, y), (x + 7, y + (3 if column % 2 else -2))], dark, 1.8)
    for x in (26, 58):
        brush.line([(x, 90), (x, 40), (x + 19, 20)], "#a11d33", 3.5)
    for x, y in ((2, 86), (12, 96), (40, 97), (66, 96)):
        brush.line([(x, y), (x + 8, y - 8)], straw, 2)


def painting(brush: Brush, state: str | None) -> None:
    gold = brush.pick("#d4a017", "#c98c1a", "#e0b13c")
    brush.box(8, 2, 92, 98, gold, 2, "#7a5a00", 2.5)
    brush.box(20, 14, 80, 86, "#6b8e5a", 0, "#7a5a00", 2)
    brush.blob([(24, 85), (30, 62), (50, 54), (70, 62), (76, 85)], "#2c1f2e")
    brush.blob([(34, 62), (34, 28), (50, 18), (66, 28), (66, 62), (50, 66)], "#3a2413")
    brush.oval(39, 26, 61, 58, "#f0cfa0")
    for x in (45, 55):
        brush.dot(x, 39, 2, INK)
    brush.arc(44, 42, 56, 51, 20, 160, "#b04a3a", 2)
    for x, y in ((14, 8), (86, 8), (14, 92), (86, 92)):
        brush.dot(x, y, 4, "#fff0b3")


def plant(brush: Brush, state: str | None) -> None:
    green = brush.pick("#2d9f46", "#3fae2a", "#1f7a4d")
    for tip, bend in (
        ((50, 2), (50, 34)),
        ((20, 12), (34, 40)),
        ((80, 12), (66, 40)),
        ((4, 40), (26, 52)),
        ((96, 40), (74, 52)),
    ):
        middle = ((tip[0] + 50) / 2, (tip[1] + 64) / 2)
        brush.blob([tip, (bend[0] + 7, bend[1]), (50, 66), (middle[0] - 7, middle[1])], green, "#14532d", 1.2)
        brush.line([(50, 64), tip], "#14532d", 1.5)
    brush.shape([(24, 68), (76, 68), (68, 98), (32, 98)], "#c8643a", INK, 1.8)
    brush.box(20, 62, 80, 71, "#dd7a4c", 2, INK, 1.8)


def television(brush: Brush, state: str | None) -> None:
    brush.line([(50, 24), (30, 2)], INK, 3)
    brush.line([(50, 24), (72, 2)], INK, 3)
    brush.box(4, 22, 96, 90, brush.pick("#7a4a24", "#3b3f47", "#a63d2f"), 8, INK, 2)
    brush.box(11, 30, 73, 82, "#000000", 5)
    for index, colour in enumerate(("#ffffff", "#ffe600", "#00e0e0", "#00d000", "#e000e0", "#e00000", "#0000d0")):
        brush.box(13 + index * 8.2, 33, 21.2 + index * 8.2, 79, colour)
    for y in (40, 56):
        brush.dot(84, y, 5, "#e8e3d6")
    for x in (22, 74):
        brush.box(x, 90, x + 6, 98, INK)


def vase(brush: Brush, state: str | None) -> None:
    blue, glaze = brush.pick("#1b4fd1", "#0f766e", "#b5179e"), "#f4f7ff"
    for points in ([(34, 30), (10, 34), (26, 58)], [(66, 30), (90, 34), (74, 58)]):
        brush.curve(points, blue, 5)
    brush.blob([(40, 8), (60, 8), (60, 26), (82, 52), (64, 90), (36, 90), (18, 52), (40, 26)], glaze, blue, 2.5)
    brush.box(33, 2, 67, 11, blue, 3)
    brush.box(34, 88, 66, 98, blue, 3)
    for y, half in ((44, 27), (66, 24)):
        brush.box(50 - half, y, 50 + half, y + 4, blue)
    for x in (32, 44, 56, 68):
        brush.dot(x, 57, 4, blue)


def window(brush: Brush, state: str | None) -> None:
    frame, sky = brush.pick("#8b5a2b", "#4f6d7a", "#a14a2a"), "#8fd3ff"
    if state == "open":
        brush.box(26, 6, 74, 94, sky, 1, frame, 5)
        brush.pie(40, 54, 98, 120, 200, 280, "#76c15a")
        brush.dot(60, 26, 8, "#ffe14d")
        for hinge, edge in ((26, 2), (74, 98)):
            brush.shape([(hinge, 6), (edge, 16), (edge, 99), (hinge, 94)], "#d7f1ff", frame, 5)
            brush.line([(hinge, 50), (edge, 57)], frame, 4)
    else:
        brush.box(8, 4, 92, 96, sky, 1, frame, 8)
        brush.box(46, 6, 54, 94, frame)
        brush.box(10, 46, 90, 53, frame)
        for x, y in ((18, 38), (60, 38), (18, 86), (60, 86)):
            brush.line([(x, y), (x + 20, y - 24)], "#ffffff", 4)
        brush.dot(50, 56, 5, "#ffd23f")


FURNISHINGS: Mapping[str, Painter] = {
    "aquarium": aquarium,
    "books": books,
    "chair": chair,
    "curtain": curtain,
    "hay bale": hay_bale,
    "painting": painting,
    "plant": plant,
    "television": television,
    "vase": vase,
    "window": window,
}
